package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// The beginnings of the ids of findings: what is broken whatever the case was about
// that came upon it.
const (
	fromClient = "client-evidence/"
	fromServer = "server-evidence/"
)

// isFinding reports whether a result has no case of its own that could be run again:
// it was put together from what others saw.
func isFinding(id string) bool {
	return strings.HasPrefix(id, fromClient) || strings.HasPrefix(id, fromServer)
}

// Findings are what the cases of a run saw of real parties beside what each is
// about, and of which none has told: results of their own. What may have been chance
// is tried again first.
func Findings(ctx context.Context, p *Plan, s *target.Session, o Options, cases []reports.Case) []reports.Case {
	confirm(ctx, p, s, o)
	f := finder{p, o, cases}
	return slices.Concat(f.flaws(s.Evidence.Flaws()), f.reflections(s.Evidence.Reflections()),
		f.breakdowns(s.Evidence.Breakdowns()))
}

// mostRepeats is how many cases are run again to exclude chance, each once a round.
const (
	mostRepeats = 40
	replays     = 6
)

// confirm runs cases again at whose requests a server broke down, until chance is
// excluded or is seen to be the reason. What they end with does not count, only what
// is seen on the way.
func confirm(ctx context.Context, p *Plan, s *target.Session, o Options) {
	left := mostRepeats
	for range replays {
		doubtful := s.Evidence.Doubtful()
		if len(doubtful) == 0 {
			return
		}
		again := map[string]bool{} // one case may make requests of several kinds
		for _, b := range doubtful {
			i := slices.IndexFunc(p.Cases, func(c *Case) bool { return slices.Contains(b.Cases, c.ID) && !c.Waits(s) })
			if i < 0 || again[p.Cases[i].ID] || left == 0 || ctx.Err() != nil {
				continue
			}
			again[p.Cases[i].ID] = true
			left--
			RunCase(ctx, p.Cases[i], s, p.Profile, o)
		}
	}
}

// finder makes results of what was seen.
type finder struct {
	plan    *Plan
	options Options
	cases   []reports.Case // of the run
}

// flaws are what is wrong with what the client sends, unless a case about it says so.
func (f finder) flaws(list []target.Flaw) []reports.Case {
	var found []reports.Case
	for _, flaw := range list {
		requirement, known := f.plan.Catalogue.Find(flaw.Requirement)
		if !known {
			panic("runner: no requirement has the id " + flaw.Requirement)
		}
		verdict, worth := broken[f.plan.Profile.Verdict(requirement)]
		told := slices.ContainsFunc(f.cases, func(c reports.Case) bool {
			said := c.Verdict == reports.Failed || c.Verdict == reports.Warned
			return said && slices.ContainsFunc(c.Requirements, func(r reports.Requirement) bool {
				return r.ID == flaw.Requirement
			})
		})
		if told || !worth || !f.plan.Profile.Applies(requirement) {
			continue
		}
		c := f.result(fromClient+slug(flaw.Rule), "Every "+flaw.Of+" of the client "+flaw.Rule, flaw.Cases)
		c.Subject, c.Verdict = target.ClientRole.Name(), verdict
		c.Requirements = []reports.Requirement{reportRequirement(requirement, f.plan.Profile)}
		c.Expected = "that every " + flaw.Of + " " + flaw.Rule
		c.Actual = fmt.Sprintf("%s; so it is with %d of them", flaw.Problem, flaw.Times)
		f.show(&c, "a "+flaw.Of+" of the client", flaw.Example)
		found = append(found, c)
	}
	return found
}

// reflections are answers in which a text of ours works: with it a sender of proofs
// writes into answers to others, so they fail whatever the requirement is worth.
func (f finder) reflections(list []target.Reflection) []reports.Case {
	var found []reports.Case
	for _, r := range list {
		told := slices.ContainsFunc(f.cases, func(c reports.Case) bool {
			return c.Verdict == reports.Failed && slices.Contains(r.Cases, c.ID)
		})
		if told {
			continue
		}
		c := f.at(r.Place, "no-text-of-a-proof-works-in-an-answer", "No text of a proof works in an answer", r.Cases)
		c.Verdict = reports.Failed
		if requirement, known := f.plan.Catalogue.Find(unescaped); known {
			c.Requirements = []reports.Requirement{reportRequirement(requirement, f.plan.Profile)}
		}
		c.Expected, c.Actual = "an answer in which no text of the proof works", r.What
		f.show(&c, r.Title, r.Example)
		found = append(found, c)
	}
	return found
}

