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

	algorithmsAdvertised algorithmsAdvertised
	algorithmsTried      algorithmsTried
	canary               canary
	controlKey           *dpop.Key        // of the latest positive control
	withoutNonce         bool             // forged proofs carry none
	controlAddress       world.Addressing // its address
	nonces               nonces
	nonceLife            nonceLife
	watch                watch
	fragile              *fragile // the replay memory that the case can break; nil: none
	accepted             *made    // the proof that is used more than once; nil: none
	tally                tally
	internal             string // origin by which a proxy reaches the authorization server; empty: there is none
	window               window
	instances            instances
}

// Enter implements world.Entrant.
func (w *Prober) Enter(of *world.World) { w.World = of }

// algorithmsAdvertised remembers what a case's server advertises.
type algorithmsAdvertised struct {
	known bool
	names []string
}

// algorithmsTried are the algorithms whose proofs were tried.
type algorithmsTried struct {
	tried      bool
	advertised []string
	accepted   []string
	unknown    []string // that could not be tried
}

// canary is a server that nobody may ever call: a proof names it where a
// careless verifier would fetch a key from (RFC 8725 §3.10).
type canary struct{ server *wire.Server }

// nonceLife is how long a nonce was seen to be taken.
type nonceLife struct {
	measured bool
	taken    time.Duration // the greatest age at which one was taken
	ended    bool          // an older one was refused
}

// watch is how a measurement at a real server tells the time and lets it pass.
// A test moves the clock of its server instead of sleeping.
type watch struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

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

// nonces is what a case knows of nonces besides the newest of each server.
type nonces struct {
	required bool     // the server under test asks for nonces
	optional bool     // it gives nonces, and takes proofs without
	expired  string   // one that the server handed out too long ago
	foreign  string   // one that another server handed out
	before   string   // the one that a newer has replaced
	list     []string // those that were collected, in order
	carried  string   // that of the newest proof with a defect; empty: it had none
}

// tally counts the answers to several requests of a kind.
type tally struct {
	of       int // requests; 0: none were counted
	accepted int
	broken   int // server errors
}

// made is a proof that was sent, with what it was made of.
type made struct {
	draft     dpop.Draft
	text      string
	signature []byte
	probe     *world.Probe
}

// window is the time window of the server, as it was measured.
type window struct {
	measured     bool
	past, future time.Duration // the largest distances of iat that were accepted
	governed     bool          // those proofs carried a nonce, which may tell the time in place of iat
}

// instances is what a case knows of those of the server under test.
type instances struct {
	second     string   // base URL of the second; empty: there is none
	challenged instance // which has just got a nonce of the other
}

// instance tells two instances apart.
type instance int

const (
	atFirst instance = iota
	atSecond
)

func (i instance) other() instance { return 1 - i }
