package steps

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Given(`^the access token is for the (scope|audience|API) "([^"]*)"$`, (*World).wishFor,
			"From here on clients use access tokens for another scope, audience (RFC 8707) or API than that which they call.",
			`Given the access token is for the scope "read:orders"`)
		v.Given(`^the access token has the claims$`, (*World).wishClaims,
			"From here on access tokens carry these claims: a table of name and value, JSON or a text. It needs the embedded authorization server.",
			"Given the access token has the claims\n      | sub   | alice     |\n      | roles | [\"admin\"] |")
	})
}

func (w *World) wishFor(what, text string) error {
	text, err := w.Interpolate(text)
	if err != nil {
		return err
	}
	wished := w.wishAnew()
	switch what {
	case "scope":
		wished.scope = text
	case "audience":
		wished.audience = text
	default:
		wished.api = text
	}
	return nil
}

func (w *World) wishClaims(table *godog.Table) error {
	if !w.EmbeddedAS() {
		return notApplicable("a real authorization server decides on the claims of its tokens by itself")
	}
	rows, err := w.pairs(table)
	if err != nil {
		return err
	}
	wished := w.wishAnew()
	wished.claims = append(wished.claims, rows...)
	return nil
}

// accessToken returns the token that a call needs, obtained once.
func (w *World) accessToken(a access) (string, error) {
	wished := of[wish](w)
	if wished.api != "" {
		a.api = wished.api
	}
	if token := wished.tokens[a]; token != "" {
		return token, nil
	}
	resource, err := w.resourceOf(a.api)
	if err != nil {
		return "", err
	}
	key, err := w.Key(a.holder)
	if err != nil {
		return "", err
	}
	var token string
	if w.EmbeddedAS() {
		token, err = w.mintFor(resource, key, a.unbound)
	} else {
		token, err = w.tokenFrom(resource, key, a.unbound)
	}
	if err != nil {
		return "", err
	}
	if wished.tokens == nil {
		wished.tokens = map[access]string{}
	}
	wished.tokens[a] = token
	return token, nil
}

func (w *World) mintFor(resource Resource, key *dpop.Key, unbound bool) (string, error) {
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	m := mockas.Mint{Bound: key.Thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope}
	if unbound {
		m.Bound = ""
	}
	of[wish](w).into(&m)
	return as.Mint(m)
}

// tokenFrom gets a token for an API from a real authorization server, with an
// honest proof or, for one that is not to be bound, with none.
func (w *World) tokenFrom(resource Resource, key *dpop.Key, unbound bool) (string, error) {
	client, grant, err := w.probeClient()
	if err != nil {
		return "", err
	}
	wished := wish{scope: of[wish](w).scope, audience: of[wish](w).audience}
	made := client.Refreshes() // the login before the run settled what its tokens are for
	if wished.scope == "" && !made {
		wished.scope = resource.Scope
	}
	if wished.audience == "" && !made {
		wished.audience = resource.Audience
	}
	form, err := w.wishedForm(client, grant, &wished)
	if err != nil {
		return "", err
	}
	if !unbound {
		granted, err := w.redeem(client, form, key)
		if err != nil {
			return "", err
		}
		return granted.AccessToken, nil
	}
	e, err := w.Send("token request without a proof", formRequest(w.Session.Metadata.Token, form, client))
	if err != nil {
		return "", err
	}
	granted, err := readGrant(client, e)
	if err != nil || !strings.EqualFold(granted.TokenType, "Bearer") {
		return "", notApplicable("the authorization server gives this client no unbound token: %s", tokenEndpoint.describe(e, nil))
	}
	return granted.AccessToken, nil
}

// wishedForm makes a token request; for a code the wish belongs into the
// authorization request too (RFC 8707 §2.1).
func (w *World) wishedForm(client target.RegisteredClient, grant string, wished *wish) (url.Values, error) {
	if grant != mockas.GrantCode {
		form, err := w.grantForm(client, grant)
		if err == nil {
			wished.onto(form)
		}
		return form, err
	}
	extra := url.Values{}
	wished.onto(extra)
	code, verifier, err := w.authorize(client, extra)
	if err != nil {
		return nil, fmt.Errorf("no code to test with: %w", err)
	}
	return url.Values{
		"grant_type": {grant}, "code": {code}, "redirect_uri": {client.RedirectURI}, "code_verifier": {verifier},
	}, nil
}
