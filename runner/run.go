package runner

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/internal/shards"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// Run opens the target, tries what its cases rest on, runs the plan and returns the
// result. What does not work by the set-up is said once, in SetUp, and the cases
// that rest on it are blocked. When the context ends, the result is that of what has
// ended before. An error is one of the harness; every case is errored with it, so that
// there is a result to report in any event.
func Run(ctx context.Context, p *Plan, t *target.Target, o Options) (reports.Run, error) {
	run := begun(p, o)
	opening, opened := o.overhear(ctx)
	session, err := target.Begin(opening, t)
	opened()
	switch {
	case err != nil && ctx.Err() != nil:
		err = nil // cut short before the first case
	case err != nil:
		for _, c := range p.Cases {
			result := c.report(p.Profile)
			result.Verdict, result.Reason = reports.Errored, err.Error()
			run.Cases = append(run.Cases, result)
		}
	default:
		defer session.Close()
		play(ctx, p, session, o, &run)
	}
	completed(p, t, session, &run)
	if ctx.Err() != nil {
		run.Interrupted = true
		cutShort(p, &run, "the run was interrupted")
	}
	run.Duration = time.Since(run.Started)
	return run, err
}

// begun is a run in which nothing has ended yet.
func begun(p *Plan, o Options) reports.Run {
	run := reports.Run{
		Tool: "dpopspec", Version: version.Number, Started: time.Now(), Set: p.set,
		Profile: p.Profile.Name, Revision: p.Profile.Revision, Selection: p.Selection, Level: p.Level,
		NotRun: slices.Clone(p.NotRun), // the run adds its own, and a plan may run several times at once
	}
	if o.Rounds > 1 {
		run.Rounds = o.Rounds
	}
	run.Host, _ = os.Hostname()
	run.Build = shards.Build(os.Getenv)
	for _, r := range p.Catalogue.All() {
		if p.Profile.Applies(r) {
			run.Catalogue = append(run.Catalogue, reportRequirement(r, p.Profile))
		}
	}
	return run
}

// completed adds to a run what its cases and its session tell.
func completed(p *Plan, t *target.Target, s *target.Session, run *reports.Run) {
	p.sortByFeature(run.Cases)
	for _, c := range run.Cases {
		run.Measurements = append(run.Measurements, c.Measurements...)
	}
	run.Target = parties(t, s)
}

// Gathered makes a run of cases that were run one by one, such as the subtests of a test:
// those of the plan that are not among them were not chosen.
func Gathered(p *Plan, s *target.Session, started time.Time, cases []reports.Case) reports.Run {
	run := begun(p, Options{})
	run.Started, run.Cases, run.SetUp = started, cases, s.SetUp()
	leaveOut(p, &run, "go test did not choose it", false)
	if len(run.NotRun) > len(p.NotRun) && run.Selection == nil {
		run.Selection = &reports.Selection{How: "go test", Of: len(p.Cases)}
	}
	completed(p, s.Target, s, &run)
	run.Duration = time.Since(started)
	return run
}

func capabilitiesOf(s *target.Session, role target.Role) []reports.Capability {
	var list []reports.Capability
	for _, c := range s.Capabilities() {
		if c.Of == role {
			list = append(list, reports.Capability{Name: c.Name, Value: c.Value, How: c.How})
		}
	}
	return list
}

func parties(t *target.Target, s *target.Session) []reports.Party {
	var list []reports.Party
	for _, role := range []target.Role{target.AuthorizationServer, target.ResourceServer, target.ClientRole} {
		p := reports.Party{Role: role.Name(), Kind: "embedded"}
		if t.Embedded(role) && role == target.AuthorizationServer && t.Look.Name != "" {
			p.Where = "like " + t.Look.Name
		}
		if !t.Embedded(role) {
			p.Kind, p.Where = "real", t.Describe(role)
		}
		if s != nil && !t.Embedded(role) && role == target.ResourceServer {
			p.Name = s.APIs[0].Name
			if len(s.APIs[0].Command.Args) == 0 { // else its port is another in each shard
				p.Where = s.APIs[0].URL
			}
		}
		started := t.AuthorizationServer != nil && len(t.AuthorizationServer.Command.Args) > 0
		if s != nil && role == target.AuthorizationServer && s.Metadata.Issuer != "" && !started {
			p.Where = s.Metadata.Issuer
		}
		if s != nil && p.Kind == "real" && role != target.ClientRole {
			p.Where += s.Way(p.Where)
		}
		if s != nil && p.Kind == "real" {
			p.Capabilities = capabilitiesOf(s, role)
		}
		list = append(list, p)
	}
	return list
}
