package server

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func issuanceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^a (confidential|public) client that (requires|does not require) proof of possession$`, (*Tester).issuanceClient,
		"Registers a client with or without dpop_bound_access_tokens at the embedded authorization server.",
		"Given a confidential client that requires proof of possession")
	g.Given(`^an API for which bound tokens are (none|allowed|required|required for public clients)$`, (*Tester).issuanceAPI,
		"Tells the embedded authorization server whether tokens for the API are bound.",
		"Given an API for which bound tokens are required")
	g.When(`^the client asks for a token for (the API|userinfo alone) (with a proof by its key|without a proof)$`, (*Tester).asksForAPI,
		"Sends a token request for that API, or for the OpenID scope alone.",
		"When the client asks for a token for the API with a proof by its key")
	g.Then(`^the outcome is (Bearer|bound|refused)$`, (*Tester).outcomeIs,
		"An unbound Bearer token, a token bound to the client's key, or a refusal that issues nothing.",
		"Then the outcome is bound")
}

// issuanceAudience is the API whose policy an issuance scenario sets.
const issuanceAudience = "https://ledger.example"

func (w *Tester) issuanceClient(kind, requires string) error {
	if !w.EmbeddedAS() {
		return world.NotApplicablef("what a real authorization server demands of a client for an API is its own to say")
	}
	client := target.RegisteredClient{ID: "issuance", Auth: mockas.AuthNone, Grants: []string{mockas.GrantCode}, RedirectURI: world.RedirectURI, Bound: requires == "requires"}
	if kind == "confidential" {
		client.Auth, client.Secret = mockas.AuthPost, "issuance-secret"
		client.Grants = append(client.Grants, mockas.GrantClientCredentials)
	}
	w.issuance.client = &client
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Clients = append(c.Clients, mockas.Client{ID: client.ID, Auth: client.Auth, Secret: client.Secret, RedirectURIs: []string{world.RedirectURI}, DPoPBound: client.Bound})
	})
}

func (w *Tester) issuanceAPI(policy string) error {
	return w.ArrangeAS(func(c *mockas.Config) {
		c.APIs = append(c.APIs, mockas.API{Audience: issuanceAudience, Policy: mockas.Constraint(policy)})
	})
}

func (w *Tester) asksForAPI(what, proof string) error {
	client := w.issuance.client
	if client == nil {
		return errors.New(`no client was chosen; put "Given a confidential client that requires proof of possession" first`)
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	var form url.Values
	if client.Public() || what == "userinfo alone" {
		extra := url.Values{}
		if what == "the API" {
			extra.Set("resource", issuanceAudience)
		}
		code, verifier, err := w.Authorize(*client, extra)
		if err != nil {
			return world.UnlessDenied(err)
		}
		form = codeForm(*client, code, verifier)
	} else {
		form = url.Values{"grant_type": {mockas.GrantClientCredentials}, "resource": {issuanceAudience}}
	}
	return w.Try(world.Ask{Title: "token request for " + what + " " + proof, Place: world.TokenEndpoint, Client: *client, Form: form, Key: key})
}

func (w *Tester) outcomeIs(wanted string) error {
	refused, err := w.refusedNow()
	if err != nil {
		return err
	}
	if refused {
		if err := w.Expect(wanted == "refused", wanted, world.TokenEndpoint.Describe(w.Latest().Exchange, nil)); err != nil {
			return err
		}
		return w.NothingGranted()
	}
	b, err := w.bindingOf(w.Granted.AccessToken)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	actual := fmt.Sprintf("token_type %s, %s", w.Granted.TokenType, b)
	holds := wanted == "bound" && strings.EqualFold(w.Granted.TokenType, dpop.Scheme) && b.thumbprint == key.Thumbprint ||
		wanted == "Bearer" && strings.EqualFold(w.Granted.TokenType, "Bearer") && b.thumbprint == ""
	return w.Expect(holds, wanted, actual)
}
