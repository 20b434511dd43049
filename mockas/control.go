package mockas

import "fmt"

// What the owner of a running server may see and change is gathered here; the
// endpoints never call it.

// AddClient registers a client, or replaces the one with its id.
func (s *Server) AddClient(c Client) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.ByCertificate() && s.config.ClientAuthorities == nil {
		return fmt.Errorf("mockas: client %s uses %s and no authority vouches for certificates here; "+
			"set ClientAuthorities", c.ID, c.Auth)
	}
	s.store.addClient(&c)
	return nil
}

// Client returns a registered client, or nil.
func (s *Server) Client(id string) *Client {
	client, _ := s.store.client(id)
	return client
}

// AddAPI registers an API, or replaces the one with its audience.
func (s *Server) AddAPI(a API) error {
	if err := a.check(); err != nil {
		return err
	}
	s.store.addAPI(&a)
	return nil
}

// NameResource lets requests name the API with the given audience by its resource
// identifier too: what its metadata call resource (RFC 9728 §2), and clients that read
// them put into the parameter of that name (RFC 8707 §2). Tokens hold the audience.
func (s *Server) NameResource(identifier, audience string) {
	s.store.nameResource(identifier, audience)
}

// SetSubject changes the person who consents to all requests to come.
func (s *Server) SetSubject(subject string) { s.store.setSubject(subject) }

// SetNonces changes the nonce mode for all requests to come.
func (s *Server) SetNonces(mode NonceMode) { s.store.setNonceMode(mode) }

// RotateNonce makes a new nonce current and returns it. The one before stays
// good until it expires. A nonce source that cannot rotate returns its next.
func (s *Server) RotateNonce() string {
	nonces := s.policy.Token.Verifier.Nonces
	if r, can := nonces.(rotator); can {
		return r.Rotate()
	}
	if nonces == nil {
		return ""
	}
	return nonces.Next()
}

// ApproveDevice lets the person say yes to a device. It reports whether the
// user code is known.
func (s *Server) ApproveDevice(userCode string) bool { return s.store.approveDevice(userCode) }

// Issued lists what the server has given out, oldest first; a server that
// runs for very long forgets the oldest.
func (s *Server) Issued() []Issued { return s.store.allIssued() }

// RevokeAll makes every token and code that exists useless.
func (s *Server) RevokeAll() { s.store.revokeAll() }

// Revoke makes one token useless.
func (s *Server) Revoke(token string) { s.store.spendToken(token) }

// Burn makes an authorization code or refresh token useless: what a server
// must not do when it only asks for a nonce (RFC 9449 §8).
func (s *Server) Burn(text string) {
	s.store.spendCode(text)
	s.store.spendToken(text)
}

// Forgotten counts the tokens, codes, requests, devices and registered clients that
// could still be used and that the server has forgotten for want of room: whoever shows
// one of them is told that it is not known.
func (s *Server) Forgotten() int { return s.store.allForgotten() }
