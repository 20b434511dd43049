package surroundings

import (
	"net/http"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// Subject is the kind of party that stands in the surroundings.
type Subject string

// The subjects.
const (
	Honest Subject = "honest"           // it keeps to RFC 9449
	Lax    Subject = "takes everything" // it has no check of a proof but those that the row names
)

// Cast says which parties of a row are real.
type Cast string

// The casts.
const (
	Servers Cast = "servers" // an authorization server and an API
	Client  Cast = "client"  // a client behind an adapter
)

// Row is one surrounding. Whatever it is, no case may pass or fail because of it.
type Row struct {
	ID   string // SU-12; rows of one id are ways to have one surrounding
	Way  string // which of these, in words joined by hyphens
	Does string // what is unusual
	Cast Cast   // empty: Servers

	// Honest and Lax are what may come of a run against that subject.
	Honest, Lax Outcome
	// Once: no seed makes a difference.
	Once bool
	// Parallel is how many cases run at a time; 0: one, so that a seed decides all.
	Parallel int
	// Repeat is how often the cases that find the lax subject out are run: one
	// that finds it in any run has found it. 0: once.
	Repeat int
	// Few: each request takes long, so that fewer cases are played.
	Few bool
	// Slow rows are played only by name.
	Slow bool
	// Subjects are those that it makes sense for; nil: both.
	Subjects []Subject
	// Earned says which failures of an honest party are true in these surroundings.
	Earned func(c reports.Case) bool

	traits     traits
	phased     bool   // the clock of the subject is a part of a second ahead, another with each seed
	lacks      string // the one check that the lax subject lacks; empty: it lacks all
	keeps      string // the one check that it has nevertheless; empty: none
	configured func(*target.Target, *Scene) error
	around     disturbance
	instance   func(*way) bool                // whether the request goes to the instance that lacks the check
	face       func(*http.Request) Subject    // who answers a request
	clock      func(*way) time.Duration       // how far that of the party is ahead, at a request
	nonces     func(*way, traits) dpop.Nonces // those of instances with their own
	replays    func(*way, traits) dpop.Replays
}

// traits are what the subject is without the surroundings, too.
type traits struct {
	past, future time.Duration // its window for iat; 0: a minute back and half a minute ahead
	nonces       bool          // proofs need a nonce
	nonceLife    time.Duration // 0: five minutes
	public       bool          // its one client has no credentials, and codes alone
	opaque       bool          // its access tokens are opaque, and the API asks for what they mean
	tokenLife    time.Duration // of access tokens; 0: ten minutes
	pushes       bool          // authorization requests must be pushed
	skew         time.Duration // of its clock, which its Date field tells; see Row.phased
}

// Name tells a row from all others: SU-12/401-5-percent.
func (r Row) Name() string { return r.ID + "/" + r.Way }

func (r Row) names() []string { return []string{r.ID, r.Way, r.Name()} }

// Likes says with which other rows it shares its undisturbed subjects.
func (r Row) Likes() any {
	return struct {
		cast         Cast
		lacks, keeps string
		traits
	}{r.cast(), r.lacks, r.keeps, r.traits}
}

func (r Row) cast() Cast {
	if r.Cast == "" {
		return Servers
	}
	return r.Cast
}

// Plays reports whether the row makes sense for a subject.
func (r Row) Plays(s Subject) bool { return r.Subjects == nil || slices.Contains(r.Subjects, s) }

// Allowed is what may come of a run against a subject.
func (r Row) Allowed(s Subject) Outcome {
	if s == Lax {
		return r.Lax
	}
	return r.Honest
}
