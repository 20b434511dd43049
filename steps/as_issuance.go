package steps

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^a (confidential|public) client that (requires|does not require) proof of possession$`, (*World).issuanceClient,
			"Registers a client with or without dpop_bound_access_tokens at the embedded authorization server.",
			"Given a confidential client that requires proof of possession")
		v.Given(`^an API for which bound tokens are (none|allowed|required|required for public clients)$`, (*World).issuanceAPI,
			"Tells the embedded authorization server whether tokens for the API are bound.",
			"Given an API for which bound tokens are required")
		v.When(`^the client asks for a token for (the API|userinfo alone) (with a proof by its key|without a proof)$`, (*World).asksForAPI,
			"Sends a token request for that API, or for the OpenID scope alone.",
			"When the client asks for a token for the API with a proof by its key")
		v.Then(`^the outcome is (Bearer|bound|refused)$`, (*World).outcomeIs,
			"An unbound Bearer token, a token bound to the client's key, or a refusal that issues nothing.",
			"Then the outcome is bound")
	})
}

// issuance is the client of an issuance scenario.
type issuance struct{ client *target.RegisteredClient }

// issuanceAudience is the API whose policy an issuance scenario sets.
const issuanceAudience = "https://ledger.example"

func (w *World) issuanceClient(kind, requires string) error {
	if !w.EmbeddedAS() {
		return notApplicable("what a real authorization server demands of a client for an API is its own to say")
	}
	client := target.RegisteredClient{ID: "issuance", Auth: mockas.AuthNone, Grants: []string{mockas.GrantCode}, RedirectURI: redirectURI, Bound: requires == "requires"}
	if kind == "confidential" {
		client.Auth, client.Secret = mockas.AuthPost, "issuance-secret"
		client.Grants = append(client.Grants, mockas.GrantClientCredentials)
	}
	of[issuance](w).client = &client
	return w.ArrangeAS(func(c *mockas.Config) {
		c.Clients = append(c.Clients, mockas.Client{ID: client.ID, Auth: client.Auth, Secret: client.Secret, RedirectURIs: []string{redirectURI}, DPoPBound: client.Bound})
	})
}

func (w *World) issuanceAPI(policy string) error {
	return w.ArrangeAS(func(c *mockas.Config) {
		c.APIs = append(c.APIs, mockas.API{Audience: issuanceAudience, Policy: mockas.Constraint(policy)})
	})
}

func (w *World) asksForAPI(what, proof string) error {
	client := of[issuance](w).client
	if client == nil {
		return errors.New(`no client was chosen; put "Given a confidential client that requires proof of possession" first`)
	}
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	var form url.Values
	if client.Public() || what == "userinfo alone" {
		extra := url.Values{}
		if what == "the API" {
			extra.Set("resource", issuanceAudience)
		}
		code, verifier, err := w.authorize(*client, extra)
		if err != nil {
			return unlessDenied(err)
		}
		form = codeForm(*client, code, verifier)
	} else {
		form = url.Values{"grant_type": {mockas.GrantClientCredentials}, "resource": {issuanceAudience}}
	}
	return w.try(ask{title: "token request for " + what + " " + proof, place: tokenEndpoint, client: *client, form: form, key: key})
}

func (w *World) outcomeIs(wanted string) error {
	refused, err := w.refusedNow()
	if err != nil {
		return err
	}
	if refused {
		if err := w.Expect(wanted == "refused", wanted, tokenEndpoint.describe(w.Latest().Exchange, nil)); err != nil {
			return err
		}
		return w.nothingGranted()
	}
	b, err := w.bindingOf(w.granted.AccessToken)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	actual := fmt.Sprintf("token_type %s, %s", w.granted.TokenType, b)
	holds := wanted == "bound" && strings.EqualFold(w.granted.TokenType, dpop.Scheme) && b.thumbprint == key.Thumbprint ||
		wanted == "Bearer" && strings.EqualFold(w.granted.TokenType, "Bearer") && b.thumbprint == ""
	return w.Expect(holds, wanted, actual)
}
