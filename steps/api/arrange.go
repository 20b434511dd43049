package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func arrangeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^an API that takes bound tokens alone$`, (*Tester).apiRequiresDPoP,
		"The API takes no unbound token. A real one is asked with an unbound token as Bearer.",
		"Given an API that takes bound tokens alone")
	g.Given(`^an API that takes Bearer tokens too$`, (*Tester).apiAllowsBearer,
		"The API takes bound tokens with the DPoP scheme and unbound ones as Bearer. A real one is asked with an unbound token as Bearer.",
		"Given an API that takes Bearer tokens too")
	g.Given(`^an API that takes opaque access tokens$`, (*Tester).apiIntrospects,
		"Access tokens are opaque, and the API asks the authorization server about them (RFC 7662).",
		"Given an API that takes opaque access tokens")
	g.Given(`^an embedded API$`, (*Tester).apiIsEmbedded,
		"The case says nothing about a real API, whose every path may have a policy of its own.",
		"Given an embedded API")
	g.Given(`^an API that needs a scope$`, (*Tester).apiNeedsScope,
		"Every request to the API needs a scope.",
		"Given an API that needs a scope")
	g.Given(`^an API that follows the profile$`, (*Tester).apiFollowsProfile,
		"An embedded API keeps to the parameters of the profile of the run: algorithms, window of iat, nonces, htu with query. A real one is taken as it is.",
		"Given an API that follows the profile")
	g.When(`^introspection answers with (.+)$`, (*Tester).introspectionAnswers,
		"From now on the answers of introspection are changed: the thumbprint of another key, no confirmation, an empty confirmation, the token type Bearer, an inactive token.",
		"When introspection answers with no confirmation")
}

func (w *Tester) apiRequiresDPoP() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Required })
	}
	taken, err := w.takesBearer()
	if err == nil && taken {
		return world.NotApplicablef("the API takes unbound tokens as Bearer too")
	}
	return err
}

func (w *Tester) apiAllowsBearer() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
	}
	taken, err := w.takesBearer()
	if err == nil && !taken {
		return world.NotApplicablef("the API takes no unbound tokens as Bearer")
	}
	return err
}

// takesBearer finds out whether a real API takes unbound tokens.
func (w *Tester) takesBearer() (bool, error) {
	text, err := w.unboundToken()
	if err != nil {
		return false, err
	}
	e, err := w.SendAside(proof.Call{Title: "does the API take an unbound token as Bearer?", Token: text, Present: proof.InField("Bearer "), Bare: true})
	if err != nil {
		return false, err
	}
	answer, _ := world.APIEndpoint.Classify(e)
	return answer == world.Accepted, nil
}

func (w *Tester) apiIntrospects() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	if !w.EmbeddedAS() || !w.EmbeddedAPI() {
		return world.NotApplicablef("opaque tokens are tried where authorization server and API are both embedded")
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

// introspecting lets the API ask over HTTP, as APIs do, and lets the scenario
// change what it hears.
func (w *Tester) introspecting(c *mockrs.Config) {
	as, err := w.AS()
	if err != nil {
		return // the API exists only beside the authorization server
	}
	clients := world.StandardClients()
	caller := clients[slices.IndexFunc(clients, func(c target.RegisteredClient) bool { return c.Auth == "client_secret_basic" })]
	ask := mockrs.IntrospectAt(w.Between(), as.URL(mockas.PathIntrospect), caller.ID, caller.Secret)
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
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	change, known := map[string]func(*dpop.Object){
		"the thumbprint of another key": func(o *dpop.Object) { o.Set("cnf", map[string]string{"jkt": other.Thumbprint}) },
		"no confirmation":               func(o *dpop.Object) { o.Delete("cnf") },
		"an empty confirmation":         func(o *dpop.Object) { o.Set("cnf", map[string]string{}) },
		"the token type Bearer":         func(o *dpop.Object) { o.Set("token_type", "Bearer") },
		"an inactive token":             func(o *dpop.Object) { *o = nil; o.Set("active", false) },
		"another audience":              func(o *dpop.Object) { o.Set("aud", "https://another-api.example") },
	}[what]
	state := &w.resourceState
	switch {
	case !known:
		return unknownWord("introspection cannot answer with", what)
	case !state.opaque:
		return wrongOrder(`"Given an API that takes opaque access tokens" first`)
	}
	state.introspect = change
	return nil
}

func (w *Tester) apiIsEmbedded() error {
	if !w.EmbeddedAPI() {
		return world.NotApplicablef("which paths of a real API are public is for its owner to say")
	}
	return nil
}

func (w *Tester) apiNeedsScope() error {
	if w.EmbeddedAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Scope = "read:orders" })
	}
	api, err := w.RealAPI(world.DefaultAPI)
	if err == nil && api.Scope == "" {
		return world.NotApplicablef("the configuration names no scope that the API %s needs", api.Name)
	}
	return err
}

// apiFollowsProfile configures an embedded API as somebody would who serves
// clients of that profile.
func (w *Tester) apiFollowsProfile() error {
	if !w.EmbeddedAPI() {
		return nil
	}
	return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) {
		v := c.Verifier
		if allowed := w.Profile.ProofAlgorithms(); len(allowed) > 0 {
			v.Algorithms = slices.DeleteFunc(v.Algorithms, func(a string) bool { return !slices.Contains(allowed, a) })
		}
		v.Past = min(v.Past, w.Profile.IatPast().Refuse-time.Second)
		v.Future = min(v.Future, w.Profile.IatFuture().Refuse-time.Second)
		if w.Profile.RequiresNonces() {
			v.Nonces = dpop.NewNonceWindow(w.Profile.NonceLifetime(), w.Clock.Now)
		}
		if w.Profile.RefusesHTUQuery() {
			v.Replace("htu", dpop.URI(bareURI))
		}
	})
}

// bareURI compares htu as Solid-OIDC has it: without query and fragment.
func bareURI(htu, target string) error {
	if strings.ContainsAny(htu, "?#") {
		return errors.New("htu has a query or a fragment")
	}
	return dpop.SameURI(htu, target)
}
