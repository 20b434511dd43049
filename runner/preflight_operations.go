package runner

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// operations calls each operation of an API at which cases are run, once: one that a good
// token does not make succeed makes the cases there useless, and no others.
func (f *preflight) operations() {
	if f.session.Embedded(target.ResourceServer) { // it serves every path
		return
	}
	seen := map[string]bool{}
	for _, c := range f.cases {
		if c.operation != nil && !seen[c.where()] {
			seen[c.where()] = true
			f.operation(c)
		}
	}
}

// mostArrivals is how often the steps before an operation are tried, lest chance ends its cases.
const mostArrivals = 3

// operation calls the operation of a case as the case does, after the steps that stand
// before it.
func (f *preflight) operation(c *Case) {
	api := c.operation.API
	if api == "" {
		api = f.session.APIs[0].Name
	}
	what := fmt.Sprintf("API %s: %s with token and proof", api, c.operation.Title())
	if err := errors.Join(f.session.UsableAt(c.where()), f.session.UsableAPI(api)); err != nil {
		f.note(what, Untried, err.Error())
		return
	}
	e := f.arrived(c)
	for attempt := 1; e.failure != nil && attempt < mostArrivals && f.ctx.Err() == nil; attempt++ {
		e.close()
		e = f.arrived(c)
	}
	defer e.close()
	if e.failure != nil {
		f.lostOnTheWay(what, e)
		return
	}
	p := presenting{
		what: what, party: fmt.Sprintf("%s of the API %s", c.operation.Title(), api), endpoint: world.APIEndpoint,
		of:      c.operation.Of,
		unbound: func() (string, error) { return f.unboundFor(e.world, api) },
		remedy: "let the request be one that a good token makes succeed, with the scope that it needs (apis." + api +
			".scope, or a step before it)",
		reach: c.origin(), token: c.origin(), scope: c.origin(), served: c.origin(),
		rests: []target.Dependent{{Place: c.where()}},
		at:    target.Dependent{Place: c.where()},
	}
	var known *target.Blocked
	if errors.As(f.session.TakesTokens(api), &known) {
		p.instead = &known.Problem
	}
	var err error
	if p.key, err = e.world.Key("client"); err == nil {
		p.probe, err = e.world.PrepareAt(world.APIEndpoint, p.key.Thumbprint)
	}
	if err != nil {
		if !f.excused(what, err) {
			f.note(what, ForCases, err.Error())
		}
		return
	}
	f.presents(e.world, p)
	if p.instead != nil && f.session.UsableAt(c.where()) == nil { // what the API's own probe was answered says nothing here
		f.session.Spare(c.where(), *p.instead)
	}
}

// origin is where somebody has asked for the cases at an operation: a place in a feature
// file, or a key of the configuration.
func (c *Case) origin() string {
	if !c.own {
		return "apis." + c.operation.API + ".probes"
	}
	return fmt.Sprintf("%s:%d", c.Feature, c.steps[c.before].Line)
}

// unboundFor is unbound for an API by its name.
func (f *preflight) unboundFor(w *world.World, name string) (string, error) {
	for _, api := range f.session.APIs {
		if api.Name == name {
			return f.unbound(w, api)
		}
	}
	return "", nil
}

// lostOnTheWay judges that the steps before an operation did not hold: its cases could not
// begin, and nothing is known of it.
func (f *preflight) lostOnTheWay(what string, e *execution) {
	if f.excused(what, e.failure) {
		return
	}
	answer, key := e.failure.Error(), e.c.origin()
	if i := e.failedAt(); i >= 0 {
		key = fmt.Sprintf("%s:%d", e.c.Feature, e.c.steps[i].Line)
		answer = e.c.steps[i].Keyword + " " + e.c.steps[i].Text + ": " + answer
	}
	f.block(what, reports.Problem{
		Name: e.c.operation.Of, What: fmt.Sprintf("the steps before %s do not hold", e.c.operation.Title()),
		Answer: answer, Key: key, Remedy: "mend the step, or what it asks the API for",
	}, target.Dependent{Place: e.c.where()})
}

// arrived is a case whose steps before its operation were run.
func (f *preflight) arrived(c *Case) *execution {
	if c.before == 0 {
		w := f.world(world.APIEndpoint)
		w.ProbeOperation(c.operation)
		return &execution{c: c, world: w}
	}
	before := *c
	before.steps, before.scout = c.steps[:c.before], true
	e := execute(f.ctx, []*Case{&before}, f.session, f.profile, func(w *world.World) {
		w.Join(f.lane, world.Alone)
		f.worlds = append(f.worlds, w)
	})[0]
	e.c = c
	return e
}
