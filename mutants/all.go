package mutants

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// group is the tables of the bugs of one kind of party.
type group struct {
	name    string
	letters string // that their ids begin with
	tables  [][]row
}

// groups are all there are.
var groups = []group{
	// Whoever judges proofs, at any endpoint that takes them.
	{"validator", "PV", [][]row{
		fieldBugs, formBugs, memberBugs, algorithmBugs, keyBugs, signatureBugs, signatureFormBugs, halvesBugs, encodingBugs,
		claimBugs, targetBugs,
		timeBugs, nonceBugs, comparedBugs, replayBugs, edgeBugs, thumbprintBugs, descriptionBugs, reflectionBugs,
		proofProfileBugs, challengeBugs, ordinaryBugs, curveBugs, methodBugs, instanceBugs,
	}},
	{"as", "AS", [][]row{
		issuanceBugs, refreshBugs, codeBugs, endpointBugs, hiddenBugs, serverProfileBugs, attestationBugs,
		introspectionBugs, onceBugs,
	}},
	// An API, or userinfo.
	{"rs", "RS", [][]row{
		schemeBugs, bindingBugs, tokenBugs, tokenSignatureBugs, refusalBugs, passageBugs, memoryBugs, connectionBugs,
		announcementBugs, userinfoBugs, apiProfileBugs, issuingBugs,
	}},
	{"client", "CL", [][]row{
		clientProofBugs, clientSigningBugs, clientRequestBugs, clientNonceBugs, clientServerBugs,
		clientAuthenticationBugs, clientDocumentedBugs, clientProfileBugs,
		clientAtOnceBugs, clientOverTimeBugs, clientAttestationBugs, clientRefreshBugs,
		clientRepetitionBugs,
	}},
}

// mutants makes those of a group, in the order of their ids.
func (g group) mutants() ([]Mutant, error) {
	var list []Mutant
	for _, r := range slices.Concat(g.tables...) {
		if !strings.HasPrefix(r.id, g.letters+"-") {
			return nil, fmt.Errorf("mutant %s: an id in the tables of %s begins with %s-", r.id, g.name, g.letters)
		}
		made, err := r.mutants()
		if err != nil {
			return nil, err
		}
		list = append(list, made...)
	}
	slices.SortStableFunc(list, func(a, b Mutant) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// All returns every mutant, by group and in the order of their ids. A row with
// an id of no group, or an endpoint where its change cannot be made, is an error.
func All() ([]Mutant, error) { return Select("", "") }

// Select returns the mutants of a group (validator, as, rs or client) that have
// a name: an id, alone or with an endpoint (PV-017@api), a variant
// (PV-017/uncompared) or both. What is empty does not restrict. An unknown group
// and an unknown name are errors; that of a name tells the nearest.
func Select(group, name string) ([]Mutant, error) {
	var list []Mutant
	var known []string
	for _, g := range groups {
		known = append(known, g.name)
		if group != "" && group != g.name {
			continue
		}
		made, err := g.mutants()
		if err != nil {
			return nil, err
		}
		list = append(list, made...)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no group of mutants is called %q; there are %s", group, strings.Join(known, ", "))
	}
	if name == "" {
		return list, nil
	}
	found := slices.DeleteFunc(slices.Clone(list), func(m Mutant) bool { return !m.Called(name) })
	if len(found) == 0 {
		return nil, fmt.Errorf("no mutant is called %q; the nearest name is %s", name, nearest(list, name))
	}
	return found, nil
}

// nearest is the name that resembles another most, whatever their letter case.
func nearest(list []Mutant, name string) string {
	var names []string
	for _, m := range list {
		names = append(names, m.names()...)
	}
	return spelling.Nearest(name, names)
}

// Variations returns every variation. Each holds several choices that have
// nothing to do with each other, for a run takes time.
func Variations() []Variation {
	return slices.Concat(serverVariations, apiVariations, clientVariations, habits, []Variation{inBrowser},
		registrationVariations, profileVariations)
}
