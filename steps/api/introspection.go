package api

import (
	"context"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// introspectionAnswers change answers of introspection; other is the thumbprint
// of a key that has nothing to do with the token.
var introspectionAnswers = vocabulary.Meanings[func(o *dpop.Object, other string)]{
	"the thumbprint of another key": func(o *dpop.Object, other string) { o.Set("cnf", map[string]string{"jkt": other}) },
	"no confirmation":               func(o *dpop.Object, _ string) { o.Delete("cnf") },
	"an empty confirmation":         func(o *dpop.Object, _ string) { o.Set("cnf", map[string]string{}) },
	"the token type Bearer":         func(o *dpop.Object, _ string) { o.Set("token_type", "Bearer") },
	"an inactive token":             func(o *dpop.Object, _ string) { *o = nil; o.Set("active", false) },
	"another audience":              func(o *dpop.Object, _ string) { o.Set("aud", "https://another-api.example") },
}

// takesOpaqueTokens lets access tokens be opaque, so that the API asks the
// authorization server about them (RFC 7662).
func (w *Tester) takesOpaqueTokens() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if !w.EmbeddedAS() {
		return w.areOpaque(key.Thumbprint)
	}
	if !w.EmbeddedAPI() {
		return world.NotApplicablef("the API takes the JWTs of the embedded authorization server")
	}
	state := &w.resourceState
	state.opaque = true
	if err := w.ArrangeAPI(world.DefaultAPI, w.introspecting); err != nil {
		return err
	}
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	text, err := w.mint(func(m *mockas.Mint) { m.Opaque = true })
	if err == nil {
		w.SetBoundToken(resource, key.Thumbprint, text)
	}
	return err
}

// areOpaque finds out whether the tokens that a real server issues for the API are
// opaque; else the case does not apply.
func (w *Tester) areOpaque(thumbprint string) error {
	form, err := w.Session.FindOut("in what form are access tokens for the API?", func() (string, error) {
		probe, err := w.Prepare(thumbprint)
		if err != nil {
			return "", err
		}
		if strings.Count(probe.Occasion.AccessToken, ".") == 2 {
			return "JWTs", nil
		}
		return "opaque", nil
	})
	if err == nil && form != "opaque" {
		err = world.NotApplicablef("the access tokens that the API takes are JWTs")
	}
	return err
}

// introspecting lets the API ask over HTTP, as APIs do, and lets the scenario
// change what it hears.
func (w *Tester) introspecting(c *mockrs.Config) {
	as, err := w.AS()
	if err != nil {
		return // the API exists only beside the authorization server
	}
	clients := world.StandardClients()
	i := slices.IndexFunc(clients, func(c target.RegisteredClient) bool { return c.Auth == mockas.AuthBasic })
	ask := mockrs.IntrospectAt(w.Between(), as.URL(mockas.PathIntrospect), clients[i].ID, clients[i].Secret)
	state := &w.resourceState
	c.Introspect = func(ctx context.Context, token string) (dpop.Object, error) {
		answer, err := ask(ctx, token)
		if err == nil && state.introspect != nil {
			state.introspect(&answer)
		}
		return answer, err
	}
}

func (w *Tester) introspectionAnswers(what string) error {
	change, err := introspectionAnswers.Of(what)
	if err != nil {
		return err
	}
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	if !w.EmbeddedAS() || !w.EmbeddedAPI() {
		return world.NotApplicablef("what an authorization server tells a real API of a token is not ours to arrange")
	}
	state := &w.resourceState
	if !state.opaque {
		return wrongOrder(`"Given an API that takes opaque access tokens" first`)
	}
	state.introspect = func(o *dpop.Object) { change(o, other.Thumbprint) }
	return nil
}
