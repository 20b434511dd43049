package runner

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/own"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// A scenario that ends with a step such as
//
//	Then "GET /orders" is protected by DPoP
//
// is taken apart when the run is planned: every probe, which is a built-in case
// for an API, becomes a case of its own at that endpoint, after the other steps
// of the scenario.

// mostProbes is how many cases the endpoints that are protected may come to in all: some
// three hundred endpoints, some gigabyte of memory, and days of a server's time.
const mostProbes = 500_000

// protects reports whether a step stands for probes.
func (s Step) protects() bool { return s.definition != nil && s.definition.Protects }

// protected replaces a scenario that protects endpoints by the cases that its
// last steps stand for. Any other stays as it is.
func (x *expander) protected(c *Case) ([]*Case, error) {
	first := slices.IndexFunc(c.steps, Step.protects)
	if first < 0 || c.problem != nil {
		return []*Case{c}, nil
	}
	var cases []*Case
	taken := map[string]bool{}
	for _, step := range c.steps[first:] {
		if !step.protects() {
			c.problem = fmt.Errorf("%s:%d: the step %q stands behind one that protects endpoints; those come last",
				c.Feature, step.Line, step.Text)
			return []*Case{c}, nil
		}
		operations, err := x.operations(step)
		if err != nil {
			c.problem = fmt.Errorf("%s:%d: %w", c.Feature, step.Line, err)
			return []*Case{c}, nil
		}
		probes, err := x.probes()
		if err != nil {
			return nil, err
		}
		if x.probed += len(operations) * len(probes); x.probed > mostProbes {
			c.problem = fmt.Errorf("%s:%d: the endpoints that are protected, %d of them here, come to more than %d cases; "+
				"name those that matter in a table, or part them among several runs", c.Feature, step.Line, len(operations), mostProbes)
			return []*Case{c}, nil
		}
		for _, o := range operations {
			name := unique(slug(o.API+" "+o.Title()), taken)
			probes, err := x.probesAt(c, c.steps[:first], step, o, name)
			if err != nil {
				return nil, err
			}
			cases = append(cases, probes...)
		}
	}
	return cases, nil
}

func unique(name string, taken map[string]bool) string {
	candidate := name
	for n := 2; taken[candidate]; n++ {
		candidate = fmt.Sprintf("%s-%d", name, n)
	}
	taken[candidate] = true
	return candidate
}

// operations lists the endpoints that a step names.
func (x *expander) operations(s Step) ([]world.Operation, error) {
	api, list, err := own.Protected(s.definition, s.Text, s.below)
	if err != nil {
		return nil, err
	}
	if list == nil {
		i := slices.IndexFunc(x.apis, func(a target.RealAPI) bool { return a.Name == api })
		if i < 0 {
			return nil, fmt.Errorf("the configuration has no API called %s; add apis.%s with its openapi", api, api)
		}
		if list, err = x.apis[i].Operations(); err != nil {
			return nil, err
		}
	}
	operations := make([]world.Operation, len(list))
	for i, o := range list {
		operations[i] = world.Operation{API: api, Operation: o}
	}
	return operations, nil
}

// probesAt makes a case of each probe at one endpoint.
func (x *expander) probesAt(base *Case, before []Step, at Step, o world.Operation, name string) ([]*Case, error) {
	probes, err := x.probes()
	if err != nil {
		return nil, err
	}
	var cases []*Case
	o.Of = base.ID + "/" + name
	for _, probe := range probes {
		c := *probe
		c.ID = base.ID + "/" + name + "/" + probe.ID
		c.Feature, c.FeatureName, c.Line = base.Feature, base.FeatureName, base.Line
		c.Scenario = o.Title() + ": " + probe.Scenario
		c.Tags = slices.Concat(base.Tags, probe.Tags)
		c.operation, c.open, c.own = &o, base.open, base.own
		if base.Skip != "" {
			c.Skip, c.Key = base.Skip, base.Key
		}
		c.outside = base.outside
		c.before = len(before)
		c.steps = slices.Clone(before)
		for _, step := range probe.steps {
			step.Line, step.Column = at.Line, at.Column
			c.steps = append(c.steps, step)
		}
		cases = append(cases, &c)
	}
	return cases, nil
}

// probes are the battery: the built-in cases for an API that are tagged with it
// and belong to the profile.
func (x *expander) probes() ([]*Case, error) {
	if x.battery != nil {
		return x.battery, nil
	}
	sources, err := BuiltIn()
	if err != nil {
		return nil, err
	}
	x.battery, err = x.batteryOf(sources)
	return x.battery, err
}

// batteryTag is carried by the features whose cases are probes of any endpoint of
// an API.
const batteryTag = "battery"

func (x *expander) batteryOf(sources []Source) ([]*Case, error) {
	own := newExpander(x.catalogue, x.profile, x.vocabulary)
	cases, err := own.expandAll(sources, func(s scenario) bool { return slices.Contains(s.tags(), batteryTag) })
	return slices.DeleteFunc(cases, func(c *Case) bool {
		return c.Endpoint != features.API || c.outside != "" || c.Skip != ""
	}), err
}
