// Package mutants holds embedded parties with exactly one bug each. A scenario
// is worth something only if a party with the bug that it looks for fails it;
// the mutants prove that. Each is an honest party with one policy or one check
// exchanged: honest code does not know that they exist.
package mutants

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

// Group tells what kind of party a mutant is a bug of.
type Group string

// The groups of mutants, by the letters of their ids.
const (
	Validator           Group = "validator" // PV: of proofs, at any endpoint that takes them
	AuthorizationServer Group = "as"        // AS
	ResourceServer      Group = "rs"        // RS
	Client              Group = "client"    // CL
)

// Groups lists the groups.
var Groups = []Group{Validator, AuthorizationServer, ResourceServer, Client}

// Mutant is one bug. A bug of the validator that can live at several endpoints
// is one Mutant for each.
type Mutant struct {
	ID       string // PV-018, the same at every endpoint
	Group    Group
	Endpoint string   // where the bug lives; empty where that makes no difference
	Variant  string   // which of several ways to have the bug; empty if there is one
	Profile  string   // under which it is a bug; empty: under the default one
	Does     string   // what is wrong
	Breaks   []string // requirements
	Parts    target.Parts
}

// Name tells a mutant from all others.
func (m Mutant) Name() string {
	name := m.ID
	if m.Endpoint != "" {
		name += "@" + m.Endpoint
	}
	if m.Variant != "" {
		name += "/" + m.Variant
	}
	return name
}

// All returns every mutant, in the order of their ids.
func All() []Mutant {
	list := slices.Concat(validators(), authorizationServers(), resourceServers(), clients())
	return list
}

// InGroup returns the mutants of a group; of every group if it is empty.
func InGroup(g Group) ([]Mutant, error) {
	if g == "" {
		return All(), nil
	}
	if !slices.Contains(Groups, g) {
		return nil, fmt.Errorf("no group of mutants is called %q; there are %v", g, Groups)
	}
	return slices.DeleteFunc(All(), func(m Mutant) bool { return m.Group != g }), nil
}

// Subject is the party that a mutant replaces.
func (m Mutant) Subject() target.Role {
	switch {
	case m.Group == Client:
		return target.ClientRole
	case m.Group == ResourceServer, m.Endpoint == features.API:
		return target.ResourceServer
	}
	return target.AuthorizationServer
}

// Named returns the mutants of an id, with or without its endpoint.
func Named(list []Mutant, id string) ([]Mutant, error) {
	found := slices.DeleteFunc(slices.Clone(list), func(m Mutant) bool { return m.ID != id && m.Name() != id })
	if len(found) == 0 {
		return nil, fmt.Errorf("no mutant has the id %s", id)
	}
	return found, nil
}
