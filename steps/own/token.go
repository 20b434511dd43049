package own

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func tokenSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs()
	g.Given(`^the access token is for the (scope|audience) "([^"]*)"$`, (*Caller).wishFor,
		"From here on clients use access tokens for another scope or audience (RFC 8707) than those of the API that they call.",
		`Given the access token is for the scope "read:orders"`)
	g.Given(`^the access token is for the API "(?P<api>[^"]+)"$`, (*Caller).wishForAPI,
		"From here on clients use access tokens for another API than that which they call.",
		`Given the access token is for the API "invoices"`)
	g.Given(`^the access token has the claims$`, (*Caller).wishClaims,
		"From here on access tokens carry these claims: a table of name and value, JSON or a text. It needs the embedded authorization server.",
		"Given the access token has the claims\n      | sub   | alice     |\n      | roles | [\"admin\"] |")
}

func (w *Caller) wishFor(what, text string) error {
	text, err := w.Interpolate(text)
	if err != nil {
		return err
	}
	w.ChangeWish(func(wished *world.Wish) {
		if what == "scope" {
			wished.Scope = text
		} else {
			wished.Audience = text
		}
	})
	return nil
}

func (w *Caller) wishForAPI(name string) error {
	name, err := w.named(name)
	if err != nil {
		return err
	}
	w.ChangeWish(func(wished *world.Wish) { wished.API = name })
	return nil
}

func (w *Caller) wishClaims(table *godog.Table) error {
	if !w.EmbeddedAS() {
		return world.NotApplicablef("a real authorization server decides on the claims of its tokens by itself")
	}
	rows, err := w.Pairs(table)
	if err != nil {
		return err
	}
	w.ChangeWish(func(wished *world.Wish) { wished.Claims = append(wished.Claims, rows...) })
	return nil
}

// accessToken returns the token that a call of an API needs, obtained once: for
// the holder of a key, bound to that key or not.
func (w *Caller) accessToken(api, holder string, unbound bool) (string, error) {
	if wished := w.TokenWish().API; wished != "" {
		api = wished
	}
	name := fmt.Sprintf("calls of %s by %s, unbound: %t", api, holder, unbound)
	return w.TokenOnce(name, func() (string, error) {
		resource, err := w.ResourceOf(api)
		if err == nil {
			err = w.Session.TakesTokens(resource.Name)
		}
		if err != nil {
			return "", err
		}
		key, err := w.Key(holder)
		if err != nil {
			return "", err
		}
		if w.EmbeddedAS() {
			return w.mintFor(resource, key, unbound)
		}
		return w.tokenFrom(resource, key, unbound)
	})
}

func (w *Caller) mintFor(resource world.Resource, key *dpop.Key, unbound bool) (string, error) {
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	m := mockas.Mint{Bound: key.Thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope}
	if unbound {
		m.Bound = ""
	}
	w.TokenWish().ChangeMint(&m)
	return as.Mint(m)
}

// tokenFrom gets a token for an API from a real authorization server, with an
// honest proof or, for one that is not to be bound, with none.
func (w *Caller) tokenFrom(resource world.Resource, key *dpop.Key, unbound bool) (string, error) {
	brought := func() (string, bool, error) { return w.BroughtFor(resource.Name, key.Thumbprint) }
	if unbound {
		brought = func() (string, bool, error) { return w.BroughtUnboundFor(resource.Name) }
	}
	if token, brings, err := brought(); brings {
		return token, err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return "", err
	}
	wished := world.Wish{Scope: w.TokenWish().Scope, Audience: w.TokenWish().Audience}
	made := client.Refreshes() // the login before the run settled what its tokens are for
	if wished.Scope == "" && !made {
		wished.Scope = resource.Scope
	}
	if wished.Audience == "" && !made {
		wished.Audience = resource.Audience
	}
	form, err := w.wishedForm(client, grant, wished, key)
	if err != nil {
		return "", err
	}
	if !unbound {
		granted, err := w.Redeem(client, form, key)
		if err != nil {
			return "", err
		}
		return granted.AccessToken, nil
	}
	address := w.Session.Metadata.For(client).Token
	e, err := w.Send("token request without a proof", world.FormRequest(address, form, client))
	if err != nil {
		return "", err
	}
	granted, err := world.ReadTokens(client, e)
	if err != nil || !strings.EqualFold(granted.TokenType, "Bearer") {
		return "", world.NotApplicablef("the authorization server gives this client no unbound token: %s", world.TokenEndpoint.Describe(e, nil))
	}
	return granted.AccessToken, nil
}

// wishedForm makes a token request; for a code the wish belongs into the
// authorization request too (RFC 8707 §2.1).
func (w *Caller) wishedForm(
	client target.RegisteredClient, grant string, wished world.Wish, key *dpop.Key,
) (url.Values, error) {
	if grant != mockas.GrantCode {
		form, err := w.GrantForm(client, grant, key)
		if err == nil {
			wished.ChangeForm(form)
		}
		return form, err
	}
	extra := url.Values{}
	wished.ChangeForm(extra)
	code, verifier, err := w.Authorize(client, extra, key)
	if err != nil {
		return nil, fmt.Errorf("no code to test with: %w", err)
	}
	return url.Values{
		"grant_type": {grant}, "code": {code}, "redirect_uri": {client.RedirectURI}, "code_verifier": {verifier},
	}, nil
}
