package surroundings

import (
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// instances is how many a fleet has.
const instances = 3

// fleetRows are those where not every request meets the same party.
var fleetRows = []Row{
	{ID: "SU-19", Way: "one-lacks-htm-in-turn", Does: "one instance of three, in turn, does not look at htm",
		lacks: "htm", instance: func(w *way) bool { return inTurn(w) == 0 },
		Repeat: 6, Subjects: []Subject{Lax}, Lax: found},
	{ID: "SU-19", Way: "one-lacks-htm-at-random", Does: "one instance of three, at random, does not look at htm",
		lacks: "htm", instance: func(w *way) bool { return atRandom(w) == 0 },
		Repeat: 12, Subjects: []Subject{Lax}, Lax: found},
	{ID: "SU-20", Way: "nonces-of-their-own", Does: "each of three instances takes its own nonces alone",
		traits: traits{nonces: true}, keeps: "nonce", nonces: ownNonces, Honest: hindered, Lax: found},
	{ID: "SU-20", Way: "replay-memories-of-their-own", Does: "each of three instances remembers its own proofs alone",
		replays: ownReplays, Subjects: []Subject{Honest}, Honest: replayable, Earned: replayed},
	{ID: "SU-21", Way: "knows-the-harness", Does: "it keeps to the RFC before who calls itself dpopspec alone",
		face: byAgent, configured: otherAgent, Subjects: []Subject{Lax}, Lax: found},
}

// inTurn is the instance that takes a request.
func inTurn(w *way) int { return int(w.requests.Load()) % instances }

func atRandom(w *way) int { return int(w.lot() % instances) }

// fleetNonces hands out the nonces of the instance that answers.
type fleetNonces struct {
	*way
	own []*dpop.NonceWindow
}

func ownNonces(w *way, t traits) dpop.Nonces {
	f := &fleetNonces{way: w}
	for range instances {
		f.own = append(f.own, dpop.NewNonceWindow(5*time.Minute, t.now))
	}
	return f
}

// Next implements dpop.Nonces.
func (f *fleetNonces) Next() string { return f.own[atRandom(f.way)].Next() }

// Accept implements dpop.Nonces.
func (f *fleetNonces) Accept(nonce string) error {
	f.happened()
	return f.own[atRandom(f.way)].Accept(nonce)
}

// fleetReplays asks the memory of the instance that answers.
type fleetReplays struct {
	*way
	own []*dpop.ReplayMemory
}

func ownReplays(w *way, t traits) dpop.Replays {
	f := &fleetReplays{way: w}
	for range instances {
		f.own = append(f.own, dpop.NewReplayMemory(t.now))
	}
	return f
}

// Use implements dpop.Replays.
func (f *fleetReplays) Use(p *dpop.Proof, until time.Time) (bool, error) {
	f.happened()
	return f.own[atRandom(f.way)].Use(p, until)
}

// replayed reports whether a case tests the memory of used proofs.
func replayed(c reports.Case) bool {
	for _, r := range c.Requirements {
		if strings.HasPrefix(r.ID, "RFC9449-11.1-") {
			return true
		}
	}
	return false
}

// endpoint returns whether a case is at that endpoint.
func endpoint(name string) func(reports.Case) bool {
	return func(c reports.Case) bool { return c.Endpoint == name }
}

// byAgent knows the harness by the name that it gives itself.
func byAgent(r *http.Request) Subject {
	for _, agent := range r.Header["User-Agent"] {
		if agent == version.Agent {
			return Honest
		}
	}
	return Lax
}

// otherAgent has the configuration name the harness otherwise.
func otherAgent(t *target.Target, _ *Scene) error {
	t.Connection.Fields = append(t.Connection.Fields, wire.Field{Name: "User-Agent", Value: "browser"})
	return nil
}

// faced lets one of two handlers answer.
func faced(w *way, face func(*http.Request) Subject, honest, lax http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.happened()
		if face(r) == Honest {
			honest.ServeHTTP(rw, r)
			return
		}
		lax.ServeHTTP(rw, r)
	})
}
