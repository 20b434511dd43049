package mockas

import (
	"slices"
	"sync"
	"time"
)

// store holds what the server remembers. Methods lock; what they return is a copy.
type store struct {
	clock      func() time.Time
	mu         sync.Mutex
	clients    map[string]*Client
	apis       map[string]*API
	nonces     NonceMode
	subject    string // the person who consents
	tokens     map[string]*Token
	codes      map[string]*code
	requests   map[string]*pushed
	devices    map[string]*device
	assertions map[string]time.Time // until when each is remembered
	revoked    map[string]bool      // families
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
	s.record(RequestURI, uri, p.request.clientID, p.request.bound)
}

// takeRequest hands a pushed request to the client that pushed it, once.
func (s *store) takeRequest(uri, clientID string) (*authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.requests[uri]
	if !found || p.request.clientID != clientID || !s.clock().Before(p.expires) {
		return nil, false
	}
	delete(s.requests, uri)
	return p.request, true
}

// findRequest returns a pushed request of a client and leaves it there.
func (s *store) findRequest(uri, clientID string) (*authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.requests[uri]
	if !found || p.request.clientID != clientID || !s.clock().Before(p.expires) {
		return nil, false
	}
	return p.request, true
}

func (s *store) addDevice(text string, d *device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.devices, text, d)
	s.record(DeviceCode, text, d.ClientID, "")
}

func (s *store) findDevice(text string) (device, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, found := s.devices[text]
	if !found {
		return device{}, false
	}
	return *d, true
}

// approveDevice reports whether there is a device with that user code.
func (s *store) approveDevice(userCode string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		if d.userCode == userCode {
			d.approved = true
			return true
		}
	}
	return false
}

// spendDevice uses a device code up; only the first of several uses succeeds.
func (s *store) spendDevice(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.devices[text]
	delete(s.devices, text)
	return found
}

// spendAssertion reports whether a client assertion is new.
func (s *store) spendAssertion(id string, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, used := s.assertions[id]; used && s.clock().Before(until) {
		return false
	}
	put(&s.assertions, id, until)
	return true
}

// revokeAll makes every token and code useless.
func (s *store) revokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens {
		t.spent = true
	}
	clear(s.codes)
	clear(s.requests)
}

func (s *store) allIssued() []Issued {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.issued)
}

func (s *store) addClient(c *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.clients, c.ID, c)
}

func (s *store) removeClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
}

func (s *store) client(id string) (*Client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.clients[id]
	return c, found
}

func (s *store) addAPI(a *API) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.apis, a.Audience, a)
}

func (s *store) api(audience string) (*API, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, found := s.apis[audience]
	return a, found
}

func (s *store) nonceMode() NonceMode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nonces
}

func (s *store) setSubject(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subject = subject
}

// person is who consents.
func (s *store) person() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.subject
}

func (s *store) setNonceMode(mode NonceMode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nonces = mode
}
