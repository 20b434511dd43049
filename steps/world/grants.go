package world

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// RedirectURI is where the embedded authorization server sends codes. Nothing
// listens there: the harness reads the code from the redirect itself.
const RedirectURI = "http://127.0.0.1/callback"

// standardClients are registered at every embedded authorization server.
var standardClients = []target.RegisteredClient{
	{ID: "confidential", Secret: "confidential-secret", Auth: "client_secret_post", Grants: mockas.AllGrants, RedirectURI: RedirectURI},
	{ID: "public", Auth: "none", Grants: []string{mockas.GrantCode, mockas.GrantRefresh, mockas.GrantDevice}, RedirectURI: RedirectURI},
	{ID: "bound", Secret: "bound-secret", Auth: "client_secret_basic", Grants: mockas.AllGrants, RedirectURI: RedirectURI, Bound: true},
	{ID: "another", Secret: "another-secret", Auth: "client_secret_post", Grants: mockas.AllGrants, RedirectURI: RedirectURI},
}

// StandardClients returns the clients of every embedded authorization server.
func StandardClients() []target.RegisteredClient { return slices.Clone(standardClients) }

// StandardAS is the embedded authorization server before the scenario
// arranges anything.
func StandardAS(c *mockas.Config) {
	for _, client := range standardClients {
		c.Clients = append(c.Clients, mockas.Client{
			ID: client.ID, Secret: client.Secret, Auth: client.Auth, Grants: client.Grants,
			RedirectURIs: []string{client.RedirectURI}, DPoPBound: client.Bound, AlwaysRefresh: true,
		})
	}
	for _, name := range []string{"orders", "invoices"} {
		c.APIs = append(c.APIs, mockas.API{Audience: AudienceOf(name)})
	}
}

// flow is what a case knows of grants and tokens.
type flow struct {
	Chosen  *target.RegisteredClient // by a Given step
	Grant   string                   // by a Given step
	Granted *Grant                   // what the latest authorization or token request gave
}

// Grant is what a client holds after a token request.
type Grant struct {
	Client       target.RegisteredClient
	AccessToken  string
	TokenType    string
	RefreshToken string
	Answer       dpop.Object
}

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

// AuthorizationForm makes the parameters of an authorization request with PKCE
// (RFC 6749 §4.1.1, RFC 7636 §4.3), and the code verifier.
func (w *World) AuthorizationForm(client target.RegisteredClient) (url.Values, string) {
	verifier := dpop.NewID() + dpop.NewID()
	challenge := sha256.Sum256([]byte(verifier))
	form := url.Values{
		"response_type":         {"code"},
		"client_id":             {client.ID},
		"redirect_uri":          {client.RedirectURI},
		"scope":                 {"openid"},
		"state":                 {dpop.NewID()},
		"code_challenge":        {dpop.EncodeSegment(challenge[:])},
		"code_challenge_method": {"S256"},
	}
	if client.Scope != "" {
		form.Set("scope", client.Scope)
	}
	w.front.state = form.Get("state")
	return form, verifier
}

// Authorize lets the person log in and returns the code with its verifier.
// extra replaces or adds parameters; a nil value takes one out.
func (w *World) Authorize(client target.RegisteredClient, extra url.Values) (code, verifier string, err error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", "", err
	}
	if metadata.Authorization == "" || client.RedirectURI == "" {
		return "", "", NotApplicablef("the authorization code flow needs an authorization endpoint and a client with redirect_uri")
	}
	form, verifier := w.AuthorizationForm(client)
	for name, values := range extra {
		if values == nil {
			form.Del(name)
			continue
		}
		form[name] = values
	}
	if MustPush(metadata) {
		if form, err = w.pushed(client, form); err != nil {
			return "", "", err
		}
	}
	code, err = w.Visit(client, form)
	return code, verifier, err
}

// Visit sends the person to the authorization endpoint and returns the code.
func (w *World) Visit(client target.RegisteredClient, form url.Values) (string, error) {
	if client.Login == target.LoginBrowser {
		return w.visitWith(form, func(address string) (url.Values, error) { return w.logInByBrowser(client, address, form) })
	}
	return w.VisitAlone(client, form)
}

// VisitAlone is visit without a browser, for a request that ought to be refused:
// the page that says so would be for the person's eyes only.
func (w *World) VisitAlone(client target.RegisteredClient, form url.Values) (string, error) {
	return w.visitWith(form, func(address string) (url.Values, error) { return w.followLogin(address, client.RedirectURI) })
}

func (w *World) visitWith(form url.Values, logIn func(address string) (url.Values, error)) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	back, err := logIn(metadata.Authorization + "?" + form.Encode())
	if err != nil {
		return "", err
	}
	if problem := back.Get("error"); problem != "" {
		return "", &Denied{Code: problem, Description: back.Get("error_description")}
	}
	return back.Get("code"), nil
}

