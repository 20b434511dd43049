package mutants

import (
	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// Variation is an honest party that does much otherwise than the embedded ones
// do, where the specifications leave it the choice. No scenario may call it
// wrong: a harness that does raises a false alarm.
type Variation struct {
	Name    string
	Profile string // under which it makes its choices; empty: under the default one
	Party   target.Role
	Parts   target.Parts
	// Warns are requirements of which a warning, or a note, is due: choices that
	// are allowed and not advised.
	Warns []string
}

func serverVariation(name string, warns []string, changes ...func(*mockas.Config)) Variation {
	return Variation{name, "", target.AuthorizationServer, target.Parts{AuthorizationServer: func(c *mockas.Config) {
		c.Policy = policy(c)
		for _, change := range changes {
			change(c)
		}
	}}, warns}
}

func apiVariation(name string, warns []string, changes ...inAPI) Variation {
	return Variation{name, "", target.ResourceServer, target.Parts{API: func(c *mockrs.Config) {
		for _, change := range changes {
			change(c)
		}
	}}, warns}
}

func clientVariation(name string, warns []string, changes ...inClient) Variation {
	return Variation{name, "", target.ClientRole, target.Parts{Client: func(o *client.Options) {
		for _, change := range changes {
			change(o.Policy)
		}
	}}, warns}
}

// ofProfile is a variation of a profile.
func ofProfile(profile string, v Variation) Variation {
	v.Profile = profile
	return v
}
