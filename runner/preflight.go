package runner

import (
	"context"
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Outcome is what came of something that a preflight tried.
type Outcome string

// The outcomes of what a preflight tries.
const (
	Works      Outcome = "works"
	SetUp      Outcome = "set-up"       // it does not, and the set-up of the run is to blame
	ForCases   Outcome = "for cases"    // it does not, and the party may be to blame: its cases tell
	Untried    Outcome = "not tried"    // nothing was to be tried, for the reason given
	Unfinished Outcome = "not finished" // it was to be tried, and could not be to its end: nothing is known
)

// Tried is one thing that a preflight tried.
type Tried struct {
	What    string  `json:"what"`
	Outcome Outcome `json:"outcome"`
	Answer  string  `json:"answer,omitempty"` // or the reason
}

// preflight tries once, before the first case, what the cases of a plan rest on.
// What fails by the set-up of the run is a problem of the session, and blocks what
// rests on it; what fails by the party is left to the cases.
type preflight struct {
	ctx     context.Context
	session *target.Session
	profile features.Profile
	cases   []*Case // that are to be run
	tried   []Tried
	logins  []personal
	left    int            // requests that had left when the latest outcome was noted
	lane    *world.Lane    // of all that is tried: a nonce that one request was given goes with the next
	worlds  []*world.World // in which something was tried
}

// personal is what a person's client got by its login.
type personal struct {
	tokens *world.Tokens
	key    *dpop.Key // that the access token is bound to
}

// Preflight tries what the cases of a plan rest on: a token by each client and
// grant, a request to each endpoint and API, the hello of an adapter.
func Preflight(ctx context.Context, p *Plan, s *target.Session) []Tried {
	return preflightBy(ctx, p, s, Options{clocks: world.NewClocks()})
}

// preflightBy is Preflight, which finds out by which clocks servers judge proofs, and hands
// on what it sees.
func preflightBy(ctx context.Context, p *Plan, s *target.Session, o Options) []Tried {
	f := newPreflight(ctx, p, s)
	f.lane = world.NewLane(o.clocks)
	defer func() {
		var shown []world.Shown
		for _, w := range f.worlds {
			shown = append(shown, w.Shown...)
		}
		o.hand(PartPreflight, shown)
	}()
	f.adapter()
	if s.Usable("", "") != nil { // nothing is
		return f.tried
	}
	if !s.Embedded(target.AuthorizationServer) && f.any(func(c *Case) bool { return c.Subject != target.ClientRole }) {
		f.clients()
		f.settle()
	}
	f.apis()
	f.operations()
	return f.tried
}

// Hello is the part of a preflight that sends nothing to a server.
func Hello(ctx context.Context, p *Plan, s *target.Session) []Tried {
	f := newPreflight(ctx, p, s)
	f.adapter()
	return f.tried
}

func newPreflight(ctx context.Context, p *Plan, s *target.Session) *preflight {
	f := &preflight{ctx: ctx, session: s, profile: p.Profile, tried: []Tried{}, left: s.Requests()}
	for _, c := range p.Cases {
		if c.Skip == "" && c.problem == nil {
			f.cases = append(f.cases, c)
		}
	}
	return f
}

// any reports whether a case that is to be run is such.
func (f *preflight) any(is func(*Case) bool) bool {
	for _, c := range f.cases {
		if is(c) {
			return true
		}
	}
	return false
}

// anyAt reports whether a case is to be run at an endpoint.
func (f *preflight) anyAt(p world.Endpoint) bool {
	return f.any(func(c *Case) bool { return c.Endpoint == p.Name })
}

// note keeps what came of something.
func (f *preflight) note(what string, outcome Outcome, answer string) {
	f.tried = append(f.tried, Tried{what, outcome, answer})
	f.left = f.session.Requests()
}

// block keeps that something does not work by the set-up; not where the run has ended
// meanwhile, which may be why.
func (f *preflight) block(what string, p reports.Problem, dependents ...target.Dependent) {
	if f.ctx.Err() != nil {
		f.note(what, Unfinished, "interrupted")
		return
	}
	f.note(what, SetUp, p.Answer)
	f.session.Block(p, dependents...)
}

// world returns a World for requests to an endpoint.
func (f *preflight) world(at world.Endpoint) *world.World {
	w := world.NewWorld(f.ctx, f.session, f.profile, at, at.Role)
	w.Join(f.lane, world.Alone)
	f.worlds = append(f.worlds, w)
	return w
}

// patiently sends a request, and again as often as a party that answers 429 or
// hangs up is worth it. Silence is for lost to judge, unless a program has ended.
func (f *preflight) patiently(send func() (*wire.Exchange, error)) (*wire.Exchange, error) {
	for attempt := 1; ; attempt++ {
		e, err := send()
		if wire.Silent(err) {
			f.session.Ended(err)
			return e, f.session.Final(err)
		}
		if _, again := f.session.Again(f.ctx, err, attempt); !again {
			return e, f.session.Final(err)
		}
	}
}

// excused notes an error that is none of the way to a party: what was to be tried
// makes no sense, rests on something that was found not to work, or could not go on
// with what came. It reports false for every other error.
func (f *preflight) excused(what string, err error) bool {
	var skip *world.NotApplicable
	var blocked *target.Blocked
	var unsure *world.Inconclusive
	switch {
	case errors.As(err, &skip) && f.session.Requests() > f.left: // a page that nobody can answer
		f.note(what, Unfinished, skip.Reason)
	case errors.As(err, &skip):
		f.note(what, Untried, skip.Reason)
	case errors.As(err, &blocked):
		f.note(what, Untried, blocked.Error())
	case errors.As(err, &unsure):
		f.note(what, ForCases, unsure.Reason)
	case f.ctx.Err() != nil:
		f.note(what, Unfinished, "interrupted")
	case errors.Is(err, target.ErrBudget):
		f.note(what, Unfinished, err.Error())
	default:
		return false
	}
	return true
}

// lost judges that no whole answer came. One that breaks off or is malformed is the
// party's own, and so is silence if the same without a proof is answered.
func (f *preflight) lost(
	what, address, key string, err error, without func() (*wire.Exchange, error), dependents ...target.Dependent,
) {
	var foreign *target.ForeignHost
	p := reports.Problem{
		Name: address, What: "nothing answers at " + address, Answer: err.Error(), Key: key,
		Remedy: "see whether it runs and can be reached from here (connection.proxy, connection.ca)",
	}
	switch {
	case f.ctx.Err() != nil: // block says so
	case errors.As(err, &foreign):
		p.Name, p.What = foreign.Origin, "nothing may be sent to "+address
		p.Key, p.Remedy = "authorization_server.hosts", "add the host if it belongs to the target"
	case wire.Refused(err), wire.Untrusted(err):
	case !wire.Silent(err):
		f.note(what, ForCases, err.Error())
		return
	default:
		if e, _ := without(); e != nil && e.Status != 0 {
			f.note(what, ForCases, fmt.Sprintf("%v; without a proof: %d", err, e.Status))
			return
		}
		p.Remedy += "; limits.timeout gives each answer more time"
	}
	f.block(what, p, append(dependents, target.Dependent{Address: address})...)
}

// adapter lets the program that drives the client introduce itself.
func (f *preflight) adapter() {
	s := f.session
	if s.Client == nil || s.Triggered() || !f.any(func(c *Case) bool { return c.Subject == target.ClientRole }) {
		return
	}
	const what = "client: hello of its adapter"
	p := reports.Problem{
		Name: "client", What: "the adapter of the client does not start", Key: "client.command",
		Remedy: "run the command by itself and write {\"id\":1,\"op\":\"hello\"} to it, on one line",
	}
	driver, err := s.OpenClient(f.ctx, target.Conditions{})
	if err == nil {
		hello := driver.Hello()
		driver.Close()
		if len(hello.Capabilities) > 0 {
			f.note(what, Works, fmt.Sprintf("%s %s, %d capabilities", hello.Name, hello.Version, len(hello.Capabilities)))
			return
		}
		p.What, p.Answer = "the adapter of the client names no capability", fmt.Sprintf("hello of %q", hello.Name)
		p.Remedy = "let its answer to hello list in capabilities what the client can do"
	} else {
		p.Answer = err.Error()
	}
	f.block(what, p, target.Dependent{Role: target.ClientRole})
}
