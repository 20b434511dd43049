package runner

import (
	"context"
	"os"
	"time"

	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// Run opens the target, runs the plan and returns the result. When the target
// cannot be opened, every case is errored with that reason: there is a result
// to report in any event, and the error beside it.
func Run(ctx context.Context, p *Plan, t *target.Target, o Options) (reports.Run, error) {
	run := reports.Run{
		Tool: "dpopspec", Version: version.Number, Started: time.Now(),
		Profile: p.Profile.Name, NotRun: p.NotRun, Selection: p.Selection, Level: p.Level,
	}
	if o.Rounds > 1 {
		run.Rounds = o.Rounds
	}
	run.Host, _ = os.Hostname()
	for _, r := range p.Catalogue.All() {
		if p.Profile.Applies(r) {
			run.Catalogue = append(run.Catalogue, reportRequirement(r, p.Profile))
		}
	}
	session, err := target.Open(ctx, t)
	if err != nil {
		for _, c := range p.Cases {
			result := c.report(p.Profile)
			result.Verdict, result.Reason = reports.Errored, err.Error()
			run.Cases = append(run.Cases, result)
		}
	} else {
		defer session.Close()
		if o.Opened != nil {
			o.Opened(session)
		}
		// That an API has no metadata, or does not answer, its cases will tell.
		_ = session.ReadResources(ctx)
		run.Cases = rounds(ctx, p, session, o)
		run.Cases = append(run.Cases, Findings(ctx, p, session, o, run.Cases)...)
		run.Requests = session.Requests()
	}
	p.sortByFeature(run.Cases)
	for _, c := range run.Cases {
		run.Measurements = append(run.Measurements, c.Measurements...)
	}
	run.Target = parties(t, session)
	run.Interrupted = ctx.Err() != nil
	run.Duration = time.Since(run.Started)
	return run, err
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
		if !t.Embedded(role) {
			p.Kind, p.Where = "real", t.Describe(role)
		}
		if s != nil && !t.Embedded(role) && role == target.ResourceServer {
			p.Name, p.Where = s.APIs[0].Name, s.APIs[0].URL
		}
		if s != nil && !t.Embedded(role) && role == target.AuthorizationServer {
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
