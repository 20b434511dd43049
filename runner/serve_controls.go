package runner

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// controls are what may be changed of the servers while they serve.
type controls struct {
	as    *target.EmbeddedAS
	api   *target.EmbeddedAPI
	clock *clock.Clock

	asked       atomic.Bool // the API asks for nonces
	atAS, atAPI *dpop.NonceWindow
}

// nonceLifetime is how long a nonce of the servers is good.
const nonceLifetime = 5 * time.Minute

func newControls(now *clock.Clock, nonces bool) *controls {
	c := &controls{clock: now}
	c.atAS, c.atAPI = dpop.NewNonceWindow(nonceLifetime, now.Now), dpop.NewNonceWindow(nonceLifetime, now.Now)
	c.asked.Store(nonces)
	return c
}

// ofAPI lets an API ask for nonces or not, at any time.
func (c *controls) ofAPI(config *mockrs.Config) {
	config.Verifier.Nonces = c.atAPI
	honest := config.Verifier.Check("nonce")
	config.Verifier.Replace("nonce", func(v *dpop.Verification) error {
		if !c.asked.Load() {
			return nil
		}
		return honest(v)
	})
	config.Policy.Nonces = func(a *mockrs.API) []string {
		if !c.asked.Load() {
			return nil
		}
		return mockrs.Nonces(a)
	}
}

// RequireNonces has both servers ask for nonces, or no more (RFC 9449 §8, §9).
func (s *Served) RequireNonces(asks bool) {
	mode := mockas.NonceOff
	if asks {
		mode = mockas.NonceRequired
	}
	s.controls.as.SetNonces(mode)
	s.controls.asked.Store(asks)
}

// ExpireNonces makes every nonce bad that either server has given.
func (s *Served) ExpireNonces() {
	s.controls.atAS.Expire()
	s.controls.atAPI.Expire()
}

// RotateKey has the authorization server sign by a new key; the one before stays in its
// JWK Set.
func (s *Served) RotateKey() error { return s.controls.as.RotateKey() }

// Advance moves the clock of both servers.
func (s *Served) Advance(d time.Duration) { s.controls.clock.Advance(d) }

// Situation is an answer that the next request of a kind meets with.
type Situation string

// The situations, each for one request.
const (
	InvalidToken   Situation = "invalid_token"   // 401 at the API, as if the token had been revoked (RFC 6750 §3.1)
	InvalidProof   Situation = "invalid_proof"   // 401 at the API (RFC 9449 §7.1)
	NonceChallenge Situation = "use_dpop_nonce"  // 401 at the API, with a nonce that is good (RFC 9449 §9)
	TokenChallenge Situation = "token_challenge" // 400 at the token endpoint, with a nonce that is good (RFC 9449 §8)
	Unavailable    Situation = "unavailable"     // 503 at the API
)

// Battery is every situation, in the order in which the battery of the page plays them.
var Battery = []Situation{TokenChallenge, NonceChallenge, InvalidProof, InvalidToken, Unavailable}

// Meet has the next request meet with a situation: the next to the API that has a proof,
// or to the token endpoint.
func (s *Served) Meet(one Situation) error {
	proven := func(r *http.Request) bool { return len(r.Header["Dpop"]) > 0 }
	switch one {
	case TokenChallenge:
		path := s.controls.as.Path(mockas.PathToken)
		s.controls.as.HTTP.Then(wire.Answer{
			Match: func(r *http.Request) bool { return proven(r) && r.URL.EscapedPath() == path },
			Play: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header()["Dpop-Nonce"] = []string{s.controls.atAS.Next()}
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Cache-Control", "no-store")
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"error":%q,"error_description":"the proof needs a nonce"}`, dpop.UseNonce)
			},
		})
		return nil
	case InvalidToken, InvalidProof, NonceChallenge, Unavailable:
		s.controls.api.HTTP.Then(wire.Answer{Match: proven, Play: s.playing(one)})
		return nil
	}
	return fmt.Errorf("%q is no situation; there are %v", one, Battery)
}

func (s *Served) playing(one Situation) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		status, code := http.StatusUnauthorized, ""
		switch one {
		case InvalidToken:
			code = dpop.InvalidToken
		case InvalidProof:
			code = dpop.InvalidProof
		case NonceChallenge:
			code = dpop.UseNonce
			w.Header()["Dpop-Nonce"] = []string{s.controls.atAPI.Next()}
			w.Header().Set("Cache-Control", "no-store")
		default:
			status = http.StatusServiceUnavailable
		}
		if code != "" {
			w.Header()["WWW-Authenticate"] = []string{dpop.Challenge{Scheme: dpop.Scheme}.With("error", code).String()}
		}
		w.WriteHeader(status)
	}
}
