package mutants

import (
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// fault is a row of the tables of authorization server mutants.
type fault struct {
	id     string
	does   string
	breaks []string
	change func(*mockas.Policy)
}

func authorizationServers() []Mutant {
	var list []Mutant
	for _, f := range slices.Concat(issuanceFaults, refreshFaults, codeFaults, endpointFaults) {
		list = append(list, Mutant{ID: f.id, Group: AuthorizationServer, Does: f.does, Breaks: f.breaks, Parts: f.parts()})
	}
	for _, f := range certificateFaults {
		list = append(list, Mutant{ID: f.id, Variant: "certificate", Group: AuthorizationServer, Does: f.does, Breaks: f.breaks, Parts: f.parts()})
	}
	for _, f := range hiddenFaults {
		list = append(list, Mutant{ID: f.id, Variant: f.variant, Group: AuthorizationServer, Does: f.does, Breaks: f.breaks, Parts: f.parts()})
	}
	list = append(list, userinfos()...)
	for _, f := range fapiFaults {
		list = append(list, Mutant{ID: f.id, Group: AuthorizationServer, Profile: "fapi2", Does: f.does, Breaks: f.breaks, Parts: f.parts()})
	}
	slices.SortFunc(list, func(a, b Mutant) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

// parts puts the fault into an otherwise honest authorization server.
func (f fault) parts() target.Parts {
	return target.Parts{AuthorizationServer: func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		f.change(c.Policy)
	}}
}
