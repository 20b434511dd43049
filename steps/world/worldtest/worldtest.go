// Package worldtest makes Worlds for tests of the steps, and plays steps in them.
package worldtest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"

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
	configured.AuthorizationServer = &target.RealAuthorizationServer{Issuer: issuer, Clients: []target.RegisteredClient{client}}
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
// error.
func Play(t *testing.T, v *vocabulary.Vocabulary, w *world.World, scenario string) error {
	t.Helper()
	text := "Feature: test\n  Scenario: test\n" + strings.ReplaceAll(scenario, "\t", "  ")
	document, err := gherkin.ParseGherkinDocument(strings.NewReader(text), (&messages.Incrementing{}).NewId)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range gherkin.Pickles(*document, "test", (&messages.Incrementing{}).NewId)[0].Steps {
		found := v.Match(step.Text)
		if len(found) != 1 {
			t.Fatalf("%q matches %d steps", step.Text, len(found))
		}
		var below vocabulary.Below
		if step.Argument != nil {
			below = vocabulary.Below{Table: step.Argument.DataTable, DocString: step.Argument.DocString}
		}
		bound, err := found[0].Bind(step.Text, below)
		if err == nil {
			err = bound(w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
