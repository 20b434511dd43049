// Package mutants holds embedded parties with exactly one bug each. A scenario
// is worth something only if a party with the bug that it looks for fails it;
// the mutants prove that. Each is an honest party with one policy or one check
// exchanged: honest code does not know that they exist.
//
// A bug is a row of a table. The tables stand one a file and all.go lists them.
// The change of a row tells what is exchanged, and in which party; change.go,
// gate.go and check.go hold the ways to write one.
package mutants

import (
	"slices"

	"github.com/dpopspec/dpopspec/target"
)

// Mutant is one bug at one place. A bug that can live at several endpoints is
// one Mutant for each.
type Mutant struct {
	ID       string       // PV-018, the same at every endpoint and for every way to have the bug
	Endpoint string       // where the bug lives; empty where that makes no difference
	Profile  string       // under which it is a bug; empty: under the default one
	Does     string       // what is wrong
	Breaks   []string     // requirements: a case of one of them must find the bug
	Parts    target.Parts // the honest parties, one of them changed

	variant string // which of several ways to have the bug; empty if there is one
}

// Name tells a mutant from all others: PV-018@api, or PV-017@api/uncompared
// where there are several ways to have the bug.
func (m Mutant) Name() string { return m.place() + m.way() }

func (m Mutant) place() string {
	if m.Endpoint == "" {
		return m.ID
	}
	return m.ID + "@" + m.Endpoint
}

func (m Mutant) way() string {
	if m.variant == "" {
		return ""
	}
	return "/" + m.variant
}

// Called reports whether a mutant answers to a name: its own, or one that it shares
// with others, such as an id.
func (m Mutant) Called(name string) bool { return slices.Contains(m.names(), name) }

// names are all that a mutant answers to. It shares all but Name with others.
func (m Mutant) names() []string { return []string{m.ID, m.place(), m.ID + m.way(), m.Name()} }

// Subject is the party that a mutant replaces: the one that is changed.
func (m Mutant) Subject() target.Role {
	switch {
	case m.Parts.Client != nil:
		return target.ClientRole
	case m.Parts.API != nil:
		return target.ResourceServer
	case m.Parts.AuthorizationServer != nil:
		return target.AuthorizationServer
	}
	return "" // no row makes such a mutant
}
