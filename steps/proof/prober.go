// Package proof holds the steps about one request and its proof, at any endpoint:
// what is forged, repeated, challenged and measured, and what must follow.
package proof

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Prober sends proofs, good and bad, and remembers what it has sent.
type Prober struct {
	*world.World

	announcedAlgorithms announcedAlgorithms
	canary              canary
	nonceState          nonceState
	measuring           measuring
	watch               watch
	fragileState        fragileState
	replaying           replaying
	windowState         windowState
}

// Enter implements world.Room.
func (t *Prober) Enter(w *world.World) { t.World = w }

// announcedAlgorithms remembers what a case's server announces.
type announcedAlgorithms struct {
	known bool
	names []string
}

// canary is a server that nobody may ever call: a proof names it where a
// careless verifier would fetch a key from (RFC 8725 §3.10).
type canary struct{ server *wire.Server }

type measuring struct {
	tried      bool
	uses       int           // of one proof or nonce, that were accepted
	of         int           // uses in all
	lifetime   time.Duration // of a nonce: the greatest age at which one was taken
	ended      bool          // an older one was refused
	advertised []string
	accepted   []string
	unknown    []string // algorithms that could not be tried
}

// watch is how a measurement at a real server tells the time and lets it pass.
// A test moves the clock of its server instead of sleeping.
type watch struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// fragileState is the replay memory that a case can break.
type fragileState struct{ memory *fragile }

// fragile is a replay memory that can be made to fail.
type fragile struct {
	dpop.Replays
	broken atomic.Bool
}

// Use implements dpop.Replays.
func (f *fragile) Use(p *dpop.Proof, until time.Time) (bool, error) {
	if f.broken.Load() {
		return false, fmt.Errorf("the store does not answer (%s)", http.StatusText(http.StatusServiceUnavailable))
	}
	return f.Replays.Use(p, until)
}

// nonceState is what a case knows of nonces besides the newest of each server.
type nonceState struct {
	required bool     // the server under test asks for nonces
	expired  string   // one that the server handed out too long ago
	foreign  string   // one that another server handed out
	before   string   // the one that a newer has replaced
	list     []string // those that were collected, in order
}

// replaying is what a case knows of a proof that it uses more than once.
type replaying struct {
	copies   []*wire.Exchange
	accepted *made
}

// made is a proof that was sent, with what it was made of.
type made struct {
	draft     dpop.Draft
	text      string
	signature []byte
	probe     *world.Probe
}

// windowState is the time window of the server, as it was measured.
type windowState struct {
	measured     bool
	past, future time.Duration // the largest distances of iat that were accepted
	governed     bool          // those proofs carried a nonce, which may tell the time in place of iat
}
