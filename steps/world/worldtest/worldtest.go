// Package worldtest makes Worlds for tests of the steps, and plays steps in them.
package worldtest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// RealServer serves an authorization server that is somebody else's and returns
// its issuer.
func RealServer(t *testing.T, arrange func(*mockas.Config)) string {
	t.Helper()
	server, err := wire.Listen(wire.Options{Name: "authorization server"}, func(origin string) http.Handler {
		config := mockas.Config{APIs: []mockas.API{{Audience: "https://shop.example"}, {Audience: "https://other.example"}}}
		world.StandardAS(&config)
		arrange(&config)
		server, err := mockas.New(origin, config)
		if err != nil {
			t.Fatal(err)
		}
		return server
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.URL
}

// Stranger is a target whose authorization server has one client, and whose
// API is served by a handler.
func Stranger(t *testing.T, issuer string, client target.RegisteredClient, handler http.HandlerFunc) *target.Target {
	t.Helper()
	api := httptest.NewServer(handler)
	t.Cleanup(api.Close)
	configured := target.Default()
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: issuer, Clients: []target.RegisteredClient{client},
	}
	configured.APIs = []target.RealAPI{
		{Name: "shop", URL: api.URL, Audience: "https://shop.example", Method: "GET", Path: "/orders"},
		{Name: "other", URL: api.URL + "/other", Audience: "https://other.example", Method: "GET", Path: "/"},
	}
	return configured
}

// Open opens a target for one case at an endpoint; an empty name is none.
func Open(t *testing.T, configured *target.Target, endpoint string) *world.World {
	t.Helper()
	session, err := target.Open(t.Context(), configured)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return In(t, session, endpoint)
}

// In is the World of one more case of a session.
func In(t *testing.T, session *target.Session, endpoint string) *world.World {
	t.Helper()
	profile, err := features.FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	at, err := world.FindEndpoint(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	w := world.NewWorld(context.Background(), session, profile, at, "")
	t.Cleanup(w.Close)
	return w
}

// Play runs steps of a vocabulary as a feature file would, and returns the first
// error. Lines that begin with | are a table, lines within """ a doc string.
func Play(t *testing.T, v *vocabulary.Vocabulary, w *world.World, scenario string) error {
	t.Helper()
	var failed error
	feature := "Feature: test\n  Scenario: test\n" + strings.ReplaceAll(scenario, "\t", "  ")
	status := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			var definitions []*vocabulary.Definition
			for i := range v.Definitions {
				definitions = append(definitions, &v.Definitions[i])
			}
			vocabulary.Bind(sc, definitions)
			after := func(ctx context.Context, _ *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
				if err != nil && failed == nil {
					failed = err
				}
				return ctx, nil
			}
			sc.StepContext().After(after)
		},
		Options: &godog.Options{
			Format: "progress", Output: io.Discard, NoColors: true, Strict: true,
			DefaultContext:  vocabulary.InScene(t.Context(), w),
			FeatureContents: []godog.Feature{{Name: "test", Contents: []byte(feature)}},
		},
	}.Run()
	if status != 0 && failed == nil {
		t.Fatalf("godog ended with status %d:\n%s", status, scenario)
	}
	return failed
}
