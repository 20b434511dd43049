package runner

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// roleTags are the tags that name the party under test.
var roleTags = map[string]target.Role{
	"as": target.AuthorizationServer, "rs": target.ResourceServer, "client": target.ClientRole,
}

// Expand turns feature files into flat cases: one for each row of the examples
// at each endpoint, every one with a stable id. The target tells which
// operations its APIs have.
func Expand(
	sources []Source, t *target.Target,
	catalogue *features.Catalogue, profile features.Profile, v *vocabulary.Vocabulary,
) ([]*Case, error) {
	x := newExpander(catalogue, profile, v)
	x.target, x.apis = t, t.APIs
	return x.expandAll(sources, func(scenario) bool { return true })
}

func newExpander(catalogue *features.Catalogue, profile features.Profile, v *vocabulary.Vocabulary) *expander {
	return &expander{
		catalogue: catalogue, profile: profile, vocabulary: v,
		matched: map[string][]*vocabulary.Definition{}, ids: map[string]*Case{},
	}
}

// expandAll expands the scenarios of feature files that are wanted.
func (x *expander) expandAll(sources []Source, wanted func(scenario) bool) ([]*Case, error) {
	files, err := parseAll(sources)
	if err != nil {
		return nil, err
	}
	for _, s := range slices.Concat(files...) {
		if !wanted(s) {
			continue
		}
		if err := x.expand(s); err != nil {
			return nil, err
		}
	}
	return x.cases, nil
}

// parseAll parses feature files side by side. The error is that of the first
// that has one.
func parseAll(sources []Source) ([][]scenario, error) {
	files, problems := make([][]scenario, len(sources)), make([]error, len(sources))
	var group sync.WaitGroup
	for i, source := range sources {
		group.Go(func() { files[i], problems[i] = parse(source) })
	}
	group.Wait()
	for _, err := range problems {
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

type expander struct {
	target     *target.Target // nil: the configuration is not known
	apis       []target.RealAPI
	battery    []*Case // the probes of an endpoint, expanded when first needed
	probed     int     // cases that the endpoints come to which are protected
	catalogue  *features.Catalogue
	profile    features.Profile
	vocabulary *vocabulary.Vocabulary
	matched    map[string][]*vocabulary.Definition // by text of the step
	cases      []*Case
	ids        map[string]*Case
}

func (x *expander) expand(s scenario) error {
	base := x.base(s)
	for _, tag := range base.Tags {
		if err := x.misspelt(tag); err != nil {
			return fmt.Errorf("%s:%d: %w", base.Feature, base.Line, err)
		}
	}
	if slices.ContainsFunc(base.steps, Step.protects) {
		cases, err := x.protected(base)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := x.add(c); err != nil {
				return err
			}
		}
		return nil
	}
	var endpoints []string
	for _, tag := range base.Tags {
		if place, found := strings.CutPrefix(tag, "at:"); found {
			endpoints = append(endpoints, place)
		}
	}
	if endpoints == nil {
		endpoints = []string{""}
	}
	for _, endpoint := range endpoints {
		c := *base
		c.Endpoint = endpoint
		var err error
		if c.at, err = world.FindEndpoint(endpoint); err != nil {
			return fmt.Errorf("%s:%d: @at:%s: %w", c.Feature, c.Line, endpoint, err)
		}
		if endpoint != "" {
			c.ID += "@" + endpoint
			c.Subject = c.at.Role
		}
		if c.Subject == "" && len(base.Requirements) > 0 {
			return fmt.Errorf("%s:%d: %s", c.Feature, c.Line, noParty)
		}
		for _, each := range x.atProbes(&c) {
			if err := x.add(each); err != nil {
				return err
			}
		}
	}
	return nil
}

// probesTag marks scenarios that are run at each further request which the
// configuration names for the API under test: what routers and proxies do to a path
// they do not do to every one.
const probesTag = "probes"

// atProbes makes a case of each further probe.
func (x *expander) atProbes(c *Case) []*Case {
	if c.at != world.APIEndpoint || len(x.apis) == 0 || !slices.Contains(c.Tags, probesTag) {
		return []*Case{c}
	}
	api := x.apis[0]
	if len(api.Probes) == 0 {
		c.Skip, c.Key = "the configuration names no further probes of the API "+api.Name, "apis."+api.Name+".probes"
		return []*Case{c}
	}
	var cases []*Case
	taken := map[string]bool{}
	for _, o := range api.Probes {
		each := *c
		each.ID = c.ID + "/" + unique(slug(o.Method+" "+o.Path), taken)
		each.Scenario += " at " + o.Title()
		each.operation = &world.Operation{API: api.Name, Operation: o}
		cases = append(cases, &each)
	}
	return cases
}

const (
	noParty = "no party under test; tag the scenario with @as, @rs, @client or @at:…"
	idTaken = "the id %s is taken by %s:%d already; give the scenario another title or the tag @id:…"
)

// add takes a case whose id is new.
func (x *expander) add(c *Case) error {
	if other := x.ids[c.ID]; other != nil {
		return fmt.Errorf("%s:%d: "+idTaken, c.Feature, c.Line, c.ID, other.Feature, other.Line)
	}
	if !c.own {
		c.ranked = c.ID
	}
	c.place = len(x.cases)
	x.ids[c.ID] = c
	x.cases = append(x.cases, c)
	return nil
}

func (x *expander) base(s scenario) *Case {
	c := &Case{
		open:        s.source.Open,
		own:         !s.source.builtIn,
		Feature:     s.source.Path,
		FeatureName: s.feature.Name,
		Line:        s.line(),
		Scenario:    s.pickle.Name,
		Tags:        s.tags(),
	}
	name := slug(s.scenario.Name)
	for _, tag := range c.Tags {
		if id, found := strings.CutPrefix(tag, "id:"); found {
			name = id
		}
		if role, found := roleTags[tag]; found {
			c.Subject = role
		}
		if r, found := x.catalogue.Find(tag); found {
			c.Requirements = append(c.Requirements, r)
		}
	}
	c.ID = slug(strings.TrimSuffix(path.Base(s.source.Path), ".feature")) + "/" + name
	if s.row != nil {
		c.Row = rowText(s.row)
		c.ID += "/" + slug(c.Row)
	}
	x.verdict(c)
	x.steps(c, s)
	return c
}

func rowText(row *messages.TableRow) string {
	cells := make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		cells[i] = cell.Value
	}
	return strings.Join(cells, " ")
}

