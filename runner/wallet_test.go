package runner

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// walletFile is the configuration of the servers of a wallet setting, as a person would
// write it.
func walletFile(t *testing.T, made *standing.Stand, auth string) *target.Target {
	t.Helper()
	as, api := made.Target.AuthorizationServer, made.Target.APIs[0]
	c := as.Clients[0]
	jwk, err := c.Instance.Attester.Key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`
profile: haip
authorization_server:
  issuer: %s
  clients:
    - id: %s
      auth: %s
      attester: {key: '%s', issuer: "https://wallet.example"}
      grants: ["urn:ietf:params:oauth:grant-type:pre-authorized_code", authorization_code, refresh_token]
      redirect_uri: %s
      pre_authorized_code: {url: "%s", tx_code: "%s"}
apis:
  credentials:
    credential: {issuer: "%s", configuration: example}
    audience: %s
limits: {level: quick}
`, as.Issuer, c.ID, auth, jwk.JSON(), c.RedirectURI, c.Offers.URL, c.Offers.TxCode, api.URL, api.Audience)
	file := filepath.Join(t.TempDir(), "wallet.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := target.Load(file, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// A wallet's issuer is known by a file alone: nothing of it fails, and what a wallet is
// about is not skipped.
func TestAWalletsIssuerIsTestedByAFile(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		setting, auth string
		passes        []string
	}{
		{"what a wallet needs", "attest_jwt_client_auth_dpop", []string{
			"as-attestation/an-attestation-and-a-proof-by-its-key-authenticate-the-client@token",
			"as-attestation/a-challenge-of-the-challenge-endpoint-is-taken@token",
			"as-attestation/a-refresh-token-serves-the-installation-that-it-was-issued-to@token",
			"api-issuing/a-credential-is-issued-for-a-bound-token-and-its-proof@api",
			"api-issuing/the-nonce-endpoint-gives-a-c-nonce-to-whoever-asks",
			"api-issuing/a-dpop-nonce-of-the-nonce-endpoint-is-taken@api",
		}},
		{"what a wallet needs, and PoPs alone", "attest_jwt_client_auth", []string{
			"as-attestation/a-server-that-does-not-announce-combined-mode-does-not-take-it@token",
			"api-issuing/a-credential-is-issued-for-a-bound-token-and-its-proof@api",
		}},
	} {
		t.Run(test.auth, func(t *testing.T) {
			t.Parallel()
			s := standing.Settings[slices.IndexFunc(standing.Settings, func(s standing.Setting) bool { return s.Name == test.setting })]
			made, err := s.Stand(t.Context(), "haip", target.Parts{})
			if err != nil {
				t.Fatal(err)
			}
			defer made.Close()
			file := walletFile(t, made, test.auth)
			plan, err := NewPlan(sources, file, Selection{IDs: append([]string{
				"proof-signature/*", "proof-replay/*", "api-credentials/*", "as-token/*",
			}, test.passes...)})
			if err != nil {
				t.Fatal(err)
			}
			run, err := Run(t.Context(), plan, file, Options{Parallel: 2})
			if err != nil {
				t.Fatal(err)
			}
			passed := map[string]bool{}
			for _, c := range run.Cases {
				passed[c.ID] = c.Verdict == reports.Passed
				if c.Verdict.Breaks() || c.Verdict == reports.Errored {
					t.Errorf("%s", reports.Block(c))
				}
				if strings.Contains(c.Reason, "credential offer") {
					t.Errorf("%s: %s", c.ID, c.Reason)
				}
			}
			for _, id := range test.passes {
				if !passed[id] {
					t.Errorf("%s did not pass", id)
				}
			}
		})
	}
}
