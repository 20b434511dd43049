package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// lane runs the cases at one endpoint of a real server, one after the other, and
// makes sure that each verdict is earned. Its cases share keys, tokens and honest
// requests (world.Lane). What rests on a refusal is held back until an honest
// request by the same key, token and clock was granted after it too: a server that
// refuses for a reason of its own - a limit of requests, a token used twice, a
// clock, a replica - earns no pass. Where the words of a refusal do not tell that
// the proof was refused, the case must end so several times in a row.
type lane struct {
	ctx     context.Context
	session *target.Session
	profile features.Profile
	options Options
	finish  func(index int, result reports.Case)

	shared  *world.Lane
	clocks  *world.Clocks
	pending []*pending
	size    int                   // cases between two controls
	last    map[string]*execution // the newest case of each situation, its World still open

	rested     []*pending     // passed or broke by a refusal
	early      []*pending     // broke by a grant, before many honest requests were seen
	earlySize  int            // octets of the answers to those
	honest     int            // honest requests, and repetitions of a case
	odd        int            // of them, those that were refused, or ended otherwise
	whims      int            // of those, such as a server makes that refuses at random
	disguises  bool           // a refusal was seen with a status of success
	reproduced map[ending]int // cases that ended so each time
	lot        *rand.Rand     // decides how many honest requests come next, in each run alike
	lost       int            // cases in a row without an honest request granted
	unheard    int            // cases in a row without a whole answer
}

// ending is how a case ends, and in which words.
type ending struct {
	verdict reports.Verdict
	words   words
}

func (o *outcome) ending() ending { return ending{o.result.Verdict, o.words} }

// pending is a case whose verdict is held back.
type pending struct {
	index int
	c     *Case
	*outcome
	situation string
	alike     int  // how often it ended alike; 0: it was not run again
	denied    bool // no honest request was granted between two runs of it
}

const (
	batch       = 8    // cases between two controls, at first
	longest     = 32   // the same once the server has shown that it is steady
	repeats     = 3    // times that a case in doubt must end alike, as long as the server is steady
	most        = 16   // the same at a server that is not
	familiar    = 4    // cases after which the words of a refusal are known to be the server's own
	least       = 6    // honest requests of a lane
	early       = 12   // honest requests after which it is known how a grant looks
	surrender   = 5    // cases in a row without an honest request granted
	fewRequests = 10   // requests of a case that seldom meets one failure of the way, and hardly several
	mostFlips   = 2    // times that such a case ends otherwise than before
	lengthy     = 100  // requests of a case that is not run again only to make sure
	mostBetween = 12   // honest requests between two runs of a case, at a server that refuses at random
	byChance    = 1e-6 // that a server's whim makes a verdict
)

func newLane(
	ctx context.Context, s *target.Session, p features.Profile, o Options, clocks *world.Clocks,
	finish func(int, reports.Case),
) *lane {
	return &lane{
		ctx: ctx, session: s, profile: p, options: o, finish: finish, shared: world.NewLane(clocks), clocks: clocks,
		size: batch, last: map[string]*execution{}, reproduced: map[ending]int{},
		lot: rand.New(rand.NewPCG(1, 2)),
	}
}

// run runs one more case of the lane. Where steps of its own come before it, they make what it
// asks for: nothing that another case was answered stands for it.
func (l *lane) run(index int, c *Case) {
	if c.before > 0 {
		if result := l.alone(&pending{index: index, c: c}); l.ctx.Err() == nil {
			l.finish(index, result)
		}
		return
	}
	o := l.try(c, world.All)
	if l.ctx.Err() != nil {
		o.e.close()
		return // cut short: it says nothing about the server
	}
	p := &pending{index: index, c: c, outcome: o}
	l.listen(p)
	switch {
	case o.firm():
		o.e.close()
		l.finish(index, o.result)
		if l.honest < early && o.result.Verdict.Breaks() {
			l.early = append(l.early, l.light(p))
		}
	case o.uncontrolled() && l.shared.Closed() != nil:
		o.e.close()
		l.finish(index, o.result)
	case o.uncontrolled():
		o.e.close()
		l.settle() // what came before rests on controls of that kind
		l.finish(index, l.alone(p))
	default:
		l.hold(p)
		if len(l.pending) >= l.size || o.e.world.HoldsRefreshTokens() {
			l.settle()
		}
	}
}

// mostEarly is how many octets of answers a lane keeps to look at them again.
const mostEarly = 16 << 20

// light is a case with its answers, as long as those that are kept are not too large
// together, and else without: a hostile server answers a megabyte each time.
func (l *lane) light(p *pending) *pending {
	size := 0
	if p.e.world != nil {
		for _, s := range p.e.world.Shown {
			size += len(s.Exchange.Reply)
			for _, f := range s.Exchange.Answer {
				size += len(f.Name) + len(f.Value)
			}
		}
	}
	if l.earlySize += size; l.earlySize > mostEarly {
		return p.slim()
	}
	return p
}

// hold keeps a case until the next control.
func (l *lane) hold(p *pending) {
	l.pending = append(l.pending, p)
	p.situation = p.e.world.Rests()
	if before := l.last[p.situation]; before != nil {
		before.close()
	}
	l.last[p.situation] = p.e
}

