package dpoptest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/mockas"
)

// Names of the servers, as messages call them.
const (
	nameServer = "authorization server"
	nameAPI    = "API"
)

// DefaultAudience is the audience of access tokens where neither the test nor a request
// names one.
const DefaultAudience = "https://api.example"

// AuthorizationServer is an honest authorization server for a test (RFC 6749, RFC 9449 §5): it
// publishes metadata (RFC 8414, OpenID Connect) and keys, and has the grants
// authorization_code with PKCE and PAR, client_credentials, refresh_token, token exchange and
// device code. A person who consents to everything stands behind it.
//
// It knows every client: the first request of a client_id tells how it authenticates
// (none, client_secret_basic, client_secret_post) and by which secret, and it holds
// the client to that; one that signs assertions (private_key_jwt) is made known by
// WithClientKeys. Any redirect URI is taken as registered. It issues tokens for any audience
// (resource, RFC 8707, or audience), bound to the key of the proof; a token request without
// proof is refused, as of a client with dpop_bound_access_tokens.
type AuthorizationServer struct {
	*Server
	// Audience is that of access tokens whose request names none.
	Audience string

	server *mockas.Server
	mu     sync.Mutex
	known  map[string]*mockas.Client // clients, by id
	apis   map[string]bool           // audiences
}

// NewAuthorizationServer starts an authorization server; URL is its issuer identifier. It takes the options
// ForAudience, WithNonces, WithClientKeys and Quietly. A request that breaks a rule fails the test when it
// ends, unless Quietly is given.
func NewAuthorizationServer(t testing.TB, options ...Option) *AuthorizationServer {
	t.Helper()
	s := read(t, "NewAuthorizationServer", options, "ForAudience", "WithNonces", "WithClientKeys", "Quietly")
	return newAuthorizationServer(t, s)
}

func newAuthorizationServer(t testing.TB, s settings) *AuthorizationServer {
	t.Helper()
	as := &AuthorizationServer{
		Server:   &Server{clock: &serverClock{Clock: clock.Running()}, quiet: s.quiet},
		Audience: s.audience, known: map[string]*mockas.Client{}, apis: map[string]bool{},
	}
	if as.Audience == "" {
		as.Audience = DefaultAudience
	}
	as.nonces = newNonces(as.clock.Now)
	as.RequireNonces(s.nonces)
	as.listen(t, nameServer, func(origin string) http.Handler {
		var err error
		as.server, err = mockas.New(origin, mockas.Config{
			Clock: as.clock.Now, NonceSource: as.nonces, DefaultAudience: as.Audience,
			APIs: []mockas.API{{Audience: as.Audience}},
		})
		if err != nil {
			t.Fatalf("dpoptest.NewAuthorizationServer: %v", err)
		}
		as.apis[as.Audience] = true
		return as
	})
	for _, c := range s.clients {
		if err := as.server.AddClient(c); err != nil {
			t.Fatalf("dpoptest: WithClientKeys: %s", visible.Text(err.Error()))
		}
		as.known[c.ID] = &c
	}
	return as
}

// ServeHTTP implements http.Handler.
func (as *AuthorizationServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	as.admit(r)
	mode := mockas.NonceOff
	if as.required.Load() {
		mode = mockas.NonceRequired
	}
	as.server.SetNonces(mode)
	as.server.ServeHTTP(w, r)
}

// Key returns the public key by which the server signs access tokens, a JWK (RFC 7517).
func (as *AuthorizationServer) Key() dpop.Object { return as.server.Key().JWK() }

// TokenFor issues an access token that is bound to a key by its thumbprint (RFC 7638), for an
// audience; the server's own if that is empty. An empty thumbprint gives a Bearer token.
func (as *AuthorizationServer) TokenFor(thumbprint, audience string) (string, error) {
	if digest, err := base64.RawURLEncoding.Strict().DecodeString(thumbprint); thumbprint != "" && (err != nil || len(digest) != sha256.Size) {
		return "", fmt.Errorf("dpoptest: %q is no thumbprint of a key, which is the base64url of %d octets (RFC 7638 §3); "+
			"dpop.Key has one", thumbprint, sha256.Size)
	}
	if audience == "" {
		audience = as.Audience
	}
	return as.server.Mint(mockas.Mint{Audience: []string{audience}, Bound: thumbprint})
}

// most bounds the body of a form that is looked at before it is judged.
const most = 1 << 20

// admit registers the client and the audiences that a request names. What is wrong in it the
// server will tell.
func (as *AuthorizationServer) admit(r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, most))
	if err != nil {
		return
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	form, err := url.ParseQuery(string(body))
	if err != nil || r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	as.mu.Lock()
	defer as.mu.Unlock()
	for _, name := range slices.Concat(form["audience"], form["resource"]) {
		if name != "" && !as.apis[name] {
			as.apis[name] = as.server.AddAPI(mockas.API{Audience: name}) == nil
		}
	}
	as.admitClient(r, form)
}

func (as *AuthorizationServer) admitClient(r *http.Request, form url.Values) {
	id, secret, auth := form.Get("client_id"), form.Get("client_secret"), mockas.AuthNone
	if secret != "" {
		auth = mockas.AuthPost
	}
	if name, password, basic := r.BasicAuth(); basic {
		// Both are encoded as in a form first (RFC 6749 §2.3.1).
		if n, err := url.QueryUnescape(name); err == nil {
			name = n
		}
		if p, err := url.QueryUnescape(password); err == nil {
			password = p
		}
		id, secret, auth = name, password, mockas.AuthBasic
	}
	if form.Has("client_assertion") {
		id, auth = asserted(form), mockas.AuthPrivateKeyJWT
	}
	c := as.known[id]
	changed := c == nil
	switch {
	case id == "":
		return
	case c == nil && auth == mockas.AuthPrivateKeyJWT:
		as.stranger.Store(id) // nothing tells its keys
		return
	case c == nil:
		c = &mockas.Client{ID: id, Auth: auth, Secret: secret, DPoPBound: true}
		as.known[id] = c
	}
	if c.Auth == mockas.AuthNone && c.Auth != auth && auth != mockas.AuthPrivateKeyJWT && r.Method == http.MethodPost {
		// It was met where clients do not authenticate, the authorization endpoint.
		c.Auth, c.Secret, changed = auth, secret, true
	}
	if to := form.Get("redirect_uri"); to != "" && !slices.Contains(c.RedirectURIs, to) {
		c.RedirectURIs, changed = append(slices.Clone(c.RedirectURIs), to), true
	}
	if changed && as.server.AddClient(*c) != nil {
		delete(as.known, id)
	}
}

// asserted is the client that an assertion speaks of, not verified: the server will do that.
// RFC 7521 §4.2 lets a request leave client_id out.
func asserted(form url.Values) string {
	if id := form.Get("client_id"); id != "" {
		return id
	}
	_, payload, _, err := dpop.SplitCompact(form.Get("client_assertion"), dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	claims, err := dpop.ParseObject(payload)
	if err != nil {
		return ""
	}
	subject, _ := claims.Text("sub")
	return subject
}
