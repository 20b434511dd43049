package dpoptest

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockrs"
)

// API is an honest API for a test (RFC 9449 §7): it answers any path, and takes bound access tokens
// of its AuthorizationServer with a sound proof and nothing else. It publishes its metadata (RFC
// 9728), by which a client finds the issuer.
type API struct {
	*Server
	// AuthorizationServer issues the tokens.
	AuthorizationServer *AuthorizationServer
	// Audience is what aud of a token holds; the API's URL is taken, too.
	Audience string

	verifier *dpop.Verifier
	key      *dpop.PublicKey
}

// NewAPI starts an API for a client to call. It takes the options IssuedBy, ForAudience,
// WithNonces, WithClientKeys and Quietly; all but the first count for the authorization
// server, too, if NewAPI makes that. A request that breaks a rule fails the test when it ends, unless Quietly is
// given, and so does it that none came: nothing was tested then.
func NewAPI(t testing.TB, options ...Option) *API {
	t.Helper()
	s := read(t, "NewAPI", options, "IssuedBy", "ForAudience", "WithNonces", "WithClientKeys", "Quietly")
	if s.server != nil && s.clients != nil {
		t.Fatal("dpoptest.NewAPI: WithClientKeys speaks of clients of the authorization server; " +
			"give it to NewAuthorizationServer")
	}
	if s.server == nil {
		s.server = newAuthorizationServer(t, s)
	}
	as := s.server
	a := &API{Server: &Server{clock: as.clock, quiet: s.quiet}, AuthorizationServer: as, Audience: s.audience}
	if a.Audience == "" {
		a.Audience = as.Audience
	}
	a.nonces, a.verifier = newNonces(as.clock.Now), dpop.NewVerifier(as.clock.Now)
	a.RequireNonces(s.nonces)
	var err error
	if a.key, err = dpop.ParsePublicKey(as.Key()); err != nil {
		t.Fatalf("dpoptest.NewAPI: the key of the authorization server: %v", err)
	}
	t.Cleanup(func() {
		if !a.quiet && !t.Failed() && !t.Skipped() && !slices.ContainsFunc(a.Requests(), func(r Request) bool { return r.Proven }) {
			t.Error("dpoptest: no request with a proof came to the API: nothing was tested.\n" +
				"Give the client its URL, or dpoptest.Quietly() if none is meant to come")
		}
	})
	a.listen(t, nameAPI, func(string) http.Handler { return a })
	return a
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	verifier := a.verifier.Clone()
	if a.required.Load() {
		verifier.Nonces = a.nonces
	}
	origin := a.listener.URL
	audience := a.Audience
	if a.calledByURL(r, origin) {
		audience = origin
	}
	mockrs.New(origin, mockrs.Config{
		Name: nameAPI, Audience: audience, Issuer: a.AuthorizationServer.URL, Clock: a.clock.Now, Verifier: verifier,
		Keys: func(context.Context) ([]dpop.PublicKey, error) { return []dpop.PublicKey{*a.key}, nil },
	}).ServeHTTP(w, r)
}

// calledByURL reports whether the token of a request names the API by its URL, as clients do
// that follow its metadata (RFC 9728, RFC 8707). Whether the token is good is judged after it.
func (a *API) calledByURL(r *http.Request, origin string) bool {
	lines := r.Header["Authorization"]
	if len(lines) != 1 {
		return false
	}
	credentials, err := dpop.ParseCredentials(lines[0])
	if err != nil {
		return false
	}
	names, _ := client.Audiences(credentials.Token)
	return slices.Contains(names, origin)
}