// unescaped is the requirement that a server passes nothing on as it stands.
const unescaped = "RFC8725-3.10-01"

// breakdowns are the requests that break a server down, one result a place. What
// no case of a requirement has sent is for its author to judge, who may want it so.
func (f finder) breakdowns(list []target.Breakdown) []reports.Case {
	list = slices.DeleteFunc(list, func(b target.Breakdown) bool { return f.judging(b.Cases) == nil })
	var found []reports.Case
	for len(list) > 0 {
		first := list[0]
		var cases, each []string
		for len(list) > 0 && list[0].Place == first.Place {
			cases = append(cases, list[0].Cases...)
			each = append(each, fmt.Sprintf("%s (%d of %d)", list[0].Title, list[0].Times, list[0].Times))
			list = list[1:]
		}
		c := f.at(first.Place, "no-request-breaks-the-server-down", "No request breaks the server down", cases)
		judging := f.judging(cases)
		c.Verdict, c.Requirements = broken[judging.Verdict], judging.report(f.plan.Profile).Requirements
		if c.Verdict == reports.Noted { // where the texts leave the answer open, there is to be one
			c.Verdict = reports.Warned
		}
		c.Expected = "an answer that is no failure of the server"
		c.Actual = fmt.Sprintf("%s, each time, while %d of %d other requests broke: %s", ended(first.Example),
			first.Chance, first.Others, strings.Join(each, "; "))
		c.Answer = reports.Answer{ // that of the cases whose requests break it down: the cause is one
			Outcome: reports.BrokeDown, Status: first.Example.Status, Code: world.Endpoint{}.ErrorCode(first.Example),
		}
		f.show(&c, first.Title, first.Example)
		found = append(found, c)
	}
	return found
}

// judging is the first of some cases that tests a requirement, of those whose
// violation is worth most; nil: none does.
func (f finder) judging(ids []string) *Case {
	for _, worth := range []string{features.Fail, features.Warn, features.Info} {
		i := slices.IndexFunc(f.plan.Cases, func(c *Case) bool {
			return slices.Contains(ids, c.ID) && len(c.Requirements) > 0 && c.Verdict == worth
		})
		if i >= 0 {
			return f.plan.Cases[i]
		}
	}
	return nil
}

func ended(e *wire.Exchange) string {
	if e.Status == 0 {
		return "the connection broke"
	}
	return fmt.Sprintf("status %d", e.Status)
}

// at is a result about a server.
func (f finder) at(place target.Place, id, claim string, cases []string) reports.Case {
	c := f.result(fromServer+id, claim, cases)
	c.Subject = place.Role.Name()
	if slices.Contains(features.Endpoints, place.Endpoint) {
		c.ID, c.Endpoint = c.ID+"@"+place.Endpoint, place.Endpoint
	} else {
		c.ID, c.Row = c.ID+"/"+slug(place.Endpoint), place.Endpoint
	}
	return c
}

// result is one with what all of them have: it stands where the first case stands
// that came upon it.
func (f finder) result(id, claim string, cases []string) reports.Case {
	const enough = 5
	slices.Sort(cases)
	cases = slices.Compact(cases)
	seen := strings.Join(cases[:min(enough, len(cases))], ", ")
	if more := len(cases) - enough; more > 0 {
		seen += fmt.Sprintf(" and %d more", more)
	}
	c := reports.Case{
		ID: id, FeatureName: "What was seen on the way", Scenario: claim, Extra: true,
		Reason: "seen in cases whatever they are about: " + seen,
	}
	saw := func(c *Case) bool { return slices.Contains(cases, c.ID) }
	if i := slices.IndexFunc(f.plan.Cases, saw); i >= 0 {
		first := f.plan.Cases[i]
		c.Feature, c.FeatureName, c.Line = first.Feature, first.FeatureName, first.Line
		if f.options.Repeat != nil {
			c.Repeat = f.options.Repeat(first)
		}
	}
	return c
}

// show gives a result its example.
func (f finder) show(c *reports.Case, title string, e *wire.Exchange) {
	shown := []world.Shown{{Title: title, Exchange: e}}
	c.Exchanges, c.Secrets = exchanges(shown), cameBy(shown)
}
