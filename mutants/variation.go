package mutants

import (
	"slices"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// Variation is an honest party that does much otherwise than the embedded ones
// do, where the specifications leave it the choice. No scenario may call it
// wrong: a harness that does raises a false alarm.
type Variation struct {
	Name  string
	Party target.Role
	Parts target.Parts
	// Warns are requirements of which a warning, or a note, is due: choices that
	// are allowed and not advised.
	Warns []string
}

// Variations returns every variation. Each holds several choices that have
// nothing to do with each other, for a run takes time.
func Variations() []Variation {
	return slices.Concat(serverVariations(), apiVariations(), clientVariations())
}

// choice changes one decision of a verifier.
type choice = func(*dpop.Verifier)

// atEveryGate lets all endpoints of an authorization server make the choices,
// on top of what the scenario arranges.
func atEveryGate(choices ...choice) func(*mockas.Config) {
	return func(c *mockas.Config) {
		for _, gate := range []*mockas.Gate{&c.Policy.Token, &c.Policy.PAR, &c.Policy.Userinfo} {
			arranged := gate.Adjust
			gate.Adjust = func(v *dpop.Verifier) {
				if arranged != nil {
					arranged(v)
				}
				for _, choose := range choices {
					choose(v)
				}
			}
		}
	}
}

func serverVariation(name string, warns []string, changes ...func(*mockas.Config)) Variation {
	return Variation{name, target.AuthorizationServer, target.Parts{AuthorizationServer: func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		for _, change := range changes {
			change(c)
		}
	}}, warns}
}

func apiVariation(name string, warns []string, changes ...func(*mockrs.Config)) Variation {
	return Variation{name, target.ResourceServer, target.Parts{API: func(c *mockrs.Config) {
		for _, change := range changes {
			change(c)
		}
	}}, warns}
}

func clientVariation(name string, warns []string, changes ...func(*client.Policy)) Variation {
	return Variation{name, target.ClientRole, target.Parts{Client: func(o *client.Options) {
		for _, change := range changes {
			change(o.Policy)
		}
	}}, warns}
}
