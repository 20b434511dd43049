package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/internal/spelling"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/target"
)

// Explanation is what stands behind an id or a word. Parts that do not apply are empty.
type Explanation struct {
	ID   string `json:"id"`
	Kind string `json:"kind"` // requirement, case, mutant, cause or word

	Text     string            `json:"text"`               // in our words
	Stands   string            `json:"stands,omitempty"`   // the text and its section
	Link     string            `json:"link,omitempty"`     // where to read it
	Level    string            `json:"level,omitempty"`    // the text's own word, such as MUST
	Binds    []string          `json:"binds,omitempty"`    // the parties
	Attack   string            `json:"attack,omitempty"`   // what a violation opens
	Remedy   string            `json:"remedy,omitempty"`   // what to change
	Remedies map[string]string `json:"remedies,omitempty"` // what each party that is bound can do about such
	Expected string            `json:"expected,omitempty"` // of a sound party
	Notes    string            `json:"notes,omitempty"`    // facts from the field

	Worth        map[string]string `json:"worth,omitempty"`        // of a violation, by profile; "" where it does not apply
	Requirements []string          `json:"requirements,omitempty"` // that a case tests, a mutant breaks, a cause concerns
	Scenarios    []Scenario        `json:"scenarios,omitempty"`
	Mutants      []Mutant          `json:"mutants,omitempty"`  // that show that the cases can fail
	Products     []Product         `json:"products,omitempty"` // that were seen to do otherwise
	Run          string            `json:"run,omitempty"`      // the command that runs just that
	Waived       string            `json:"waived,omitempty"`   // why no scenario of its own tests it
}

// Scenario is one with its cases.
type Scenario struct {
	Title   string   `json:"title"`
	Feature string   `json:"feature"`
	Line    int      `json:"line"`
	Cases   []string `json:"cases"`
}

// Mutant is an embedded party with one bug.
type Mutant struct {
	Name string `json:"name"`
	Does string `json:"does"`
}

// Product is a real one, with what was seen of it.
type Product struct {
	Name  string   `json:"name"`
	Seen  string   `json:"seen"`
	Cases []string `json:"cases"`
}

// Unknown is the error of what is neither an id nor a word of a report.
type Unknown struct {
	ID   string
	Near []string // what may have been meant, the likeliest first
}

// Error implements error.
func (u *Unknown) Error() string {
	text := fmt.Sprintf("nothing is called %q", shortened(u.ID))
	if len(u.Near) > 0 {
		text += "; the nearest are:\n  " + strings.Join(u.Near, "\n  ")
	}
	return text + "\ndpopspec list --coverage lists requirements, dpopspec list the cases"
}

// longestID is how many octets of what was written are said again, and looked for: more is
// no id.
const longestID = 200

func shortened(id string) string {
	if len(id) > longestID {
		return strings.ToValidUTF8(id[:longestID], "") + "…"
	}
	return id
}

// library is all there is to explain.
type library struct {
	catalogue *features.Catalogue
	profiles  []features.Profile
	cases     []*runner.Case
	mutants   []mutants.Mutant
	seen      []fixtures.Deviation
}

func open() (*library, error) {
	var l library
	var err error
	if l.catalogue, err = features.Load(); err != nil {
		return nil, err
	}
	if l.profiles, err = features.Profiles(); err != nil {
		return nil, err
	}
	sources, err := runner.BuiltIn()
	if err != nil {
		return nil, err
	}
	if l.cases, err = runner.Expand(sources, target.Default(), l.catalogue, l.profiles[0], steps.Standard()); err != nil {
		return nil, err
	}
	if l.mutants, err = mutants.All(); err != nil {
		return nil, err
	}
	l.seen, err = fixtures.Deviations()
	return &l, err
}

