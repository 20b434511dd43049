package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/target"
)

// Checked is what a run would do: Check found it out without running.
type Checked struct {
	Profile      string              `json:"profile"`
	Parties      []reports.Party     `json:"parties"`
	Capabilities []target.Capability `json:"capabilities"`
	Warnings     []string            `json:"warnings"`
	Gaps         []string            `json:"missing"`  // in the configuration, and what that costs
	Run          []Batch             `json:"run"`      // cases that would run, by endpoint
	Skipped      []Batch             `json:"skipped"`  // cases that would not, by reason
	Requests     int                 `json:"requests"` // about, in all
	Rate         float64             `json:"rate"`     // requests a second at most; 0: no limit
	Budget       int                 `json:"budget"`   // requests in all at most; 0: no limit
	Waiting      []string            `json:"waiting"`  // ids of the cases that wait at the end, side by side
	Patience     float64             `json:"patience"` // seconds that each of them waits at most
	Tried        []Tried             `json:"tried"`    // before any case
	SetUp        []reports.Problem   `json:"set_up"`   // what is wrong with it, as far as it was tried
}

// Batch is a number of cases with something in common.
type Batch struct {
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
		Profile: p.Profile.Name, Parties: parties(t, session), Capabilities: session.Capabilities(),
		Warnings: session.Warnings(), Gaps: session.Gaps(), Rate: session.Rate(), Budget: t.Limits.Budget,
		Patience: t.Limits.Patience.Seconds(), Waiting: []string{}, SetUp: []reports.Problem{},
	}
	checked.Tried = Hello(ctx, p, session)
	checked.SetUp = append(checked.SetUp, session.SetUp()...)
	requests, err := rehearse(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := checked.sort(p, session, requests); err != nil {
		return nil, err
	}
	return checked, nil
}

// sort tells the cases that would run from those that would not.
func (c *Checked) sort(p *Plan, s *target.Session, requests map[string]int) error {
	run, skipped, impatient := batches{}, batches{}, 0
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
		n := requests[one.ID] + tokens(one, s)
		switch {
		case one.Waits(s):
			c.Waiting = append(c.Waiting, one.ID)
			n += proof.RequestsWhileWaiting(s.Limits.Patience)
		case one.mayWait(s):
			impatient++
		}
		c.Requests += n
		run.add(place(one), one.ID, n)
	}
	for _, left := range p.NotRun {
		skipped.add(left.Reason, left.ID, 0)
	}
	c.Run, c.Skipped = run.list, skipped.list
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

type batches struct{ list []Batch }

func (b *batches) add(name, id string, requests int) {
	i := slices.IndexFunc(b.list, func(known Batch) bool { return known.Name == name })
	if i < 0 {
		i = len(b.list)
		b.list = append(b.list, Batch{Name: name})
	}
	b.list[i].Cases = append(b.list[i].Cases, id)
	b.list[i].Requests += requests
}

// rehearse runs one case of each scenario at each endpoint against the embedded
// parties and counts its requests: the rows of an outline differ in a defect,
// not in what they send.
func rehearse(ctx context.Context, p *Plan) (map[string]int, error) {
	session, err := target.Open(ctx, target.Default())
	if err != nil {
		return nil, err
	}
	defer session.Close()
	sample := &Plan{Profile: p.Profile}
	chosen := map[string]string{}
	for _, c := range p.Cases {
		if alike := alike(c); c.Skip == "" && chosen[alike] == "" {
			chosen[alike] = c.ID
			sample.Cases = append(sample.Cases, c)
		}
	}
	counts := map[string]int{}
	for _, c := range Execute(ctx, sample, session, Options{Trace: true}) {
		counts[c.ID] = len(c.Exchanges)
	}
	for _, c := range p.Cases {
		counts[c.ID] = counts[chosen[alike(c)]]
	}
	return counts, ctx.Err()
}

// alike names what the cases of one scenario at one endpoint have in common.
func alike(c *Case) string {
	parts := strings.SplitN(c.ID, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/") + "@" + c.Endpoint
}

// What a token costs at a real authorization server; the embedded one mints it.
const (
	requestsForToken = 1 // client credentials
	requestsForCode  = 3 // authorization, a redirect, the token
)

// tokens is how many requests the token of a case needs beside those of the
// rehearsal.
func tokens(c *Case, s *target.Session) int {
	if s.Embedded(target.AuthorizationServer) {
		return 0
	}
	switch c.Endpoint {
	case "userinfo":
		return requestsForCode
	case "api":
		machine := func(c target.RegisteredClient) bool { return c.Has("client_credentials") }
		if slices.ContainsFunc(s.AuthorizationServer.Clients, machine) {
			return requestsForToken
		}
		return requestsForCode
	}
	return 0
}
