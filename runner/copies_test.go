package runner

import (
	"net/http"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// unmindful is a replay memory that takes every proof for new.
type unmindful struct{}

// Use implements dpop.Replays.
func (unmindful) Use(*dpop.Proof, time.Time) (bool, error) { return true, nil }

// TestNoCodeStandsInForAReplayMemory: copies with one code are refused for the code,
// so a server without a memory of proofs would pass.
func TestNoCodeStandsInForAReplayMemory(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	config := mockas.Config{Key: key, Replays: unmindful{}, Clients: []mockas.Client{{
		ID: "app", Auth: mockas.AuthNone, Grants: mockas.AllGrants, RedirectURIs: []string{"http://127.0.0.1/cb"},
	}}}
	var failed error
	server, err := wire.Listen(wire.Options{}, func(origin string) http.Handler {
		s, err := mockas.New(origin, config)
		failed = err
		return s
	})
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	defer server.Close()
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{Issuer: server.URL,
		Clients: []target.RegisteredClient{{
			ID: "app", Auth: mockas.AuthNone, RedirectURI: "http://127.0.0.1/cb", Grants: []string{mockas.GrantCode},
		}}}
	const copies = "proof-replay/of-parallel-copies-the-authorization-server-accepts-one@token"
	expect(t, of(t, configured, copies), copies, reports.Warned, "20 of 20 accepted")
}
