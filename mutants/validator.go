package mutants

import (
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// gate is what a bug of the proof validator may exchange at an endpoint,
// whichever server it belongs to. What is nil stays honest.
type gate struct {
	verifier func(*dpop.Verifier)
	fields   func(*http.Request) []string
	present  func([]string) bool
	target   func(origin string, r *http.Request) string
}

// bug is a row of the table of validator mutants.
type bug struct {
	id     string
	does   string
	breaks []string
	at     []string // endpoints where it can live; nil: all four
	gate   gate
}

var everywhere = []string{features.TokenEndpoint, features.PAREndpoint, features.UserinfoEndpoint, features.API}

func validators() []Mutant {
	var list []Mutant
	for _, b := range slices.Concat(claimBugs) {
		at := b.at
		if at == nil {
			at = everywhere
		}
		for _, endpoint := range at {
			list = append(list, Mutant{
				ID: b.id, Group: Validator, Endpoint: endpoint, Does: b.does, Breaks: b.breaks,
				Parts: b.gate.at(endpoint),
			})
		}
	}
	return list
}

// at puts the gate at an endpoint of an otherwise honest server.
func (g gate) at(endpoint string) target.Parts {
	if endpoint == features.API {
		return target.Parts{API: g.api}
	}
	return target.Parts{AuthorizationServer: func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		g.into(map[string]*mockas.Gate{
			features.TokenEndpoint: &c.Policy.Token, features.PAREndpoint: &c.Policy.PAR, features.UserinfoEndpoint: &c.Policy.Userinfo,
		}[endpoint])
	}}
}

func (g gate) into(m *mockas.Gate) {
	if g.verifier != nil {
		honest := m.Adjust
		m.Adjust = func(v *dpop.Verifier) {
			if honest != nil {
				honest(v)
			}
			g.verifier(v)
		}
	}
	if g.fields != nil {
		m.Fields = g.fields
	}
	if g.present != nil {
		m.Present = g.present
	}
	if g.target != nil {
		m.Target = g.target
	}
}

func (g gate) api(c *mockrs.Config) {
	if g.verifier != nil {
		g.verifier(c.Verifier)
	}
	if g.fields != nil {
		c.Policy.Fields = g.fields
	}
	if g.target != nil {
		c.Policy.Target = g.target
	}
	if g.present != nil {
		fields := c.Policy.Fields
		c.Policy.Fields = func(r *http.Request) []string {
			if lines := fields(r); g.present(lines) {
				return lines
			}
			return nil
		}
	}
}
