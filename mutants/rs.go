package mutants

import (
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// apiBug is a row of the tables of misbehaving APIs. Rows of one id are
// variants of one mistake.
type apiBug struct {
	id     string
	does   string
	breaks []string
	make   func(*mockrs.Config)
}

// apiPolicy makes a bug out of a change to the policy of an API.
func apiPolicy(change func(*mockrs.Policy)) func(*mockrs.Config) {
	return func(c *mockrs.Config) { change(c.Policy) }
}

// rfc9449 spells requirement ids of RFC 9449 without repeating its number.
func rfc9449(rows ...string) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = "RFC9449-" + row
	}
	return ids
}

func resourceServers() []Mutant {
	var list []Mutant
	for _, b := range slices.Concat(schemeBugs, bindingBugs, tokenBugs, refusalBugs, passageBugs, announcementBugs) {
		list = append(list, Mutant{
			ID: b.id, Group: ResourceServer, Endpoint: features.API, Does: b.does, Breaks: b.breaks,
			Parts: target.Parts{API: b.make},
		})
	}
	slices.SortStableFunc(list, func(a, b Mutant) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return list
}
