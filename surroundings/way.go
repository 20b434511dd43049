package surroundings

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// disturbance puts something around a party. What it remembers is that of one
// party in one run.
type disturbance func(w *way, next http.Handler) http.Handler

// way is the way to one party in one run: what happens on it depends on the seed
// and on how many requests came before.
type way struct {
	seed      uint64
	party     string // "as" or "api"
	requests  atomic.Int64
	disturbed *atomic.Int64
	closed    chan struct{}    // the run is over
	leave     func()           // the party is gone
	now       func() time.Time // the clock of the party
	scene     *Scene
	mu        sync.Mutex
}

// happened notes that the surroundings did what they do.
func (w *way) happened() { w.disturbed.Add(1) }

// chance decides by lot, always alike for a seed, a party and a request.
func (w *way) chance(share float64) bool {
	const fine = 1 << 20
	return float64(w.lot()%fine) < share*fine
}

// lot is a number that a seed, a party and a request have drawn.
func (w *way) lot() uint64 {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(w.seed, 10) + "/" + w.party + "/" + strconv.FormatInt(w.requests.Load(), 10)))
	sum := h.Sum64()
	sum ^= sum >> 33 // the last octets alone would decide little
	sum *= 0xff51afd7ed558ccd
	return sum ^ sum>>33
}

// sleep waits, at most until the run is over or the client has gone.
func (w *way) sleep(r *http.Request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.closed:
	case <-r.Context().Done():
	}
}

// spared is what a disturbance of single requests leaves alone: documents and
// keys, without which no run begins.
func spared(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "/.well-known/") || strings.HasSuffix(r.URL.Path, "/jwks")
}

// counting numbers the requests that can be disturbed.
func (w *way) counting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !spared(r) {
			w.requests.Add(1)
		}
		next.ServeHTTP(rw, r)
	})
}

// instead lets another handler answer where the surroundings say so.
func instead(when func(*way, *http.Request) bool, answer func(*way, http.ResponseWriter, *http.Request)) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if spared(r) || !when(w, r) {
				next.ServeHTTP(rw, r)
				return
			}
			w.happened()
			answer(w, rw, r)
		})
	}
}

// share disturbs a share of the requests, by lot.
func share(of float64) func(*way, *http.Request) bool {
	return func(w *way, _ *http.Request) bool { return w.chance(of) }
}
