package runner

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	messages "github.com/cucumber/messages/go/v21"

	"github.com/dpopspec/dpopspec/features"
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
func Expand(sources []Source, t *target.Target, catalogue *features.Catalogue, profile features.Profile, v *vocabulary.Vocabulary) ([]*Case, error) {
	x := expander{apis: t.APIs, catalogue: catalogue, profile: profile, vocabulary: v, matched: map[string][]*vocabulary.Definition{}, ids: map[string]*Case{}}
	files, err := parseAll(sources)
	if err != nil {
		return nil, err
	}
	for _, scenarios := range files {
		for _, s := range scenarios {
			if err := x.expand(s); err != nil {
				return nil, err
			}
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
	apis       []target.RealAPI
	battery    []*Case // the probes of an endpoint, expanded when first needed
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
			return fmt.Errorf("%s:%d: no party under test; tag the scenario with @as, @rs, @client or @at:…", c.Feature, c.Line)
		}
		if err := x.add(&c); err != nil {
			return err
		}
	}
	return nil
}

// add takes a case whose id is new.
func (x *expander) add(c *Case) error {
	if other := x.ids[c.ID]; other != nil {
		return fmt.Errorf("%s:%d: the id %s is taken by %s:%d already; give the scenario another title or the tag @id:…", c.Feature, c.Line, c.ID, other.Feature, other.Line)
	}
	x.ids[c.ID] = c
	x.cases = append(x.cases, c)
	return nil
}

func (x *expander) base(s scenario) *Case {
	c := &Case{
		open:        s.source.Open,
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
	c.flatten()
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
			return fmt.Errorf("there is no requirement %s; did you mean %s?", tag, strings.Join(x.catalogue.Suggest(tag), ", "))
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
			Keyword: strings.TrimSpace(ast.Keyword), Text: step.Text, argument: argument{step.Argument},
			Line: int(ast.Location.Line), Column: int(ast.Location.Column),
		})
		found, known := x.matched[step.Text]
		if !known {
			found = x.vocabulary.Match(step.Text)
			x.matched[step.Text] = found
		}
		c.define(&c.steps[len(c.steps)-1], found, x.vocabulary)
	}
	if len(c.steps) == 0 {
		c.problem = fmt.Errorf("%s:%d: the scenario has no steps", c.Feature, c.Line)
	}
}

// define adds the definition of a step, or the problem with it.
func (c *Case) define(step *Step, found []*vocabulary.Definition, v *vocabulary.Vocabulary) {
	if len(found) == 1 {
		step.definition = found[0]
		c.uses(found[0])
	}
	if c.problem != nil {
		return
	}
	where := fmt.Sprintf("%s:%d:%d", c.Feature, step.Line, step.Column)
	switch len(found) {
	case 0:
		c.problem = fmt.Errorf("%s: no step is called %q%s; dpopspec steps lists those there are", where, step.Text, suggestion(v.Nearest(step.Text)))
	case 1:
		if problem := step.below(found[0]); problem != "" {
			c.problem = fmt.Errorf("%s: %s", where, problem)
		}
	default:
		c.problem = fmt.Errorf("%s: the step %q is ambiguous: it matches %s and %s", where, step.Text, found[0].Pattern, found[1].Pattern)
	}
}

// uses adds a definition that godog needs for the case.
func (c *Case) uses(d *vocabulary.Definition) {
	if d != nil && !slices.Contains(c.definitions, d) {
		c.definitions = append(c.definitions, d)
	}
}

func suggestion(examples []string) string {
	if len(examples) == 0 {
		return ""
	}
	return "; did you mean: " + strings.Join(examples, " | ")
}

// flatten writes the case as a scenario for godog. The cases of one scenario at
// several endpoints share it. Steps without table or text are nested in one:
// godog keeps a record of each step of a scenario, under three indexes, which
// takes longer than many a step, and none of nested ones.
func (c *Case) flatten() {
	c.title = c.ID
	var b strings.Builder
	fmt.Fprintf(&b, "  Scenario: %s\n", c.title)
	if c.nest() {
		c.flat = b.String() + "    * " + nestedText + "\n"
		return
	}
	for _, step := range c.steps {
		fmt.Fprintf(&b, "    * %s\n", step.Text)
		if doc := step.argument.text(); doc != nil {
			fmt.Fprintf(&b, "      \"\"\"%s\n", doc.MediaType)
			for _, line := range strings.Split(doc.Content, "\n") {
				fmt.Fprintf(&b, "      %s\n", strings.ReplaceAll(line, `"""`, `\"\"\"`))
			}
			b.WriteString("      \"\"\"\n")
		}
		if table := step.argument.table(); table != nil {
			for _, row := range table.Rows {
				b.WriteString("      |")
				for _, cell := range row.Cells {
					b.WriteString(" " + strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", `\n`).Replace(cell.Value) + " |")
				}
				b.WriteString("\n")
			}
		}
	}
	c.flat = b.String()
}

// nest lists the steps if each is a line alone and none could be taken for the
// one that they are nested in. A colon at the end of a line is for godog the
// promise of more.
func (c *Case) nest() bool {
	c.nested = nil
	broad := func(d *vocabulary.Definition) bool { return d.Pattern.MatchString(nestedText) }
	more := func(s Step) bool { return s.argument.PickleStepArgument != nil || strings.HasSuffix(s.Text, ":") }
	if slices.ContainsFunc(c.definitions, broad) || slices.ContainsFunc(c.steps, more) {
		return false
	}
	for _, step := range c.steps {
		c.nested = append(c.nested, step.Text)
	}
	return true
}