// settle compares what is held back with honest requests, and lets it go.
func (l *lane) settle() {
	list, last := l.pending, l.last
	l.pending, l.last = nil, map[string]*execution{}
	for _, p := range list {
		l.reproduce(p)
	}
	granted := map[string]error{}
	for situation, e := range last {
		granted[situation] = l.controlAfter(e)
		if unansweredIn(e.world, granted[situation]) != nil {
			l.givesAnswers(e.c)
		}
		e.close()
	}
	l.size = min(2*l.size, longest)
	if l.odd > 0 {
		l.size = batch
	}
	for _, err := range granted {
		if err != nil {
			l.shared.Renew()
			break
		}
	}
	for _, p := range list {
		switch err := granted[p.situation]; {
		case p.denied:
			l.finish(p.index, l.alone(p))
		case err == nil && p.blank() && l.disguises:
			p.doubt("the answer has a status of success and holds nothing; this server says error with such a status")
			l.finish(p.index, p.result)
		case err == nil:
			l.finish(p.index, p.result)
			if p.result.Verdict == reports.Passed || p.result.Verdict.Breaks() {
				l.rested = append(l.rested, p.slim())
			}
		case l.cutShort(err):
			l.uncontrolledAfter(p.c, p.outcome, "could be sent", err)
			l.finish(p.index, p.result)
		default:
			l.finish(p.index, l.alone(p))
		}
	}
}

// cutShort reports whether nothing more may be sent.
func (l *lane) cutShort(err error) bool {
	var throttled *target.Throttled
	var blocked *target.Blocked
	return l.ctx.Err() != nil || errors.As(err, &blocked) || errors.Is(err, target.ErrBudget) ||
		errors.As(err, &throttled)
}

// try runs a case once and looks at how it ended. Its World stays open.
func (l *lane) try(c *Case, s world.Sharing) *outcome {
	return l.tryAs(c, s, func(*world.World) {})
}

// tryAs is try with a World that is changed before the first step.
func (l *lane) tryAs(c *Case, s world.Sharing, change func(*world.World)) *outcome {
	if c.before > 0 {
		s = world.Alone
	}
	result := c.report(l.profile)
	if l.options.Repeat != nil {
		result.Repeat = l.options.Repeat(c)
	}
	ctx, sent := target.Counted(l.ctx)
	e, retried := executed(ctx, c, l.session, l.profile, func(w *world.World) {
		w.Join(l.shared, s)
		change(w)
	})
	e.report(&result, retried, l.options.Trace)
	l.options.see(e)
	result.Requests = sent()
	o := endedAs(e, retried, result)
	l.disguises = l.disguises || o.disguised()
	return o
}

// sent counts a request that an honest server grants, or that ends as before; odd are
// the words by which it did not.
func (l *lane) sent(odd words) {
	l.honest++
	if odd.refused {
		l.odd++
	}
	if odd.whim() {
		l.whims++
	}
}

// enoughOf is how many times in a row a case must end alike, so that chance does not
// make it, where so many of the honest requests ended otherwise.
func enoughOf(odd, honest int) int {
	if odd == 0 {
		return repeats
	}
	chance := float64(odd+1) / float64(honest+2)
	return min(max(int(math.Ceil(math.Log(byChance)/math.Log(chance))), repeats), most)
}

// enoughFor is enoughOf for a case. What passes by words of a refusal may come of a
// server that refuses at random, and not of a way that fails; what passes without an
// answer the other way round. Either may make a case fail.
func (l *lane) enoughFor(o *outcome) int {
	switch {
	case o.result.Verdict != reports.Passed:
		return enoughOf(l.odd, l.honest)
	case o.words.whim():
		return enoughOf(l.whims, l.honest)
	}
	return enoughOf(l.odd-l.whims, l.honest)
}

// end settles what is left. What was taken for earned as long as the server seemed
// steady is judged again if it is not.
func (l *lane) end() {
	l.settle()
	l.askOften()
	for _, p := range l.early { // perhaps the grant was none of the server's own
		if p.e.world != nil { // else what was answered is gone: the case is run again
			p.outcome = endedAs(p.e, p.retried, p.result)
			if p.firm() {
				continue
			}
		}
		if l.reproduce(p); p.denied {
			p.result = l.alone(p)
		}
		l.finish(p.index, p.result)
	}
	for _, p := range l.rested {
		steady := l.whims == 0 && (l.odd == 0 || p.result.Verdict == reports.Passed)
		if steady || p.firm() || p.alike >= l.enoughFor(p.outcome) {
			continue
		}
		if l.reproduce(p); p.denied {
			p.result = l.alone(p)
		}
		l.finish(p.index, p.result)
	}
	l.underAnotherName()
	if l.odd > 0 && len(l.rested) > 0 {
		c := l.rested[0].c
		l.session.Note(c.Subject, "steadiness at "+c.Endpoint,
			fmt.Sprintf("%d of %d honest requests and repetitions ended otherwise than the others", l.odd, l.honest))
	}
}
