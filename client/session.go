package client

import (
	"cmp"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// session is what a login leaves behind.
type session struct {
	active       bool // a user logged in
	refreshToken string
	key          *dpop.Key    // the key that a public client's refresh token is bound to
	defaults     TokenOptions // scope and audience of the login
}

// slot is where a token is kept: one for each audience and scope, bound and
// unbound.
type slot struct {
	audience, scope string
	bound           bool
}

// expiryMargin is how long before its expiry a token is no longer used, so that
// it does not expire on its way.
const expiryMargin = 10 * time.Second

// store is what a Client keeps from one call to the next: its key pair, the
// session of a login, and tokens.
type store struct {
	public bool                              // no authentication: refresh tokens are bound, too (RFC 9449 §5)
	next   func(before, given string) string // the refresh token that serves from now on

	mu      sync.Mutex // guards what follows
	key     *dpop.Key
	keyErr  error // why there is no key
	session session
	tokens  map[slot]Token
}

// keyPair is the key that new tokens are bound to, or why there is none.
func (s *store) keyPair() (*dpop.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, s.keyErr
}

// present is the session under way; the zero session if nobody logged in.
func (s *store) present() session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session
}

// rotate replaces the key pair and forgets what is bound to the old one.
func (s *store) rotate(key *dpop.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.keyErr = key, nil
	for at := range s.tokens {
		if at.bound {
			delete(s.tokens, at)
		}
	}
	if s.public {
		s.session = session{}
	}
}

// adopt makes the key of a login the one that new tokens are bound to. A login
// without DPoP has none.
func (s *store) adopt(key *dpop.Key) {
	if key == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.keyErr = key, nil
}

// begin starts a session: nothing of one before it survives.
func (s *store) begin(defaults TokenOptions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = session{active: true, defaults: defaults}
	clear(s.tokens)
}

// end ends the session and forgets its tokens; it returns the refresh token, which
// may be revoked.
func (s *store) end() (refreshToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refreshToken = s.session.refreshToken
	s.session = session{}
	clear(s.tokens)
	return refreshToken
}

// resume starts a session with a refresh token that was got before.
func (s *store) resume(refreshToken string, defaults TokenOptions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = session{active: true, refreshToken: refreshToken, defaults: defaults}
	if s.public {
		s.session.key = s.key
	}
	clear(s.tokens)
}

// token returns the token in a slot, if there is one.
func (s *store) token(at slot) (t Token, has bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, has = s.tokens[at]
	return t, has
}

// outlives reports whether a token lasts long enough for a call that is made now.
func outlives(t Token, now time.Time) bool {
	return t.Expires.IsZero() || now.Add(expiryMargin).Before(t.Expires)
}

// keep stores a token, and the refresh token that came with it. A token whose
// key has been rotated away meanwhile serves its caller alone.
func (s *store) keep(at slot, t Token) {
	s.keepRefresh(at, t)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inUse(at, t) {
		s.tokens[at] = t
	}
}

// keepRefresh stores the refresh token alone. That of a public client is bound,
// and of no use any more once its key is gone.
func (s *store) keepRefresh(at slot, t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.public && !s.inUse(at, t) {
		return
	}
	s.session.refreshToken = s.next(s.session.refreshToken, t.RefreshToken)
	if s.public && at.bound && t.RefreshToken != "" {
		s.session.key = t.key
	}
}

// giveUp forgets a refresh token, unless another one has taken its place.
func (s *store) giveUp(refreshToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session.refreshToken == refreshToken {
		s.session.refreshToken = ""
	}
}

// newestRefreshToken replaces a refresh token where another one comes; where none
// comes, the one before stays good (RFC 6749 §6).
func newestRefreshToken(before, given string) string { return cmp.Or(given, before) }

// inUse reports whether a token is bound to no key, or to one in use.
func (s *store) inUse(at slot, t Token) bool {
	return !at.bound || t.key == s.key || t.key == s.session.key
}
