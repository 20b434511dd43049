// Package runner plans and runs scenarios: feature files become flat cases,
// each case runs in a World of its own, and the run becomes a reports.Run.
package runner

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Case is one run of one scenario, or of one row of its examples, at one endpoint.
type Case struct {
	ID           string
	Feature      string // path of the feature file
	FeatureName  string
	Line         int
	Scenario     string // the claim, with the values of the row
	Row          string // the values of the row
	Endpoint     string // token, par, userinfo, api or empty
	Subject      target.Role
	Tags         []string
	Requirements []features.Requirement
	Verdict      string // fail, warn or info: what a violation is worth
	Skip         string // reason for not running it although it was selected
	Key          string // of the configuration, or flag, that would let it run in spite of that

	place     int    // among all cases, in the order of the feature files
	own       bool   // of a person's own features
	ranked    string // id in the ranking; empty for a scenario of a person's own
	at        world.Endpoint
	outside   string // why the profile leaves it out
	steps     []Step
	problem   error // the scenario cannot run as it is written
	operation *world.Operation
	scout     bool                              // it finds out what others may rest on
	before    int                               // so many of the steps come before those that are run at the operation
	open      func(name string) ([]byte, error) // reads a file beside the feature file
}

// Step is one step of a case, with its place in the feature file.
type Step struct {
	Keyword, Text string
	Line, Column  int
	expects       bool // it stands behind a Then, or an And or But that follows one
	below         vocabulary.Below
	definition    *vocabulary.Definition // nil if there is not exactly one
	bound         vocabulary.Bound
	problem       error // why it cannot be bound
}

// Steps returns the steps of the case.
func (c *Case) Steps() []Step { return slices.Clone(c.steps) }

// RequirementIDs returns the ids of the requirements that the case tests.
func (c *Case) RequirementIDs() []string {
	ids := make([]string, len(c.Requirements))
	for i, r := range c.Requirements {
		ids[i] = r.ID
	}
	return ids
}

// Has reports whether the case tests the requirement.
func (c *Case) Has(requirement string) bool {
	return slices.ContainsFunc(c.Requirements, func(r features.Requirement) bool { return r.ID == requirement })
}

// mayWait reports whether the case has a step that takes time at a real party,
// and its party is real.
func (c *Case) mayWait(s *target.Session) bool {
	return c.Skip == "" && !s.Embedded(c.Subject) &&
		slices.ContainsFunc(c.steps[c.before:], func(s Step) bool { return s.definition != nil && s.definition.MayWait })
}

// Waits reports whether the case takes time at a real party, and the target lets
// it: such cases run side by side, since together they take as long as one.
func (c *Case) Waits(s *target.Session) bool { return s.Limits.Patience > 0 && c.mayWait(s) }

// probes reports whether the case sends probes of ours to a real server. A person's
// own steps do not: who knows what it means to take them twice. Those that stand before an
// operation that is protected are there to be taken before each probe.
func (c *Case) probes(s *target.Session) bool {
	if c.problem != nil || c.Skip != "" || c.Subject == target.ClientRole || c.Subject == "" || s.Embedded(c.Subject) {
		return false
	}
	return !slices.ContainsFunc(c.steps[c.before:], func(step Step) bool { return step.definition == nil || step.definition.Own })
}

// slug makes a name that can stand in an id, a path and a pattern of go test
// -run: lower-case words joined by hyphens. Signs before a number are words, so
// that +60 and -60 are told apart.
func slug(text string) string {
	var b strings.Builder
	word := func(letters string) {
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(letters)
	}
	inside := false // a word is being written
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			if inside {
				b.WriteByte(c)
			} else {
				word(string(c))
			}
			inside = true
			continue
		case c == '+':
			word("plus")
		case c == '-' && !inside && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
			word("minus")
		}
		inside = false
	}
	return b.String()
}

// queue names the cases that are played one after another with this one: those of its
// endpoint, and of a further probe by themselves. All of a person's own are of one queue:
// what comes before them may change what others find.
func (c *Case) queue() string {
	if c.own {
		return c.Endpoint
	}
	return c.where()
}

// where names where its requests go. Cases of different places share no lane, lest one path
// that refuses everything ends what is tried at the others.
func (c *Case) where() string { return world.PlaceOf(c.Endpoint, c.operation) }
