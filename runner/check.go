package runner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/target"
)

// Checked is what a run would do: Check found it out without running.
type Checked struct {
	Profile      string              `json:"profile"`
	Revision     string              `json:"revision"` // of the text that the profile reads
	Level        string              `json:"level"`
	Parties      []reports.Party     `json:"parties"`
	Environment  []target.Variable   `json:"environment"` // that the configuration reads
	Capabilities []target.Capability `json:"capabilities"`
	Warnings     []string            `json:"warnings"`
	Gaps         []string            `json:"missing"`  // in the configuration, and what that costs
	Run          []CheckedCases      `json:"run"`      // cases that would run, by endpoint
	Skipped      []CheckedCases      `json:"skipped"`  // cases that would not, by reason
	Requests     int                 `json:"requests"` // about, in all
	Beside       int                 `json:"beside"`   // of these the run's own, beside its cases
	Rate         float64             `json:"rate"`     // requests a second at most; 0: no limit
	Budget       int                 `json:"budget"`   // requests in all at most; 0: no limit
	Waiting      []string            `json:"waiting"`  // ids of the cases that wait at the end, side by side
	Patience     float64             `json:"patience"` // seconds that each of them waits at most
	Tried        []Tried             `json:"tried"`    // before any case
	SetUp        []reports.Problem   `json:"set_up"`   // what is wrong with it, as far as it was tried
}

// CheckedCases are cases with something in common.
type CheckedCases struct {
	Name     string   `json:"name"`
	Cases    []string `json:"cases"`    // their ids
	Requests int      `json:"requests"` // about
}

// Duration is how long the requests take at least.
func (c *Checked) Duration() time.Duration {
	if c.Rate == 0 {
		return 0
	}
	return time.Duration(float64(c.Requests) / c.Rate * float64(time.Second))
}

// Idle reports whether there was nothing to try, though a party is real.
func (c *Checked) Idle() bool {
	return len(c.Tried) == 0 && slices.ContainsFunc(c.Parties, func(p reports.Party) bool { return p.Kind == "real" })
}

// Ready reports whether all works that was tried, as far as anything was.
func (c *Checked) Ready() bool {
	return len(c.SetUp) == 0 && !slices.ContainsFunc(c.Tried, func(t Tried) bool {
		return t.Outcome != Works && t.Outcome != Untried
	})
}

// Try does what a run does before its first case, and stops: see Preflight.
func Try(ctx context.Context, p *Plan, t *target.Target) (*Checked, error) {
	session, err := target.Begin(ctx, t)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	checked := &Checked{Profile: p.Profile.Name, Tried: Preflight(ctx, p, session), SetUp: []reports.Problem{}}
	checked.Parties, checked.Capabilities = parties(t, session), session.Capabilities()
	checked.Warnings = session.Warnings()
	checked.SetUp = append(checked.SetUp, session.SetUp()...)
	return checked, nil
}

// Check finds out what a run of a plan would do. Nothing but metadata is asked
// for, and the adapter of a client is asked who it is. An error means that the
// target cannot be reached.
func Check(ctx context.Context, p *Plan, t *target.Target) (*Checked, error) {
	session, err := target.Open(ctx, t)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	if err := session.ReadResources(ctx); err != nil {
		return nil, err
	}
	checked := &Checked{
		Profile: p.Profile.Name, Revision: p.Profile.Revision, Level: p.Level,
		Parties: parties(t, session), Capabilities: session.Capabilities(),
		Environment: append([]target.Variable{}, t.Variables...),
		Warnings:    session.Warnings(), Gaps: session.Gaps(), Rate: session.Rate(), Budget: t.Limits.Budget,
		Patience: t.Limits.Patience.Seconds(), Waiting: []string{}, SetUp: []reports.Problem{},
	}
	checked.Tried = Hello(ctx, p, session)
	checked.SetUp = append(checked.SetUp, session.SetUp()...)
	rehearsed, err := p.rehearse(ctx, p.Cases)
	if err != nil {
		return nil, err
	}
	if err := checked.sort(p, session, rehearsed); err != nil {
		return nil, err
	}
	return checked, nil
}

// sort tells the cases that would run from those that would not.
func (c *Checked) sort(p *Plan, s *target.Session, rehearsed map[string]int) error {
	run, skipped, impatient := batches{}, batches{}, 0
	way, sum, probing := wayOf(s), 0.0, 0.0
	for _, one := range p.Cases {
		reason := one.Skip
		if reason == "" && !s.Embedded(one.Subject) {
			var err error
			if reason, err = s.Lacks(one.Endpoint); err != nil {
				return err
			}
		}
		if reason != "" {
			skipped.add(reason, one.ID, 0)
			continue
		}
		n := estimate(one, rehearsed[one.ID], way)
		switch {
		case one.Waits(s):
			c.Waiting = append(c.Waiting, one.ID)
			n += float64(proof.RequestsWhileWaiting(s.Limits.Patience))
		case one.mayWait(s):
			impatient++
		}
		sum += n
		if one.probes(s) {
			probing += n
		}
		run.add(place(one), one.ID, n)
	}
	for _, left := range p.NotRun {
		skipped.add(left.Reason, left.ID, 0)
	}
	c.Run, c.Skipped, c.Requests = run.all(), skipped.all(), inAll(sum+beside(probing))
	c.Beside = inAll(beside(probing))
	if impatient > 0 {
		c.Gaps = append(c.Gaps, fmt.Sprintf("limits.patience is 0: %d cases that measure by waiting, "+
			"such as for the end of a nonce, will be skipped; allow each a time such as --patience 10m", impatient))
	}
	return nil
}

func place(c *Case) string {
	if c.Endpoint != "" {
		return c.Endpoint
	}
	return c.Subject.Name()
}

type batches struct {
	list []CheckedCases
	sums []float64 // of their requests
}

func (b *batches) add(name, id string, requests float64) {
	i := slices.IndexFunc(b.list, func(known CheckedCases) bool { return known.Name == name })
	if i < 0 {
		i = len(b.list)
		b.list, b.sums = append(b.list, CheckedCases{Name: name}), append(b.sums, 0)
	}
	b.list[i].Cases = append(b.list[i].Cases, id)
	b.sums[i] += requests
}

// all returns the batches with their requests.
func (b *batches) all() []CheckedCases {
	for i, sum := range b.sums {
		b.list[i].Requests = inAll(sum)
	}
	return b.list
}