// Denied is an authorization request that the server refused (RFC 6749 §4.1.2.1).
type Denied struct {
	Code, Description string
	Status            int // of an answer that was no redirect, else 0
}

// Error implements error.
func (d *Denied) Error() string { return "the authorization request was refused: " + d.Code }

// UnlessDenied turns a refusal where none was provoked into an inconclusive
// case: without a code there is nothing to test.
func UnlessDenied(err error) error {
	var denied *Denied
	if errors.As(err, &denied) {
		return Inconclusivef("no code to test with: %s", denied)
	}
	return err
}

// followLogin follows redirects within the authorization server until one
// leads to the redirect URI, and returns its parameters.
func (w *World) followLogin(address, redirect string) (url.Values, error) {
	for range 10 {
		e, err := w.Send("authorization request", wire.Request{Method: "GET", URL: address})
		if err != nil {
			return nil, err
		}
		location, _ := e.Answer.One("Location")
		if e.Status >= 400 {
			return nil, &Denied{Code: fmt.Sprintf("status %d", e.Status), Status: e.Status}
		}
		if e.Status/100 != 3 || location == "" {
			return nil, NotApplicablef("the authorization server does not consent by itself (status %d); let it log in a test person without a page", e.Status)
		}
		base, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		next, err := base.Parse(location)
		if err != nil {
			return nil, fmt.Errorf("a redirect to %q: %w", location, err)
		}
		if strings.HasPrefix(next.String(), redirect) {
			return next.Query(), nil
		}
		if next.Host != base.Host {
			return nil, NotApplicablef("the authorization server redirects to another host, %s; it is not followed", next.Host)
		}
		address = next.String()
	}
	return nil, NotApplicablef("the authorization server redirects in a loop")
}

// BoundToken returns an access token for an API that is bound to the key of a
// thumbprint.
func (w *World) BoundToken(resource Resource, thumbprint string) (string, error) {
	name := resource.Name + " " + thumbprint
	if token := w.Tokens[name]; token != "" {
		return token, nil
	}
	token, err := w.obtain(resource, thumbprint)
	if err != nil {
		return "", err
	}
	w.Tokens[name] = token
	return token, nil
}

func (w *World) obtain(resource Resource, thumbprint string) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		m := mockas.Mint{Bound: thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope}
		w.Wish.Into(&m)
		return as.Mint(m)
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	grant, err := w.requestToken(key)
	if err != nil {
		return "", err
	}
	return grant.AccessToken, nil
}

// holder returns the key pair of the case that has a thumbprint.
func (w *World) holder(thumbprint string) (*dpop.Key, error) {
	for _, key := range w.Keys {
		if key.Thumbprint == thumbprint {
			return key, nil
		}
	}
	return nil, NotApplicablef("a real authorization server would not issue a token bound to such a key")
}

// UserinfoToken returns an access token for the userinfo endpoint.
func (w *World) UserinfoToken(thumbprint string) (string, error) {
	name := "userinfo " + thumbprint
	if token := w.Tokens[name]; token != "" {
		return token, nil
	}
	token, err := w.obtainUserinfo(thumbprint)
	if err != nil {
		return "", err
	}
	w.Tokens[name] = token
	return token, nil
}

// userinfoTokens says what the tokens for the userinfo endpoint of the embedded
// authorization server are: references, since those of its API are JWTs, so that
// a run sees proofs for both.
type userinfoTokens struct{ jwt bool }

// WantJWT lets the next token be a JWT where a defect needs one. A real server
// issues what it issues.
func (w *World) WantJWT() {
	if w.EmbeddedAS() {
		w.userinfoTokens.jwt = true
		clear(w.Tokens)
	}
}

func (w *World) obtainUserinfo(thumbprint string) (string, error) {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		return as.Mint(mockas.Mint{Bound: thumbprint, Scope: "openid", Opaque: !w.userinfoTokens.jwt})
	}
	key, err := w.holder(thumbprint)
	if err != nil {
		return "", err
	}
	client, grantType, err := w.PersonClient()
	if err != nil {
		return "", err
	}
	form, err := w.GrantForm(client, grantType)
	if err != nil {
		return "", err
	}
	grant, err := w.Redeem(client, form, key)
	if err != nil {
		return "", err
	}
	return grant.AccessToken, nil
}

// requestToken gets a token for the default API with an honest proof.
func (w *World) requestToken(key *dpop.Key) (*Grant, error) {
	client, grant, err := w.ProbeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return nil, err
	}
	return w.Redeem(client, form, key)
}

// Redeem sends a token request with an honest proof and demands a token.
func (w *World) Redeem(client target.RegisteredClient, form url.Values, key *dpop.Key) (*Grant, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	probe := &Probe{FormRequest(metadata.Token, form, client), dpop.Occasion{Method: "POST", URI: metadata.Token, Nonce: w.Nonces[OriginOf(metadata.Token)]}}
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
