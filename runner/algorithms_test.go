package runner

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/standing"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// honestAPI is a real API in the eyes of a run: an honest one that takes proofs
// of the given algorithms and asks for its keys where its issuer publishes them.
func honestAPI(t *testing.T, algorithms ...string) *target.Target {
	return honestAPIBehind(t, func(api http.Handler) http.Handler { return api }, algorithms...)
}

// honestAPIBehind is honestAPI behind what answers in its place now and then.
func honestAPIBehind(t *testing.T, front func(http.Handler) http.Handler, algorithms ...string) *target.Target {
	t.Helper()
	configured := target.Default()
	configured.APIs = []target.RealAPI{{
		Name: "orders", Audience: "https://orders.example", Method: "GET", Path: "/orders",
		Serve: func(issuer string) (string, func(), error) {
			keys := func(ctx context.Context) ([]dpop.PublicKey, error) {
				return standing.FetchKeys(ctx, issuer+mockas.PathJWKS)
			}
			server, err := wire.Listen(wire.Options{Name: "API"}, func(origin string) http.Handler {
				verifier := dpop.NewVerifier(time.Now)
				verifier.Algorithms = algorithms
				return front(mockrs.New(origin, mockrs.Config{
					Audience: "https://orders.example", Issuer: issuer, Verifier: verifier, Keys: keys,
				}))
			})
			if err != nil {
				return "", nil, err
			}
			return server.URL, func() { server.Close() }, nil
		},
	}}
	return configured
}

func TestAServerThatTakesOtherAlgorithmsAloneIsTestedWithThem(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	chosen := Selection{IDs: []string{"RFC9449-4.3-42", "RFC9449-4.3-79", "RFC9449-4.3-31"}}
	for _, algorithms := range [][]string{{"RS256"}, {"EdDSA", "Ed25519"}} {
		t.Run(fmt.Sprint(algorithms), func(t *testing.T) {
			configured := honestAPI(t, algorithms...)
			plan, err := NewPlan(sources, configured, chosen)
			if err != nil {
				t.Fatal(err)
			}
			run, err := Run(t.Context(), plan, configured, Options{})
			if err != nil {
				t.Fatal(err)
			}
			passed := 0
			for _, c := range run.Cases {
				switch c.Verdict {
				case reports.Passed:
					passed++
				case reports.Skipped:
				default:
					t.Errorf("%s: %s %s", c.ID, c.Verdict, c.Reason)
				}
			}
			if passed < 10 {
				t.Errorf("%d cases passed", passed)
			}
		})
	}
}
