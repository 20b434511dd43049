package runner

import (
	"slices"

	"github.com/dpopspec/dpopspec/target"
)

// Covered says which cases test a requirement.
type Covered struct {
	ID      string   `json:"id"`
	Verdict string   `json:"verdict"` // what a violation is worth under the profile
	Binds   []string `json:"binds"`
	Cases   []string `json:"cases"`
	Missing []string `json:"missing,omitempty"` // endpoints where it binds and no case is
	Waived  string   `json:"waived"`            // why no case tests it
}

// Coverage lists every requirement of the catalogue with its cases.
func (p *Plan) Coverage() []Covered {
	var list []Covered
	for _, r := range p.Catalogue.All() {
		c := Covered{ID: r.ID, Verdict: p.Profile.Verdict(r), Binds: r.Binds, Cases: []string{}, Waived: r.Waived}
		at := map[string]bool{}
		roles := map[target.Role]bool{}
		for _, tested := range slices.Concat(p.Cases, p.outside) {
			if tested.Has(r.ID) {
				c.Cases = append(c.Cases, tested.ID)
				at[tested.Endpoint] = true
				roles[tested.Subject] = true
			}
		}
		for _, endpoint := range r.Endpoints {
			if !at[endpoint] && !at[""] {
				c.Missing = append(c.Missing, endpoint)
			}
		}
		for _, role := range r.Binds {
			untested := len(r.Endpoints) == 0 && !roles[target.Role(role)]
			if untested && len(c.Cases) > 0 && !slices.Contains(c.Missing, role) {
				c.Missing = append(c.Missing, role)
			}
		}
		list = append(list, c)
	}
	return list
}

// Listed is a case as list shows it.
type Listed struct {
	ID           string   `json:"id"`
	Feature      string   `json:"feature"`
	Line         int      `json:"line"`
	Scenario     string   `json:"scenario"`
	Row          string   `json:"row,omitempty"`
	Endpoint     string   `json:"endpoint"`
	Subject      string   `json:"subject"`
	Requirements []string `json:"requirements"`
	Skip         string   `json:"skip,omitempty"`
}

// Listing lists the cases of the plan.
func (p *Plan) Listing() []Listed {
	list := make([]Listed, len(p.Cases))
	for i, c := range p.Cases {
		list[i] = Listed{
			c.ID, c.Feature, c.Line, c.Scenario, c.Row, c.Endpoint, c.Subject.Name(), c.RequirementIDs(), c.Skip,
		}
	}
	return list
}
