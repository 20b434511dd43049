package steps

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// wish is what a scenario wants of its access tokens from here on. What is
// empty is as the configuration of the API has it.
type wish struct {
	scope, audience, api string
	claims               [][2]string
	tokens               map[access]string // obtained under this wish
}

// access says which token a call needs.
type access struct {
	api, holder string
	unbound     bool
}

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

// wishAnew returns the wish to be changed; tokens of before are not used again.
func (w *World) wishAnew() *wish {
	wished := of[wish](w)
	wished.tokens = nil
	clear(w.tokens)
	return wished
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

// into changes the token that the embedded authorization server mints.
func (d *wish) into(m *mockas.Mint) {
	if d.scope != "" {
		m.Scope = d.scope
	}
	if d.audience != "" {
		m.Audience = []string{d.audience}
	}
	if len(d.claims) == 0 {
		return
	}
	m.Claims = func(claims *dpop.Object) {
		for _, row := range d.claims {
			if json.Valid([]byte(row[1])) {
				claims.Set(row[0], json.RawMessage(row[1]))
			} else {
				claims.Set(row[0], row[1])
			}
		}
	}
}

// onto changes a token request to a real authorization server.
func (d *wish) onto(form url.Values) {
	if d.scope != "" {
		form.Set("scope", d.scope)
	}
	if d.audience != "" {
		form.Set("audience", d.audience)
		form.Del("resource")
		if strings.Contains(d.audience, "://") {
			form.Set("resource", d.audience) // RFC 8707 §2 allows absolute URIs alone
		}
	}
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
