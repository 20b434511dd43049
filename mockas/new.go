package mockas

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
)

// New returns a server that clients know under the origin: scheme and
// authority, without a trailing slash. Errors name what is wrong in the
// configuration and what to do.
func New(origin string, c Config) (*Server, error) {
	parsed, err := url.Parse(origin)
	if err != nil || parsed.Scheme == "" || parsed.Host == "" || origin != parsed.Scheme+"://"+parsed.Host {
		return nil, fmt.Errorf("mockas: %q is not an origin; give scheme and authority alone", origin)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	known := newStore()
	if c.Beside != nil {
		origin, known = c.Beside.origin, c.Beside.store
		c.joins(c.Beside)
	}
	c.complete(origin)
	if c.Key == nil {
		if c.Key, err = c.Look.GenerateKey(); err != nil {
			return nil, err
		}
	}
	s := &Server{origin: origin, config: c, store: known, shared: c.verifier()}
	s.policy = c.policy(s.shared)
	if c.Beside == nil {
		s.store.sign(c.Key)
		if err := s.enrol(); err != nil {
			return nil, err
		}
	}
	if s.routes, err = routes(s); err != nil {
		return nil, err
	}
	return s, nil
}

// joins fills in what the instances of a server share.
func (c *Config) joins(first *Server) {
	c.Key, c.Issuer = first.config.Key, first.config.Issuer
	if c.NonceSource == nil {
		c.NonceSource = first.shared.Nonces
	}
	if c.Replays == nil {
		c.Replays = first.shared.Replays
	}
}

// enrol tells a new server who its clients and APIs are.
func (s *Server) enrol() error {
	c := &s.config
	s.store.clock, s.store.nonces, s.store.subject = c.Clock, c.Nonces, c.Subject
	for i := range c.Clients {
		if err := s.AddClient(c.Clients[i]); err != nil {
			return err
		}
	}
	for i := range c.APIs {
		if err := s.AddAPI(c.APIs[i]); err != nil {
			return err
		}
	}
	return nil
}

// policy is the policy of a server of its own, with a verifier at each gate.
func (c *Config) policy(shared *dpop.Verifier) Policy {
	p := HonestPolicy()
	if c.Policy != nil {
		p = *c.Policy
	}
	for _, gate := range []*Gate{&p.Token, &p.PAR, &p.Userinfo} {
		gate.prepare(shared)
	}
	return p
}

// verifier is what the verifiers of all gates are copies of: they share the
// nonces and the replay memory.
func (c *Config) verifier() *dpop.Verifier {
	v := dpop.NewVerifier(c.Clock)
	if c.Algorithms != nil {
		v.Algorithms = c.Algorithms
	}
	if c.Replays != nil {
		v.Replays = c.Replays
	}
	if v.Nonces = c.NonceSource; v.Nonces == nil {
		v.Nonces = dpop.NewNonceWindow(c.NonceLifetime, c.Clock)
	}
	return v
}
