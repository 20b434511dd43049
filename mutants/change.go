package mutants

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// Where bugs live. Without an access token a request without proof is served
// too; with one it never is.
var (
	anywhere     = []string{""} // the endpoint makes no difference
	everywhere   = slices.Concat(withoutToken, withToken)
	withoutToken = []string{features.TokenEndpoint, features.PAREndpoint}
	withToken    = slices.Concat(atUserinfo, atAPI)
	asEndpoints  = slices.Concat(withoutToken, atUserinfo)
	atUserinfo   = []string{features.UserinfoEndpoint}
	atAPI        = []string{features.API}
)

// inServer exchanges decisions of the authorization server.
type inServer func(*mockas.Policy)

func (inServer) endpoints() []string { return anywhere }

func (change inServer) parts(endpoint string) (target.Parts, error) {
	err := oneOf(endpoint, slices.Concat(anywhere, withoutToken, atUserinfo))
	return target.Parts{AuthorizationServer: func(c *mockas.Config) { change(policy(c)) }}, err
}

// policy is that of an authorization server which may have been left to be honest.
func policy(c *mockas.Config) *mockas.Policy {
	if c.Policy == nil {
		honest := mockas.HonestPolicy()
		c.Policy = &honest
	}
	return c.Policy
}

// inConfig exchanges settings of the authorization server. It is called for each
// instance that is started.
type inConfig func(*mockas.Config)

func (inConfig) endpoints() []string { return anywhere }

func (change inConfig) parts(endpoint string) (target.Parts, error) {
	err := oneOf(endpoint, slices.Concat(anywhere, withoutToken, atUserinfo))
	return target.Parts{AuthorizationServer: change}, err
}

// inAPI exchanges decisions of an API. It is called for each API that is
// started.
type inAPI func(*mockrs.Config)

func (inAPI) endpoints() []string { return atAPI }

func (change inAPI) parts(endpoint string) (target.Parts, error) {
	return target.Parts{API: change}, oneOf(endpoint, atAPI)
}

// inClient exchanges decisions of the client. It is called for each client that
// is configured, so what it declares lives as long as a process.
type inClient func(*client.Policy)

func (inClient) endpoints() []string { return anywhere }

func (change inClient) parts(endpoint string) (target.Parts, error) {
	return target.Parts{Client: func(o *client.Options) { change(o.Policy) }}, oneOf(endpoint, anywhere)
}

func oneOf(endpoint string, known []string) error {
	if slices.Contains(known, endpoint) {
		return nil
	}
	return fmt.Errorf("what it changes is not at the endpoint %q; it can be at %q", endpoint, known)
}
