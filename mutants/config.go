package mutants

import (
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// configured exchanges settings of the authorization server that a profile has made.
type configured func(*mockas.Config)

func (configured) endpoints() []string { return anywhere }

func (change configured) parts(endpoint string) (target.Parts, error) {
	return target.Parts{AuthorizationServer: change}, oneOf(endpoint, anywhere)
}
