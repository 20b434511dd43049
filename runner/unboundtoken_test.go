package runner

import (
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/steps/world/worldtest"
	"github.com/dpopspec/dpopspec/target"
)

// A token of client credentials is refused at userinfo because nobody has logged in:
// that says nothing of what becomes of unbound tokens there.
func TestTheUnboundTokenForUserinfoIsOneOfALogin(t *testing.T) {
	const id = "api-binding/an-unbound-token-with-the-dpop-scheme-is-refused@userinfo"
	client := target.RegisteredClient{
		ID: "svc", Secret: "svc-secret", Auth: "client_secret_post", RedirectURI: world.RedirectURI,
		Grants: []string{mockas.GrantClientCredentials, mockas.GrantCode},
	}
	for name, verdict := range map[string]reports.Verdict{"honest": reports.Passed, "takes all": reports.Failed} {
		t.Run(name, func(t *testing.T) {
			issuer := worldtest.RealServer(t, func(c *mockas.Config) {
				c.Clients = append(c.Clients, mockas.Client{
					ID: client.ID, Secret: client.Secret, Auth: client.Auth, Grants: client.Grants,
					RedirectURIs: []string{client.RedirectURI},
				})
				if name == "takes all" {
					honest := mockas.HonestPolicy()
					honest.AcceptToken = func(string, *mockas.Token) *mockas.Error { return nil }
					honest.Userinfo.Adjust = func(v *dpop.Verifier) { v.Remove("binding") }
					c.Policy = &honest
				}
			})
			configured := target.Default()
			configured.AuthorizationServer = &target.RealAuthorizationServer{
				Issuer: issuer, Clients: []target.RegisteredClient{client},
			}
			expect(t, of(t, configured, id), id, verdict, "")
		})
	}
}
