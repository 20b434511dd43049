package world

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func (w *World) Clients() []target.RegisteredClient {
	if w.EmbeddedAS() {
		return standardClients
	}
	return w.Session.AuthorizationServer.Clients
}

// ClientWith returns the client of the scenario, or the first that may use a grant.
func (w *World) ClientWith(grant string) (target.RegisteredClient, error) {
	if w.Chosen != nil {
		if !w.Chosen.Has(grant) {
			return *w.Chosen, NotApplicablef("the client %s may not use the grant %s%s", w.Chosen.ID, grant, w.refreshesOnly(grant))
		}
		return *w.Chosen, nil
	}
	for _, c := range w.Clients() {
		if c.Has(grant) {
			return c, nil
		}
	}
	return target.RegisteredClient{}, NotApplicablef("no client of the configuration may use the grant %s%s", grant, w.refreshesOnly(grant))
}

// ProbeClient returns client and grant for a probe of the token endpoint: the
// scenario's, else the grant that needs the fewest requests. A refresh token of
// the configuration is the last resort.
func (w *World) ProbeClient() (target.RegisteredClient, string, error) {
	grants := []string{mockas.GrantClientCredentials, mockas.GrantCode}
	if w.Grant != "" {
		grants = []string{w.Grant}
	}
	var failed error
	for _, grant := range grants {
		client, err := w.ClientWith(grant)
		if err == nil {
			return client, grant, nil
		}
		failed = err
	}
	if client, found := w.refreshingClient(); found && w.Grant == "" {
		return client, mockas.GrantRefresh, nil
	}
	return target.RegisteredClient{}, "", failed
}

// GrantForm makes the parameters of a token request (RFC 6749 §4); for a code
// the person logs in anew.
func (w *World) GrantForm(client target.RegisteredClient, grant string) (url.Values, error) {
	form := url.Values{"grant_type": {grant}}
	switch grant {
	case mockas.GrantCode:
		code, verifier, err := w.Authorize(client, nil)
		if err != nil {
			return nil, UnlessDenied(err)
		}
		form.Set("code", code)
		form.Set("redirect_uri", client.RedirectURI)
		form.Set("code_verifier", verifier)
	case mockas.GrantClientCredentials:
		w.AddResource(form, client)
	default:
		if err := w.userGrantForm(form, client, grant); err != nil {
			return nil, err
		}
	}
	return form, nil
}

// AddResource asks for a token for the default API (RFC 8707 §2); audience is
// how some products spell the same.
func (w *World) AddResource(form url.Values, client target.RegisteredClient) {
	defer w.Wish.Onto(form) // what the scenario asks for comes last
	if client.Scope != "" {
		form.Set("scope", client.Scope)
	}
	if w.EmbeddedAPI() {
		if w.EmbeddedAS() {
			form.Set("resource", AudienceOf(DefaultAPI))
		}
		return
	}
	api := w.Session.APIs[0]
	if strings.Contains(api.Audience, "://") {
		form.Set("resource", api.Audience)
	}
	form.Set("audience", api.Audience)
	if api.Scope != "" {
		form.Set("scope", api.Scope)
	}
}

// Redeem sends a token request with an honest proof and demands a token.
func (w *World) Redeem(client target.RegisteredClient, form url.Values, key *dpop.Key) (*Grant, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	probe := &Probe{FormRequest(metadata.Token, form, client), dpop.Occasion{Method: "POST", URI: metadata.Token, Nonce: w.Nonce(metadata.Token)}}
	e, err := w.Insist("token request", TokenEndpoint, probe, key)
	if err != nil {
		return nil, err
	}
	grant, err := ReadGrant(client, e)
	if err != nil {
		return nil, Inconclusivef("no token to test with: %s", TokenEndpoint.Describe(e, nil))
	}
	return grant, nil
}

// ReadGrant reads a token response (RFC 6749 §5.1).
func ReadGrant(client target.RegisteredClient, e *wire.Exchange) (*Grant, error) {
	body, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return nil, err
	}
	g := &Grant{Client: client, Answer: body}
	if g.AccessToken, err = body.Text("access_token"); err != nil {
		return nil, err
	}
	g.TokenType, _ = body.Text("token_type")
	g.RefreshToken, _ = body.Text("refresh_token")
	return g, nil
}
