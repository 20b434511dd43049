package dpoptest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// Client is an honest client for tests of a handler: an http.Client whose every request carries
// a bound access token of its AuthorizationServer and a new proof (RFC 9449 §4), and which
// answers a demand for a nonce once (RFC 9449 §9). It follows no redirect: the token must
// not go elsewhere.
type Client struct {
	*http.Client
	// AuthorizationServer issues the token: the handler under test has to take its tokens.
	AuthorizationServer *AuthorizationServer
	// Key makes the proofs. Its thumbprint is in cnf of the token.
	Key *dpop.Key
	// Token is the access token, whose aud is the audience of the client. A test changes
	// it, between requests, to call with another one.
	Token string
}

// NewClient makes a client. It takes the options IssuedBy, ForAudience and Through.
// Every answer is returned to the test, a refusal too.
func NewClient(t testing.TB, options ...Option) *Client {
	t.Helper()
	s := read(t, "NewClient", options, "IssuedBy", "ForAudience", "Through")
	if s.server == nil {
		s.server = newAuthorizationServer(t, settings{})
	}
	c := &Client{AuthorizationServer: s.server}
	var err error
	if c.Key, err = client.GenerateKey(); err != nil {
		t.Fatalf("dpoptest.NewClient: %v", err)
	}
	if c.Token, err = s.server.TokenFor(c.Key.Thumbprint, s.audience); err != nil {
		t.Fatalf("dpoptest.NewClient: %v", err)
	}
	if s.transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.Proxy = nil
		t.Cleanup(own.CloseIdleConnections)
		s.transport = own
	}
	c.Client = &http.Client{
		Transport:     &sending{client: c, through: s.transport, nonces: map[string]string{}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// sending gives each request its token and proof.
type sending struct {
	client  *Client
	through http.RoundTripper
	mu      sync.Mutex
	nonces  map[string]string // the newest of each origin (RFC 9449 §8.2)
}

// RoundTrip implements http.RoundTripper.
func (s *sending) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	response, err := s.send(r, body)
	if err != nil || !demands(response) {
		return response, err
	}
	response.Body.Close()
	return s.send(r, body)
}

// send sends a request once, with the newest nonce of its server.
func (s *sending) send(r *http.Request, body []byte) (*http.Response, error) {
	origin := r.URL.Scheme + "://" + r.URL.Host
	s.mu.Lock()
	nonce := s.nonces[origin]
	s.mu.Unlock()
	token := s.client.Token
	proof, err := dpop.NewProof(s.client.Key, dpop.Occasion{
		Method: r.Method, URI: r.URL.String(), AccessToken: token, Nonce: nonce,
	}, s.client.AuthorizationServer.clock.Now())
	if err != nil {
		return nil, err
	}
	attempt := r.Clone(r.Context())
	attempt.Header.Set("Authorization", dpop.Scheme+" "+token)
	attempt.Header.Set("DPoP", proof)
	if r.Body != nil {
		attempt.Body = io.NopCloser(bytes.NewReader(body))
	}
	response, err := s.through.RoundTrip(attempt)
	if err != nil {
		return nil, err
	}
	if lines := response.Header.Values("DPoP-Nonce"); len(lines) == 1 && dpop.ValidNonce(lines[0]) {
		s.mu.Lock()
		s.nonces[origin] = lines[0]
		s.mu.Unlock()
	}
	return response, nil
}

// demands reports whether an answer asks for the nonce that it brings (RFC 9449 §9).
func demands(response *http.Response) bool {
	lines := response.Header.Values("DPoP-Nonce")
	if response.StatusCode != http.StatusUnauthorized || len(lines) != 1 || !dpop.ValidNonce(lines[0]) {
		return false
	}
	challenges, err := dpop.ParseChallenges(response.Header.Values("WWW-Authenticate"))
	if err != nil {
		return false
	}
	c, found := dpop.FindChallenge(challenges, dpop.Scheme)
	code, _ := c.Get("error")
	return found && code == dpop.UseNonce
}