// Of explains an id or a word. Letter case makes no difference, nor does the @ of a tag;
// what is unknown is an error of the type Unknown.
func Of(id string) (Explanation, error) {
	l, err := open()
	if err != nil {
		return Explanation{}, err
	}
	wanted := strings.TrimPrefix(strings.TrimSpace(id), "@")
	if w, found := words[strings.ToLower(wanted)]; found {
		return Explanation{ID: strings.ToLower(wanted), Kind: "word", Text: w.means, Remedy: w.todo}, nil
	}
	for _, r := range l.catalogue.All() {
		if strings.EqualFold(r.ID, wanted) {
			return l.requirement(r)
		}
	}
	for _, c := range l.cases {
		if c.ID == wanted {
			return l.oneCase(c)
		}
	}
	for i := range l.mutants {
		// The letters of its number are capital; those of an endpoint and a variant are not.
		at := strings.IndexAny(wanted+"@", "@/")
		name := strings.ToUpper(wanted[:at]) + strings.ToLower(wanted[at:])
		if l.mutants[i].Called(name) {
			return l.mutant(name, l.mutants[i])
		}
	}
	if e, found, err := l.cause(wanted); found || err != nil {
		return e, err
	}
	if len(wanted) > longestID {
		return Explanation{}, &Unknown{ID: id}
	}
	return Explanation{}, &Unknown{id, l.nearest(wanted)}
}

