package runner

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/shards"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

// Selection chooses cases. What is empty does not restrict.
type Selection struct {
	IDs        []string // ids of cases or of requirements; a trailing * matches any ending
	Tags       string   // a standard tag expression, such as "@rs and not @aggressive"
	Subjects   []target.Role
	At         []string      // endpoints
	Features   []string      // paths of feature files, as reports show them
	Touched    []target.Role // the parties whose cases are run; a case without a party is run too
	Shard      shards.Shard  // the part of the cases to run; the zero value: all
	How        string        // how it was chosen, for reports; empty: as the fields say
	Aggressive bool          // also run what is tagged @aggressive against a real party
}

// Plan is what will run and what will not. Against strangers the most telling
// cases come first.
type Plan struct {
	Profile   features.Profile
	Catalogue *features.Catalogue
	Level     string                              // how much of the built-in scenarios it holds, see features.Levels
	Cases     []*Case                             // to be run, or skipped with a reason
	NotRun    []reports.NotRun                    // left out by the level or the selection
	Selection *reports.Selection                  // what was chosen of the whole plan; nil: all of it
	anew      func(profile string) (*Plan, error) // see Under
	set       reports.Set                         // the requirements and scenarios that are known
	all       map[string]bool                     // ids of every case, selected or not
	whole     []*Case                             // what the level holds of the parties under test, selected or not
	outside   []*Case                             // what the selection names and the profile leaves out
}

// EmptySelection is the error of a selection that leaves nothing to run.
type EmptySelection struct{ Why string }

// Error implements error.
func (e *EmptySelection) Error() string { return e.Why }

// NewPlan expands feature files with the standard vocabulary and selects from
// their cases.
func NewPlan(sources []Source, t *target.Target, s Selection) (*Plan, error) {
	return NewPlanWith(steps.Standard(), sources, t, s)
}

// NewPlanWith is NewPlan with another vocabulary.
func NewPlanWith(v *vocabulary.Vocabulary, sources []Source, t *target.Target, s Selection) (*Plan, error) {
	catalogue, err := features.Load()
	if err != nil {
		return nil, err
	}
	profile, err := features.FindProfile(t.Profile)
	if err != nil {
		return nil, err
	}
	cases, err := Expand(sources, t, catalogue, profile, v)
	if err != nil {
		return nil, err
	}
	set, err := features.LoadSet()
	if err != nil {
		return nil, err
	}
	p := &Plan{Profile: profile, Catalogue: catalogue, set: reports.Set(set), all: map[string]bool{}}
	p.anew = func(profile string) (*Plan, error) {
		other := *t
		other.Profile = profile
		return NewPlanWith(v, sources, &other, s)
	}
	for _, c := range cases {
		p.all[c.ID] = true
		t.Secrets = append(t.Secrets, c.variables(os.LookupEnv)...)
	}
	return p, p.choose(cases, t, s)
}

// Under is the same plan under another profile.
func (p *Plan) Under(profile string) (*Plan, error) { return p.anew(profile) }

// Only is the plan of those of its cases that are kept.
func (p *Plan) Only(keep func(*Case) bool) *Plan {
	narrowed := *p
	narrowed.Cases = slices.DeleteFunc(slices.Clone(p.Cases), func(c *Case) bool { return !keep(c) })
	return &narrowed
}

func (p *Plan) choose(cases []*Case, t *target.Target, s Selection) error {
	matches, err := s.tagExpression(cases)
	if err != nil {
		return err
	}
	if err := s.knownIDs(cases, p.Catalogue); err != nil {
		return err
	}
	level, err := levelFor(t, s, cases)
	if err != nil {
		return err
	}
	p.Level = level.name
	subjects := s.Subjects
	if subjects == nil {
		subjects = t.Subjects()
	}
	others := 0 // cases of parties that are not under test
	for _, c := range cases {
		switch {
		case !s.names(c) || !matches(c) || !s.isAt(c) || !s.isTouched(c):
			continue
		case c.Subject != "" && !slices.Contains(subjects, c.Subject):
			others++
			reason := "the " + c.Subject.Name() + " is not under test"
			p.NotRun = append(p.NotRun, reports.NotRun{ID: c.ID, Reason: reason})
			continue
		case c.outside != "":
			p.outside = append(p.outside, c)
			p.NotRun = append(p.NotRun, reports.NotRun{ID: c.ID, Reason: c.outside})
			continue
		case !level.holds(c):
			p.NotRun = append(p.NotRun, reports.NotRun{ID: c.ID, Reason: level.leftOut(c)})
			continue
		case c.Skip == "" && slices.Contains(c.Tags, "aggressive") && !s.Aggressive && !t.Embedded(c.Subject):
			c.Skip = "tagged @aggressive; it runs against a real party only with --aggressive"
			c.Key = "--aggressive"
		}
		p.Cases = append(p.Cases, c)
	}
	together := p.Cases
	if p.Cases, err = dealt(together, s.Shard); err != nil {
		return err
	}
	for _, c := range cases {
		if c.outside == "" && level.holds(c) && (c.Subject == "" || slices.Contains(t.Subjects(), c.Subject)) {
			p.whole = append(p.whole, c)
		}
	}
	if whole := len(p.whole); len(p.Cases) < whole {
		p.Selection = &reports.Selection{How: s.words(), Of: whole}
		if s.Shard.Of > 0 {
			p.Selection.Shard, p.Selection.Shards = s.Shard.N, s.Shard.Of
			p.Selection.Cases, p.Selection.Plan = len(together), fingerprint(together)
		}
	}
	if len(p.Cases) == 0 {
		return &EmptySelection{s.why(len(cases), others, level.name)}
	}
	if t.Strangers() {
		level.order(p.Cases)
	}
	return nil
}

