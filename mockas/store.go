package mockas

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// The kinds of what is issued.
const (
	AccessToken  = "access_token"
	RefreshToken = "refresh_token"
	Code         = "code"
	RequestURI   = "request_uri"
	DeviceCode   = "device_code"
)

// Grant is what a person or a client has been granted.
type Grant struct {
	Family   string // all tokens of one grant share it, and are revoked by it
	ClientID string
	Subject  string
	Scope    string
	Audience []string
	Nonce    string // OpenID Connect nonce, for the ID token
	At       time.Time
}

// Token is an access or refresh token as the server remembers it.
type Token struct {
	Kind string // AccessToken or RefreshToken
	Text string
	ID   string // jti of an access token
	Grant
	Bound     string // thumbprint of the key that it is bound to, or empty
	Certified string // x5t#S256 of the certificate that it is bound to, or empty
	IssuedAt  time.Time
	ExpiresAt time.Time
	spent     bool // rotated away or revoked
}

// Issued is one thing that the server gave out.
type Issued struct {
	Kind     string // AccessToken, RefreshToken, Code, RequestURI or DeviceCode
	Text     string
	ClientID string
	Bound    string
	At       time.Time
}

// code is an authorization code on its way to the token endpoint.
type code struct {
	Grant
	redirectURI string // as in the authorization request, may be empty
	challenge   string // PKCE S256
	bound       string
	expires     time.Time
	spent       bool
}

// pushed is a pushed authorization request (RFC 9126).
type pushed struct {
	request *authorization
	expires time.Time
}

// device is a device authorization (RFC 8628).
type device struct {
	Grant
	userCode string
	approved bool
	expires  time.Time
}

// assertion is a client assertion that must not come twice.
type assertion struct {
	id    string
	until time.Time
}

// store holds what the server remembers. Methods lock; what they return is a copy.
type store struct {
	clock      func() time.Time
	mu         sync.Mutex
	clients    map[string]*Client
	apis       map[string]*API
	tokens     map[string]*Token
	codes      map[string]*code
	requests   map[string]*pushed
	devices    map[string]*device
	assertions map[string]time.Time
	revoked    map[string]bool // families
	issued     []Issued
	sweepAt    time.Time
}

// put stores a value in a map that may not exist yet, so that a server costs
// nothing for what it never does.
func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// maxIssued bounds the list of what was issued on a server that runs for long.
const maxIssued = 1 << 16

// record writes down what was issued. The caller holds the lock.
func (s *store) record(kind, text, clientID, bound string) {
	if len(s.issued) >= maxIssued {
		s.issued = slices.Clone(s.issued[maxIssued/2:])
	}
	s.issued = append(s.issued, Issued{kind, text, clientID, bound, s.clock()})
	s.sweep()
}

// sweep forgets, at most once a minute, what has expired.
func (s *store) sweep() {
	now := s.clock()
	if now.Before(s.sweepAt) {
		return
	}
	s.sweepAt = now.Add(time.Minute)
	for text, t := range s.tokens {
		if !now.Before(t.ExpiresAt) {
			delete(s.tokens, text)
		}
	}
	for text, c := range s.codes {
		if !now.Before(c.expires.Add(time.Hour)) { // a late second use still revokes
			delete(s.codes, text)
		}
	}
	for uri, r := range s.requests {
		if !now.Before(r.expires) {
			delete(s.requests, uri)
		}
	}
	for text, d := range s.devices {
		if !now.Before(d.expires.Add(time.Hour)) { // so long it is expired, not unknown
			delete(s.devices, text)
		}
	}
	for id, until := range s.assertions {
		if !now.Before(until) {
			delete(s.assertions, id)
		}
	}
}

func (s *store) addToken(t *Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.tokens, t.Text, t)
	s.record(t.Kind, t.Text, t.ClientID, t.Bound)
}

// find returns a token that was issued, be it still good or not.
func (s *store) find(text string) (Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.tokens[text]
	if !found {
		return Token{}, false
	}
	return *t, true
}

// active returns a token that can be used now.
func (s *store) active(kind, text string) (*Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.tokens[text]
	if !found || kind != "" && t.Kind != kind || t.spent || s.revoked[t.Family] || !s.clock().Before(t.ExpiresAt) {
		return nil, false
	}
	copied := *t
	return &copied, true
}

// spendToken uses a token up; only the first of several uses succeeds.
func (s *store) spendToken(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.tokens[text]
	if !found || t.spent {
		return false
	}
	t.spent = true
	return true
}

func (s *store) revokeFamily(family string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.revoked, family, true)
}

func (s *store) addCode(text string, c *code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.codes, text, c)
	s.record(Code, text, c.ClientID, c.bound)
}

func (s *store) findCode(text string) (code, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.codes[text]
	if !found {
		return code{}, false
	}
	return *c, true
}

func (s *store) spendCode(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.codes[text]
	if !found || c.spent {
		return false
	}
	c.spent = true
	return true
}

func (s *store) addRequest(uri string, p *pushed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.requests, uri, p)
	s.record(RequestURI, uri, p.request.ClientID, p.request.bound)
}

// takeRequest hands a pushed request to the client that pushed it, once.
func (s *store) takeRequest(uri, clientID string) (*authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.requests[uri]
	if !found || p.request.ClientID != clientID || !s.clock().Before(p.expires) {
		return nil, false
	}
	delete(s.requests, uri)
	return p.request, true
}

// spendAssertion reports whether a client assertion is new.
func (s *store) spendAssertion(a *assertion) bool {
	if a == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, used := s.assertions[a.id]; used && s.clock().Before(until) {
		return false
	}
	put(&s.assertions, a.id, a.until)
	return true
}

func (s *store) client(id string) (*Client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.clients[id]
	return c, found
}

func (s *store) api(audience string) (*API, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, found := s.apis[audience]
	return a, found
}

// AddClient registers a client, or replaces the one with its id.
func (s *Server) AddClient(c Client) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.ByCertificate() && s.config.ClientAuthorities == nil {
		return fmt.Errorf("mockas: client %s uses %s and no authority vouches for certificates here; set ClientAuthorities", c.ID, c.Auth)
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	put(&s.store.clients, c.ID, &c)
	return nil
}

// AddAPI registers an API, or replaces the one with its audience.
func (s *Server) AddAPI(a API) error {
	if err := a.check(); err != nil {
		return err
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	put(&s.store.apis, a.Audience, &a)
	return nil
}

// Issued lists what the server has given out, oldest first; a server that
// runs for very long forgets the oldest.
func (s *Server) Issued() []Issued {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return slices.Clone(s.store.issued)
}

// RevokeAll makes every token and code that exists useless.
func (s *Server) RevokeAll() {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, t := range s.store.tokens {
		t.spent = true
	}
	clear(s.store.codes)
	clear(s.store.requests)
}

// Revoke makes one token useless.
func (s *Server) Revoke(token string) { s.store.spendToken(token) }

// Burn makes an authorization code or refresh token useless: what a server
// must not do when it only asks for a nonce (RFC 9449 §8).
func (s *Server) Burn(text string) {
	s.store.spendCode(text)
	s.store.spendToken(text)
}

func newFamily() string { return dpop.NewID() }

// Client returns a registered client, or nil.
func (s *Server) Client(id string) *Client {
	client, _ := s.store.client(id)
	return client
}