// nearest are the ids and words that resemble another most.
func (l *library) nearest(wanted string) []string {
	if wanted == "" {
		return nil
	}
	const few = 5
	near := l.catalogue.Suggest(wanted)
	type candidate struct {
		name     string
		distance int
	}
	var list []candidate
	add := func(name string) {
		d := spelling.Distance(strings.ToLower(wanted), strings.ToLower(name))
		if d <= max(2, len(wanted)/3) && !slices.Contains(near, name) {
			list = append(list, candidate{name, d})
		}
	}
	for name := range words {
		add(name)
	}
	for i := range l.mutants {
		add(l.mutants[i].ID)
	}
	for _, c := range l.cases {
		if len(c.ID) <= 2*len(wanted) {
			add(c.ID)
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	for _, c := range list {
		if !slices.Contains(near, c.name) && len(near) < few {
			near = append(near, c.name)
		}
	}
	// A part of an id is as good as the beginning of one.
	for _, c := range l.cases {
		if len(near) < few && len(wanted) > 3 && strings.Contains(c.ID, strings.ToLower(wanted)) {
			near = append(near, c.ID)
		}
	}
	return near
}

func (l *library) requirement(r features.Requirement) (Explanation, error) {
	byGroup, err := remedies()
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{
		ID: r.ID, Kind: "requirement", Text: r.Text, Level: r.Level, Attack: r.Why, Remedy: r.Remedy,
		Expected: r.Expected, Notes: r.Notes, Waived: r.Waived, Worth: map[string]string{},
		Remedies: map[string]string{}, Run: "dpopspec run --id " + r.ID,
	}
	e.Stands, e.Link = standsIn(r)
	for _, party := range r.Binds {
		e.Binds = append(e.Binds, parties[party])
		e.Remedies[parties[party]] = byGroup[r.Group][party]
	}
	for _, p := range l.profiles {
		if e.Worth[p.Name] = p.Verdict(r); !p.Applies(r) {
			e.Worth[p.Name] = ""
		}
	}
	if e.Worth[features.DefaultProfile] == "" {
		for _, p := range l.profiles {
			if e.Worth[p.Name] != "" {
				e.Run = "dpopspec run --profile " + p.Name + " --id " + r.ID
				break
			}
		}
	}
	tests := func(c *runner.Case) bool { return c.Has(r.ID) }
	e.Scenarios = l.scenarios(tests)
	if len(e.Scenarios) == 0 {
		e.Run = ""
	}
	for i := range l.mutants {
		if slices.Contains(l.mutants[i].Breaks, r.ID) {
			e.Mutants = append(e.Mutants, Mutant{l.mutants[i].Name(), l.mutants[i].Does})
		}
	}
	concerned := map[string]bool{r.ID: true}
	for _, s := range e.Scenarios {
		for _, id := range s.Cases {
			concerned[id] = true
		}
	}
	e.Products = l.products(func(id string) bool { return concerned[id] })
	return e, nil
}

// scenarios are those of the cases that are wanted, in the order of the files.
func (l *library) scenarios(wanted func(*runner.Case) bool) []Scenario {
	var list []Scenario
	at := map[string]int{}
	for _, c := range l.cases {
		if !wanted(c) {
			continue
		}
		title := c.Scenario
		key := c.Feature + "\x00" + title
		i, found := at[key]
		if !found {
			i = len(list)
			at[key] = i
			list = append(list, Scenario{Title: title, Feature: c.Feature, Line: c.Line})
		}
		list[i].Cases = append(list[i].Cases, c.ID)
	}
	return list
}

// products are those that are known to deviate, each reason once.
func (l *library) products(concerns func(id string) bool) []Product {
	var list []Product
	for _, d := range l.seen {
		if !concerns(d.ID) {
			continue
		}
		i := slices.IndexFunc(list, func(p Product) bool { return p.Name == d.Product && p.Seen == d.Seen })
		if i < 0 {
			list = append(list, Product{Name: d.Product, Seen: d.Seen})
			i = len(list) - 1
		}
		list[i].Cases = append(list[i].Cases, d.ID)
	}
	return list
}

func (l *library) oneCase(c *runner.Case) (Explanation, error) {
	e := Explanation{ID: c.ID, Kind: "case", Requirements: c.RequirementIDs(), Worth: nil}
	lines := []string{c.Scenario}
	for _, s := range c.Steps() {
		lines = append(lines, "    "+s.Keyword+" "+s.Text)
	}
	e.Text = strings.Join(lines, "\n")
	if c.Endpoint != "" {
		e.Notes = "It is run at the endpoint " + c.Endpoint + "."
	}
	if len(c.Requirements) > 0 {
		of, err := l.requirement(c.Requirements[0])
		if err != nil {
			return e, err
		}
		e.Stands, e.Link, e.Level, e.Attack, e.Remedy = of.Stands, of.Link, of.Level, of.Attack, of.Remedy
		e.Expected, e.Mutants, e.Worth, e.Binds = of.Expected, of.Mutants, of.Worth, of.Binds
		e.Remedies = map[string]string{c.Subject.Name(): of.Remedies[c.Subject.Name()]}
		if profile := strings.TrimPrefix(of.Run, "dpopspec run"); strings.HasPrefix(profile, " --profile") {
			e.Run = "dpopspec run" + strings.Split(profile, " --id")[0] + " --id '" + c.ID + "'"
		}
	}
	e.Run = cmp.Or(e.Run, "dpopspec run --id '"+c.ID+"'")
	e.Scenarios = l.scenarios(func(other *runner.Case) bool { return other == c })
	e.Products = l.products(func(id string) bool { return id == c.ID })
	return e, nil
}

// mutant explains all mutants that answer to a name, of which m is the first: they live
// at several endpoints, of several parties, and have their bug in several ways.
func (l *library) mutant(name string, m mutants.Mutant) (Explanation, error) {
	e := Explanation{
		ID: name, Kind: "mutant", Requirements: m.Breaks,
		Text: "An embedded party with one bug: it " + m.Does + ".",
		Run:  "dpopspec mutants --id " + name,
	}
	var at []string // the endpoints
	if m.Profile != "" {
		e.Notes = "It is a bug under the profile " + m.Profile + "."
	}
	for i := range l.mutants {
		one := &l.mutants[i]
		if !one.Called(name) {
			continue
		}
		e.Mutants = append(e.Mutants, Mutant{one.Name(), one.Does})
		at = append(at, one.Endpoint)
		if subject := one.Subject().Name(); !slices.Contains(e.Binds, subject) {
			e.Binds = append(e.Binds, subject)
		}
	}
	if len(m.Breaks) > 0 {
		if r, found := l.catalogue.Find(m.Breaks[0]); found {
			e.Attack, e.Remedy = r.Why, r.Remedy
			e.Stands, e.Link = standsIn(r)
		}
	}
	e.Scenarios = l.scenarios(func(c *runner.Case) bool {
		return slices.ContainsFunc(m.Breaks, c.Has) && (c.Endpoint == "" || slices.Contains(at, "") || slices.Contains(at, c.Endpoint))
	})
	return e, nil
}
