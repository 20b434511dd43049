package mockas

import (
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/recent"
)

// store holds what the server remembers. Methods lock; what they return is a copy.
// Whatever comes with requests is bounded, by its time and by its number: of what can
// still be used, a server forgets what was used longest ago.
type store struct {
	clock      func() time.Time
	keys       []*dpop.Key // that which signs first
	mu         sync.Mutex
	clients    map[string]*Client          // of the configuration
	registered recent.Map[string, *Client] // by themselves (RFC 7591)
	apis       map[string]*API
	resources  map[string]string // audiences of APIs by their resource identifiers
	nonces     NonceMode
	subject    string // the person who consents
	tokens     recent.Map[string, *Token]
	codes      recent.Map[string, *code]
	requests   recent.Map[string, *pushed]
	devices    recent.Map[string, *device]
	assertions map[[16]byte]int64 // until when each is remembered, as Unix time in nanoseconds
	revoked    map[string]bool    // families
	issued     []Issued
	forgotten  int // of what could still be used
	sweepAt    time.Time
}

// room is how many of a kind are remembered at least.
const room = 1 << 12

func newStore() *store {
	s := &store{}
	s.registered = recent.Map[string, *Client]{Room: room, Drop: func(string, *Client) { s.forgotten++ }}
	s.tokens = recent.Map[string, *Token]{Room: room, Drop: func(_ string, t *Token) {
		s.forget(t.ExpiresAt, t.spent || s.revoked[t.Family])
	}}
	s.codes = recent.Map[string, *code]{Room: room, Drop: func(_ string, c *code) { s.forget(c.expires, c.spent) }}
	s.requests = recent.Map[string, *pushed]{Room: room, Drop: func(_ string, p *pushed) { s.forget(p.expires, false) }}
	s.devices = recent.Map[string, *device]{Room: room, Drop: func(_ string, d *device) { s.forget(d.expires, false) }}
	return s
}

// forget counts what is forgotten though it could still be used.
func (s *store) forget(expires time.Time, used bool) {
	if !used && s.clock().Before(expires) {
		s.forgotten++
	}
}

// put stores a value in a map that may not exist yet, so that a server costs
// nothing for what it never does.
func put[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// maxIssued bounds the list of what was issued on a server that runs for long.
const maxIssued = 1 << 12

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
	alive := map[string]bool{} // families of which something is remembered
	for text, t := range s.tokens.All() {
		if !now.Before(t.ExpiresAt) {
			s.tokens.Delete(text)
		} else {
			alive[t.Family] = true
		}
	}
	for text, c := range s.codes.All() {
		if !now.Before(c.expires.Add(time.Hour)) { // a late second use still revokes
			s.codes.Delete(text)
		} else {
			alive[c.Family] = true
		}
	}
	for uri, r := range s.requests.All() {
		if !now.Before(r.expires) {
			s.requests.Delete(uri)
		}
	}
	for text, d := range s.devices.All() {
		if !now.Before(d.expires.Add(time.Hour)) { // so long it is expired, not unknown
			s.devices.Delete(text)
		} else {
			alive[d.Family] = true
		}
	}
	for id, until := range s.assertions {
		if now.UnixNano() >= until {
			delete(s.assertions, id)
		}
	}
	for family := range s.revoked {
		if !alive[family] {
			delete(s.revoked, family)
		}
	}
}

func (s *store) addToken(t *Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens.Put(t.Text, t)
	s.record(t.Kind, t.Text, t.ClientID, t.Bound)
}

// find returns a token that was issued, be it still good or not.
func (s *store) find(text string) (Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.tokens.Get(text)
	if !found {
		return Token{}, false
	}
	return *t, true
}

// active returns a token that can be used now.
func (s *store) active(kind, text string) (*Token, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, found := s.tokens.Get(text)
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
	t, found := s.tokens.Get(text)
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
	s.sweep()
}

func (s *store) addCode(text string, c *code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes.Put(text, c)
	s.record(Code, text, c.ClientID, c.bound)
}

func (s *store) findCode(text string) (code, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.codes.Get(text)
	if !found {
		return code{}, false
	}
	return *c, true
}

func (s *store) spendCode(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.codes.Get(text)
	if !found || c.spent {
		return false
	}
	c.spent = true
	return true
}

func (s *store) addRequest(uri string, p *pushed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests.Put(uri, p)
	s.record(RequestURI, uri, p.request.clientID, p.request.bound)
}

// takeRequest hands a pushed request to the client that pushed it, once.
func (s *store) takeRequest(uri, clientID string) (*authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.requests.Get(uri)
	if !found || p.request.clientID != clientID || !s.clock().Before(p.expires) {
		return nil, false
	}
	s.requests.Delete(uri)
	return p.request, true
}

// findRequest returns a pushed request of a client and leaves it there.
func (s *store) findRequest(uri, clientID string) (*authorization, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.requests.Get(uri)
	if !found || p.request.clientID != clientID || !s.clock().Before(p.expires) {
		return nil, false
	}
	return p.request, true
}

func (s *store) addDevice(text string, d *device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices.Put(text, d)
	s.record(DeviceCode, text, d.ClientID, "")
}

func (s *store) findDevice(text string) (device, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, found := s.devices.Get(text)
	if !found {
		return device{}, false
	}
	return *d, true
}

// approveDevice reports whether there is a device with that user code.
func (s *store) approveDevice(userCode string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices.All() {
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
	_, found := s.devices.Get(text)
	s.devices.Delete(text)
	return found
}

// spendAssertion reports whether a client assertion is new.
func (s *store) spendAssertion(id string, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha256.Sum256([]byte(id))
	key := [16]byte(sum[:16])
	if known, used := s.assertions[key]; used && s.clock().UnixNano() < known {
		return false
	}
	put(&s.assertions, key, until.UnixNano())
	s.sweep()
	return true
}

// revokeAll makes every token and code useless.
func (s *store) revokeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens.All() {
		t.spent = true
	}
	s.codes.Clear()
	s.requests.Clear()
}

func (s *store) allIssued() []Issued {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.issued)
}

func (s *store) allForgotten() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forgotten
}

func (s *store) addClient(c *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.registrationToken != "" {
		s.registered.Put(c.ID, c)
		return
	}
	put(&s.clients, c.ID, c)
}

func (s *store) removeClient(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
	s.registered.Delete(id)
}

func (s *store) client(id string) (*Client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, found := s.clients[id]; found {
		return c, true
	}
	return s.registered.Get(id)
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

func (s *store) nameResource(identifier, audience string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	put(&s.resources, identifier, audience)
}

// audienceOf returns the audience of the API that a request calls by that name. A name
// that is no resource identifier is taken for an audience.
func (s *store) audienceOf(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if audience, found := s.resources[name]; found {
		return audience
	}
	return name
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
