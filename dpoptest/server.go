package dpoptest

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Server is what AuthorizationServer and API have in common: each listens on loopback, judges
// each request and keeps it, and can be told how to answer. It is closed when the test ends.
// Its methods may be called while it serves, by several goroutines.
type Server struct {
	URL string // how clients reach it, without a slash at the end

	listener *wire.Server
	nonces   *nonces
	required atomic.Bool // proofs need a nonce
	clock    *serverClock
	quiet    bool
	stranger atomic.Value // the id, a string, of a client whose keys nobody has told
}

// serverClock is the clock of a server and those that belong to it.
type serverClock struct {
	*clock.Clock
	moved atomic.Bool
}

// RequireNonces has proofs need a nonce from now on, or no longer (RFC 9449 §8, §9).
func (s *Server) RequireNonces(required bool) { s.required.Store(required) }

// RotateNonce makes another nonce current. The one before stays good until it expires.
func (s *Server) RotateNonce() { s.nonces.Rotate() }

// ExpireNonces lets every nonce that was handed out expire: the next proof by any of them
// is answered with use_dpop_nonce and a new one.
func (s *Server) ExpireNonces() { s.nonces.expire() }

// Advance moves the clock forward (back, if d is negative): that of an authorization server, its
// APIs and its clients of NewClient is one. Access tokens live ten minutes, nonces five. Once it
// was moved, a proof that is too old or too new for it is refused and not held against its sender.
func (s *Server) Advance(d time.Duration) {
	s.clock.moved.Store(true)
	s.clock.Advance(d)
}

// AnswerNext has the next request that needs a proof answered with an HTTP status, whatever
// is in it: 401 as invalid_token at an API and as invalid_client at an authorization server.
// Called more than once, it counts for so many requests.
func (s *Server) AnswerNext(status int) {
	s.listener.Then(wire.Answer{Match: s.proves, Play: s.scripted(status)})
}

// proves reports whether a request is one that carries a proof, not one for metadata or keys.
func (s *Server) proves(r *http.Request) bool {
	return !published(s.listener.Name, r.URL.EscapedPath())
}

func (s *Server) scripted(status int) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		code := map[int]string{http.StatusUnauthorized: "invalid_client", http.StatusBadRequest: "invalid_request"}[status]
		if s.listener.Name == nameAPI {
			if status == http.StatusUnauthorized {
				code = dpop.InvalidToken
				w.Header()["WWW-Authenticate"] = []string{dpop.Challenge{Scheme: dpop.Scheme}.With("error", code).String()}
			}
		}
		if code == "" {
			code = "server_error"
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if status >= 400 {
			fmt.Fprintf(w, `{"error":%q}`, code)
		}
	}
}

// Requests returns those that came so far and were answered, judged, in the order in which they
// came; requests for metadata and keys are left out.
func (s *Server) Requests() []Request {
	var list []Request
	used := map[string]int{} // jti by key: the request that it came with
	var use nonceUse
	for _, e := range s.listener.Exchanges() {
		use.gives(e)
		if e.Status == 0 || e.Preflight() || published(s.listener.Name, e.Path()) {
			continue
		}
		r := judged(e, s.URL, s.clock.moved.Load())
		if jti := r.Thumbprint + " " + r.ID; r.ID != "" {
			if first, again := used[jti]; again && !slices.ContainsFunc(r.Problems, isReplay) {
				r.Problems = append(r.Problems, fmt.Sprintf("replay: its jti came with request %d already", first))
			} else if !again {
				used[jti] = len(list) + 1
			}
		}
		list = append(list, r)
		use.comes(len(list)-1, r, e)
	}
	for i, problem := range use.problems() {
		if len(list[i].Problems) == 0 {
			list[i].Problems = []string{problem}
		}
	}
	return list
}

// listen starts the server; the test closes it, and tells what was wrong with its requests.
func (s *Server) listen(t testing.TB, name string, build func(origin string) http.Handler) {
	t.Helper()
	var err error
	s.listener, err = wire.Listen(wire.Options{Name: name, Clock: s.clock.Now}, build)
	if err != nil {
		t.Fatalf("dpoptest: no %s can be started on loopback: %v", name, err)
	}
	s.URL = s.listener.URL
	t.Cleanup(func() {
		s.listener.Close()
		s.tell(t)
	})
}

// mostTold is how many requests a test that fails tells of.
const mostTold = 10

// tell fails the test for the requests that were wrong.
func (s *Server) tell(t testing.TB) {
	t.Helper()
	if s.quiet {
		return
	}
	told, more := 0, 0
	asked := map[string]bool{} // of whom a nonce was asked that has not come
	for i, r := range s.Requests() {
		who := ""
		if s.listener.Name == nameAPI {
			who = r.Thumbprint // to which the token is bound: another key does not answer for it
		}
		if r.Nonce != "" { // what becomes of it may be the server's doing: nonces expire
			delete(asked, who)
		} else if r.Challenged {
			asked[who] = true
		}
		switch {
		case len(r.Problems) == 0:
		case told == mostTold:
			more++
		default:
			told++
			t.Error(said(fmt.Sprintf("dpoptest: request %d at the %s is wrong\n%s", i+1, s.listener.Name, r)))
		}
	}
	if len(asked) > 0 && told == 0 && !t.Failed() && !t.Skipped() {
		t.Errorf("dpoptest: the %s asked for a nonce, and no request came with it: whoever sends a proof must answer "+
			"use_dpop_nonce (RFC 9449 §8, §9). Give dpoptest.Quietly() if that is meant", s.listener.Name)
	}
	if id, ok := s.stranger.Load().(string); ok && told > 0 {
		t.Error(said(fmt.Sprintf("dpoptest: the client %q signs assertions, and its keys are not known; "+
			"give dpoptest.WithClientKeys its id and its JWK set", wire.Brief(id))))
	}
	if more > 0 {
		t.Errorf("dpoptest: %d more requests at the %s are wrong; Requests lists them", more, s.listener.Name)
	}
}

// nonces are those of a server, which can all expire at once.
type nonces struct {
	now func() time.Time
	mu  sync.Mutex
	w   *dpop.NonceWindow
}

const nonceLifetime = 5 * time.Minute

func newNonces(now func() time.Time) *nonces {
	return &nonces{now: now, w: dpop.NewNonceWindow(nonceLifetime, now)}
}

func (n *nonces) window() *dpop.NonceWindow {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.w
}

func (n *nonces) expire() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.w = dpop.NewNonceWindow(nonceLifetime, n.now)
}

// Next implements dpop.Nonces.
func (n *nonces) Next() string { return n.window().Next() }

// Accept implements dpop.Nonces.
func (n *nonces) Accept(nonce string) error { return n.window().Accept(nonce) }

// Rotate makes another nonce current.
func (n *nonces) Rotate() string { return n.window().Rotate() }
