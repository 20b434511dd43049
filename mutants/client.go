package mutants

import (
	"slices"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/target"
)

// clientBug is a row of the table of client mutants, or one of several ways to
// have its bug.
type clientBug struct {
	id, variant string
	does        string
	breaks      []string
	profile     string
	// policy exchanges one decision of an honest client. It is called for each
	// client that is configured, so what it declares lives as long as a process.
	policy func(*client.Policy)
}

func clients() []Mutant {
	var list []Mutant
	for _, b := range slices.Concat(clientProofBugs, clientSigningBugs, clientRequestBugs, clientNonceBugs, clientServerBugs) {
		list = append(list, Mutant{
			ID: b.id, Variant: b.variant, Group: Client, Profile: b.profile, Does: b.does, Breaks: b.breaks,
			Parts: target.Parts{Client: func(o *client.Options) { b.policy(o.Policy) }},
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

// breaksRFC9449 spells ids of RFC 9449 without repeating its number.
func breaksRFC9449(rows ...string) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = "RFC9449-" + row
	}
	return ids
}
