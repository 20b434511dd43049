package mutants

import (
	"fmt"

	"github.com/dpopspec/dpopspec/target"
)

// row is one bug in a table: a mutant for each endpoint where the bug lives.
type row struct {
	id      string   // the letters of its group and a number; rows of one id are ways to have one bug
	variant string   // which of these ways, in words joined by hyphens; empty if there is one
	does    string   // what is wrong
	breaks  ids      // the requirements that it breaks: one of their cases must find it
	at      []string // endpoints; nil: wherever the change can be made
	profile string   // under which it is a bug; empty: under the default one
	change  change
}

// ids are those of requirements.
type ids = []string

// change is what is exchanged in an honest party. With inServer, inAPI and
// inClient it is decisions of that party; with inVerifier and gate it is how
// proofs are judged and taken at an endpoint, whichever party has it.
type change interface {
	// endpoints are where it is made if the row names none.
	endpoints() []string
	// parts makes it at an endpoint. One that does not exist, or not in the
	// party that is changed, is an error.
	parts(endpoint string) (target.Parts, error)
}

// mutants makes the mutants of a row.
func (r row) mutants() ([]Mutant, error) {
	if r.change == nil {
		return nil, fmt.Errorf("mutant %s: nothing is changed", r.id)
	}
	at := r.at
	if len(at) == 0 {
		at = r.change.endpoints()
	}
	var list []Mutant
	for _, endpoint := range at {
		parts, err := r.change.parts(endpoint)
		if err != nil {
			return nil, fmt.Errorf("mutant %s: %w", r.id, err)
		}
		list = append(list, Mutant{
			ID: r.id, Endpoint: endpoint, Profile: r.profile, Does: r.does, Breaks: r.breaks, Parts: parts,
			variant: r.variant,
		})
	}
	return list, nil
}
