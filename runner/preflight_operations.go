package runner

import (
	"fmt"

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

// operation calls the operation of a case as the case does, after the steps that stand
// before it. One of those that does not hold is for the cases to tell.
func (f *preflight) operation(c *Case) {
	api := c.operation.API
	if api == "" {
		api = f.session.APIs[0].Name
	}
	what := fmt.Sprintf("API %s: %s with token and proof", api, c.operation.Title())
	if err := c.usable(f.session); err != nil {
		f.note(what, Untried, err.Error())
		return
	}
	w, err := f.arrived(c)
	if w != nil {
		defer w.Close()
	}
	if err == nil && w == nil || f.ctx.Err() != nil {
		f.note(what, Unfinished, "interrupted")
		return
	}
	p := presenting{
		what: what, party: fmt.Sprintf("%s of the API %s", c.operation.Title(), api), endpoint: world.APIEndpoint,
		remedy: "let the request be one that a good token makes succeed, and its tokens have the scope that it needs",
		reach:  "apis." + api + ".url", token: "apis." + api + ".scope", scope: "apis." + api + ".scope",
		served: "apis." + api + ".probes",
		rests:  []target.Dependent{{Place: c.where()}},
		at:     target.Dependent{Place: c.where()},
	}
	if c.own {
		p.served = fmt.Sprintf("%s:%d", c.Feature, c.steps[c.before].Line)
	}
	if err == nil {
		p.key, err = w.Key("client")
	}
	if err == nil {
		p.probe, err = w.PrepareAt(world.APIEndpoint, p.key.Thumbprint)
	}
	if err != nil {
		if !f.excused(what, err) {
			f.note(what, ForCases, err.Error())
		}
		return
	}
	f.presents(w, p)
}

// arrived is the world of a case after the steps that stand before its operation.
func (f *preflight) arrived(c *Case) (*world.World, error) {
	if c.before == 0 {
		w := f.world(world.APIEndpoint)
		w.ProbeOperation(c.operation)
		return w, nil
	}
	before := *c
	before.steps = c.steps[:c.before]
	e := execute(f.ctx, []*Case{&before}, f.session, f.profile, func(w *world.World) {
		w.Join(f.lane, world.Alone)
		f.worlds = append(f.worlds, w)
	})[0]
	return e.world, e.failure
}