// misspelt tells a tag that looks like the id of a requirement and is none.
func (x *expander) misspelt(tag string) error {
	if _, found := x.catalogue.Find(tag); found {
		return nil
	}
	if !strings.ContainsAny(tag, "0123456789") || strings.Contains(tag, ":") {
		return nil
	}
	for _, prefix := range []string{"RFC", "AUTH0-", "FAPI", "ATPROTO-", "MCP", "HAIP-", "OID4VCI-", "SOLID-"} {
		if strings.HasPrefix(tag, prefix) {
			near := strings.Join(x.catalogue.Suggest(tag), ", ")
			return fmt.Errorf("there is no requirement %s; did you mean %s?", tag, near)
		}
	}
	return nil
}

var gravity = map[string]int{features.Info: 1, features.Warn: 2, features.Fail: 3}

// verdict decides what a violation is worth: as much as the gravest of the
// case's requirements that apply under the profile, unless the scenario is about
// a part of a requirement that is worth less (@verdict:warn, @verdict:info).
func (x *expander) verdict(c *Case) {
	applies := len(c.Requirements) == 0
	for _, r := range c.Requirements {
		if !x.profile.Applies(r) {
			continue
		}
		applies = true
		if v := x.profile.Verdict(r); gravity[v] > gravity[c.Verdict] {
			c.Verdict = v
		}
	}
	if c.Verdict == "" {
		c.Verdict = features.Fail
	}
	for _, tag := range c.Tags {
		if v, found := strings.CutPrefix(tag, "verdict:"); found && gravity[v] > 0 {
			c.Verdict = v
		}
		if name, found := strings.CutPrefix(tag, "profile:"); found && name != x.profile.Name {
			c.outside = "belongs to the profile " + name
		}
		if name, found := strings.CutPrefix(tag, "not-profile:"); found && name == x.profile.Name {
			c.outside = "does not belong to the profile " + name
		}
	}
	if !applies {
		c.outside = "its requirements do not apply under the profile " + x.profile.Name
	}
}

func (x *expander) steps(c *Case, s scenario) {
	for _, step := range s.pickle.Steps {
		ast := s.lines[step.AstNodeIds[0]]
		c.steps = append(c.steps, Step{
			Keyword: strings.TrimSpace(ast.Keyword), Text: step.Text, below: below(step.Argument),
			Line: int(ast.Location.Line), Column: int(ast.Location.Column),
		})
		added := &c.steps[len(c.steps)-1]
		added.expects = step.Type == messages.PickleStepType_OUTCOME
		if added.problem = x.bind(added); added.problem != nil && c.problem == nil {
			c.problem = fmt.Errorf("%s:%d:%d: %w", c.Feature, added.Line, added.Column, added.problem)
		}
	}
	if len(c.steps) == 0 {
		c.problem = fmt.Errorf("%s:%d: the scenario has no steps%s", c.Feature, c.Line, noSteps(s.scenario))
	}
}

func below(argument *messages.PickleStepArgument) vocabulary.Below {
	if argument == nil {
		return vocabulary.Below{}
	}
	return vocabulary.Below{Table: argument.DataTable, DocString: argument.DocString}
}

// bind finds the definition of a step and binds it to the values in its text.
func (x *expander) bind(step *Step) error {
	found, known := x.matched[step.Text]
	if !known {
		found = x.vocabulary.Match(step.Text)
		x.matched[step.Text] = found
	}
	switch len(found) {
	case 0:
		near := suggestion(x.vocabulary.Nearest(step.Text))
		return fmt.Errorf("no step is called %q%s; dpopspec steps lists those there are",
			mask.Head(step.Text, maxShown), near)
	case 1:
		step.definition = found[0]
	default:
		one, other := found[0].Pattern, found[1].Pattern
		return fmt.Errorf("the step %q is ambiguous: it matches %s and %s", step.Text, one, other)
	}
	if step.expects && step.definition.Keyword == "Given" {
		return fmt.Errorf("the step %q stands where something is expected, but it arranges and never fails as an "+
			"expectation; put it behind Given, or expect what follows from it%s", mask.Head(step.Text, maxShown),
			suggestion(x.vocabulary.NearestOf("Then", step.Text)))
	}
	if err := x.knows(step); err != nil {
		return err
	}
	var err error
	step.bound, err = step.definition.Bind(step.Text, step.below)
	return err
}

func suggestion(examples []string) string {
	if len(examples) == 0 {
		return ""
	}
	return "; did you mean: " + strings.Join(examples, " | ")
}
