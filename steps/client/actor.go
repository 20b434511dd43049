package client

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Actor is the client under test in one case: how it is configured, the process
// that runs, and what came of the latest order.
type Actor struct {
	*world.World

	setup  target.Setup
	wanted target.Registration
	env    map[string]string // of the process; nil: not yet arranged
	driver target.Driver     // nil: not running
	hello  target.Hello
	anew   bool          // the next process has served nobody yet
	ready  bool          // configured
	holds  bool          // has a token
	scope  string        // of its tokens; empty: the usual one
	drift  time.Duration // clock of the servers minus that of the client
	skew   time.Duration // option clock_skew

	acts     []string // what was ordered: grant types, and kinds of endpoints
	controls []string // those without whose honest success nothing is learned, see expect
	scripted string   // kind of the endpoint that was told what to answer, or used, last
	refuses  string   // the server that was told to refuse
	refusal  string   // the name of the form in which it does

	problem *target.ClientError // of the latest order
	early   *target.ClientError // why what the scenario wanted could not even begin
	told    target.Told         // of the latest token
	call    target.FetchOrder   // the latest call of an API
	fetched *target.Fetched     // its answer
	before  map[string]int      // recordings of each server before the latest order
	past    []func() string     // output of processes that have ended

	assertionKey *dpop.Key // of the client, where we have it

	rotated      bool
	calls        []*ownCall      // that the scenario tells apart
	gate         *gate           // behind which they are held together; nil: none
	parted       string          // why what was ordered at once was not under way at once; empty: it was
	owners       []*owner        // in whose names the client calls; nil: the only user
	challenge    reaction        // of the API to every request, once it runs; nil: its own
	findsIssuer  bool            // the API's metadata are to name the authorization server
	whileWaiting func()          // what a client in this process waits for before it repeats; nil: nothing
	ofSession    map[string]bool // tokens of a session that has ended
	atLogout     map[string]int  // recordings of each server when it had

	outdated     string             // access token of before the key pair was rotated
	algorithms   []string           // of proofs, as the metadata list them
	metadataTell bool               // the authorization server's metadata say what the case is about
	shared       map[string]bool    // other APIs that take the tokens of the first
	second       *target.EmbeddedAS // another authorization server
	elsewhere    *wire.Server       // where a server redirects to, if that is another origin
	inTheClear   *wire.Server       // behind plainHost; nil: no endpoint there
	spoilt       bool               // the client was given a bad key: what it signs with tells nothing
	keyFiles     keyFiles
}

// keyFiles are configuration files of a case, and what was said of their keys.
type keyFiles struct {
	folder string
	files  []string
	advice []string
}

// succeeded reports whether the latest order, and what had to come before it,
// came to a good end.
func (a *Actor) succeeded() bool {
	return a.early == nil && a.problem == nil && (a.fetched == nil || a.fetched.Status/100 == 2)
}

// isAsked notes what the client is asked for.
func (a *Actor) isAsked(act string) { a.problem, a.acts = nil, append(a.acts, act) }

// act is what the client was asked for last: a grant type, or the kind of
// endpoint that it was to use.
func (a *Actor) act() string {
	if len(a.acts) == 0 {
		return ""
	}
	return a.acts[len(a.acts)-1]
}

// output is all that the client has written in this case, errors included.
func (a *Actor) output() string {
	var text string
	for _, output := range a.past {
		text += output()
	}
	if a.driver != nil {
		text += a.driver.Output()
	}
	if a.problem != nil {
		text += "\n" + a.problem.Text()
	}
	return text
}