// words say how cases were chosen.
func (s Selection) words() string {
	if s.How != "" {
		return s.How
	}
	var words []string
	switch {
	case len(s.IDs) > 3:
		words = append(words, fmt.Sprintf("%d ids", len(s.IDs)))
	case len(s.IDs) > 0:
		words = append(words, "--id "+strings.Join(s.IDs, ","))
	}
	if s.Tags != "" {
		words = append(words, "--tags "+s.Tags)
	}
	if s.Subjects != nil {
		var names []string
		for _, role := range s.Subjects {
			names = append(names, string(role))
		}
		words = append(words, "--subject "+strings.Join(names, ","))
	}
	if s.At != nil {
		words = append(words, "--at "+strings.Join(s.At, ","))
	}
	if s.Shard.Of > 0 {
		words = append(words, "--shard "+s.Shard.String())
	}
	return strings.Join(words, " ")
}

func (s Selection) why(all, otherSubjects int, level string) string {
	if otherSubjects > 0 {
		return fmt.Sprintf("nothing to run: the %d selected cases test parties that are embedded beside a real one; "+
			"name the party with --subject", otherSubjects)
	}
	if level != features.Full {
		return fmt.Sprintf("nothing to run: of the %d cases none that matches the selection is of the level %s; "+
			"dpopspec list --level full shows them", all, level)
	}
	return fmt.Sprintf("nothing to run: none of the %d cases matches the selection; dpopspec list shows them", all)
}

// tagExpression compiles the expression. A tag that no scenario carries is an
// error: it would select nothing, or everything, without a word.
func (s Selection) tagExpression(cases []*Case) (func(*Case) bool, error) {
	expression, err := parseTagExpression(s.Tags)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, c := range cases {
		for _, tag := range c.Tags {
			known["@"+tag] = true
		}
	}
	for _, tag := range expression.Tags {
		if !known[tag] {
			return nil, fmt.Errorf("no scenario carries the tag %s; did you mean %s? "+
				"dpopspec list --tags-only shows those there are", tag, nearest(tag, known))
		}
	}
	return func(c *Case) bool {
		tags := make([]string, len(c.Tags))
		for i, tag := range c.Tags {
			tags[i] = "@" + tag
		}
		return expression.holds(tags)
	}, nil
}

func (s Selection) knownIDs(cases []*Case, catalogue *features.Catalogue) error {
	for _, id := range s.IDs {
		if !slices.ContainsFunc(cases, func(c *Case) bool { return matchesID(id, c) }) {
			if _, found := catalogue.Find(id); found {
				return &EmptySelection{fmt.Sprintf("nothing to run: no case tests the requirement %s", id)}
			}
			return fmt.Errorf("no case and no requirement has the id %s; did you mean %s? dpopspec list shows them",
				id, nearestID(id, cases, catalogue))
		}
	}
	return nil
}

func (s Selection) names(c *Case) bool {
	return len(s.IDs) == 0 || slices.ContainsFunc(s.IDs, func(id string) bool { return matchesID(id, c) })
}

func matchesID(id string, c *Case) bool {
	if prefix, found := strings.CutSuffix(id, "*"); found {
		return strings.HasPrefix(c.ID, prefix)
	}
	return c.ID == id || c.Has(id)
}

// ParseSubjects reads the names of parties under test.
func (s *Selection) ParseSubjects(names []string) error {
	for _, name := range names {
		role, known := roleTags[name]
		if !known {
			return fmt.Errorf("--subject: %q is not one of as, rs, client; %s", name, meant(name))
		}
		s.Subjects = append(s.Subjects, role)
	}
	return nil
}
