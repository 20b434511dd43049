package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
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
	honest     int            // honest requests, and repetitions of a case
	odd        int            // of them, those that were refused, or ended otherwise
	whims      int            // of those, such as a server makes that refuses at random
	disguises  bool           // a refusal was seen with a status of success
	reproduced map[ending]int // cases that ended so each time
	lot        *rand.Rand     // decides how many honest requests come next, in each run alike
	lost       int            // cases in a row without an honest request granted
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
	most        = 12   // the same at a server that is not
	familiar    = 4    // cases after which the words of a refusal are known to be the server's own
	least       = 6    // honest requests of a lane
	early       = 12   // honest requests after which it is known how a grant looks
	surrender   = 5    // cases in a row without an honest request granted
	fewRequests = 10   // requests of a case that seldom meets one failure of the way, and hardly several
	mostFlips   = 2    // times that such a case ends otherwise than before
	lengthy     = 100  // requests of a case that is not run again only to make sure
	byChance    = 1e-4 // that a server's whim makes a verdict
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

// run runs one more case of the lane.
func (l *lane) run(index int, c *Case) {
	o := l.try(c, world.All)
	if l.ctx.Err() != nil && o.result.Verdict == reports.Errored {
		o.e.close()
		return // cut short: it says nothing about the server
	}
	p := &pending{index: index, c: c, outcome: o}
	switch {
	case o.firm():
		o.e.close()
		l.finish(index, o.result)
		if l.honest < early && o.result.Verdict.Breaks() {
			l.early = append(l.early, p)
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
		e.close()
	}
	l.size = min(2*l.size, longest)
	if l.odd > 0 {
		l.size = batch
	}
	for _, err := range granted {
		if err != nil {
			if l.shared.CodesInUse() {
				l.shared.CodesBurn()
			}
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
				l.rested = append(l.rested, p)
			}
		case cutShort(err):
			p.doubt("no honest request could be sent after it: %v", err)
			l.finish(p.index, p.result)
		default:
			l.finish(p.index, l.alone(p))
		}
	}
}

// cutShort reports whether nothing more may be sent.
func cutShort(err error) bool {
	var throttled *target.Throttled
	return errors.Is(err, target.ErrBudget) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) || errors.As(err, &throttled)
}

// try runs a case once and looks at how it ended. Its World stays open.
func (l *lane) try(c *Case, s world.Sharing) *outcome {
	return l.tryAs(c, s, func(*world.World) {})
}

// tryAs is try with a World that is changed before the first step.
func (l *lane) tryAs(c *Case, s world.Sharing, change func(*world.World)) *outcome {
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
	result.Requests = sent()
	o := endedAs(e, retried, result)
	l.disguises = l.disguises || o.disguised()
	return o
}

// controlAfter sends the honest request of a case again, as often as it takes to
// tell a server that refuses for good from one that refuses at times.
func (l *lane) controlAfter(e *execution) (err error) {
	if e.world == nil {
		return nil
	}
	failed := 0 // times that the way to the server did
	for attempt := 1; attempt <= enoughOf(l.odd, l.honest); attempt++ {
		err = world.Of[proof.Prober](e.world).ControlAfter()
		if _, again := l.session.Again(l.ctx, err, failed+1); again {
			failed++
			attempt-- // the way to the server failed, or it wants to be left alone
			continue
		}
		if err == nil || cutShort(err) {
			l.sent(words{})
			return err
		}
		odd := e.lastWords()
		odd.refused = true // whatever it looks like
		l.sent(odd)
	}
	if !l.session.HasGranted(e.c.Endpoint) && !e.world.Controlled() {
		return nil // none ever was, and the case needs none: the verdict is about that
	}
	return err
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

// reproduce runs a case in doubt again until it has ended alike often enough. Where
// it does not, what cannot be chance counts: what was granted once. Else the
// verdict is open.
func (l *lane) reproduce(p *pending) {
	if l.shared.Closed() != nil || l.trusted(p) {
		return
	}
	if p.result.Requests > lengthy {
		if l.whims > 0 {
			p.doubt("it took %d requests at a server that refuses at random, last %s", p.result.Requests, p.words)
		}
		return
	}
	if p.result.Verdict.Breaks() && l.byOtherClock(p) {
		return
	}
	alike, tried, flips := 1, 1, 0
	for alike < l.enoughFor(p.outcome) && tried < 2*most && l.ctx.Err() == nil {
		again := l.try(p.c, world.Afresh)
		if !again.firm() {
			p.denied = l.between(again.e, tried == 1)
		}
		again.e.close()
		if p.denied {
			return
		}
		tried++
		if cutShort(again.e.failure) {
			return
		}
		if again.like(p.outcome) {
			l.sent(words{})
			alike++
			continue
		}
		if again.result.Requests < fewRequests {
			flips++
		}
		l.sent(oddOf(p.outcome, again, flips))
		again.note("it ended otherwise at first: %s, %s", p.result.Verdict, p.words)
		p.outcome = again
		alike = 1
		if again.firm() {
			return
		}
	}
	if alike < l.enoughFor(p.outcome) {
		p.doubt("it ends otherwise from one time to the next, last %s: the server is unsteady", p.words)
		return
	}
	p.alike = alike
	l.reproduced[p.ending()]++
}

// between sends honest requests between two runs of a case, so that no spell of
// refusals makes them alike, and reports whether none was granted. How many is drawn
// by lot: else a server that refuses each second request, or each third, would keep
// step with them.
func (l *lane) between(e *execution, needed bool) (denied bool) {
	n := l.lot.IntN(3)
	if n == 0 && !needed {
		return false
	}
	if err := l.controlAfter(e); err != nil {
		return !cutShort(err)
	}
	if n == 2 {
		l.honestOnce(e)
	}
	return false
}

// honestOnce sends one honest request and takes what comes. After one that is repeated
// until it is granted, such a server is always at the same turn.
func (l *lane) honestOnce(e *execution) {
	if e.world == nil {
		return
	}
	odd := words{}
	if err := world.Of[proof.Prober](e.world).ControlAfter(); err != nil {
		odd = e.lastWords()
		odd.refused = true
	}
	l.sent(odd)
}

// oddOf are the words of two that a case ended in which a steady server would not
// have used: those of a way that failed, else those of a refusal. Where a case ends
// otherwise time and again, the failure may be the server's own and the refusal odd.
func oddOf(first, again *outcome, flips int) words {
	for _, o := range []*outcome{first, again} {
		if o.words.refused && o.words.whim() == (flips > mostFlips) {
			return o.words
		}
	}
	if again.words.refused {
		return again.words
	}
	return first.words
}

// trusted reports whether a case need not be run again, as long as the server does
// not refuse at random: a defect alone earns these words, or the server has used them
// for long.
func (l *lane) trusted(p *pending) bool {
	switch {
	case l.whims > 0 || p.broken():
		return false
	case p.earned && p.result.Verdict == reports.Passed:
		return true
	}
	steady := l.odd == 0 || p.result.Verdict == reports.Passed
	return steady && l.reproduced[p.ending()] >= familiar && p.words.status/100 == 4
}

// byOtherClock runs a case that broke a requirement by the other clock that its
// server may go by, where its Date tells another time than ours. What holds then is
// no violation.
func (l *lane) byOtherClock(p *pending) bool {
	if !l.clocks.Doubtful() {
		return false
	}
	other := l.tryAs(p.c, world.Afresh, (*world.World).DoubtClocks)
	other.e.close()
	if other.result.Verdict != reports.Passed {
		return false
	}
	other.note("it holds by the clock of the server's Date, and not by ours")
	p.outcome = other
	return true
}

// alone judges a case once more, with a key, a token and controls of its own,
// before and after.
func (l *lane) alone(p *pending) reports.Case {
	for range repeats {
		o := l.try(p.c, world.Alone)
		if o.firm() {
			o.e.close()
			l.lost = 0
			return o.result
		}
		err := l.controlAfter(o.e)
		o.e.close()
		switch {
		case cutShort(err):
			o.doubt("no honest request could be sent after it: %v", err)
			return o.result
		case err == nil && !o.uncontrolled():
			again := &pending{index: p.index, c: p.c, outcome: o}
			l.reproduceAlone(again)
			l.lost = 0
			return again.result
		case err != nil && !o.uncontrolled():
			o.doubt("an honest request by the same key was not granted after it either: %v", err)
		}
		p.outcome = o
	}
	if l.lost++; l.lost >= surrender {
		l.giveUp(p)
	}
	return p.result
}

// giveUp sends nothing more for positive controls. An endpoint that granted honest
// requests before is no longer tested, and that is said once; at one that never did
// the cases go on that need no control, and say what is wrong.
func (l *lane) giveUp(p *pending) {
	since := time.Now().Format(time.TimeOnly)
	l.shared.Close(world.Uncontrolledf("no honest request has been granted since %s: %s", since, p.result.Reason))
	if !l.session.HasGranted(p.c.Endpoint) {
		return
	}
	l.session.Block(reports.Problem{
		Name:   "honest requests at " + p.c.Endpoint,
		What:   fmt.Sprintf("no honest request is granted at the %s any more, since %s", p.c.at.Title, since),
		Answer: p.words.String(),
		Key:    "limits.rate",
		Remedy: "see what it does since then: a limit of requests, a key or token that was withdrawn, an instance that " +
			"fails; nothing was sent to it after that",
	}, target.Dependent{Endpoint: p.c.Endpoint})
}

// reproduceAlone is reproduce for a case that shares nothing.
func (l *lane) reproduceAlone(p *pending) {
	if p.earned && p.result.Verdict == reports.Passed && l.whims == 0 {
		return
	}
	for alike := 1; alike < l.enoughFor(p.outcome); alike++ {
		again := l.try(p.c, world.Alone)
		err := l.controlAfter(again.e)
		if err == nil && l.lot.IntN(2) == 0 {
			l.honestOnce(again.e)
		}
		again.e.close()
		if again.firm() {
			p.outcome = again
			return
		}
		if err != nil || !again.like(p.outcome) {
			p.doubt("it ends otherwise from one time to the next, last %s: the server is unsteady", again.words)
			return
		}
	}
}

// askOften sends honest requests, one after the other, where few were sent: a server
// that refuses each third request would not show it in a short run.
func (l *lane) askOften() {
	if len(l.rested) == 0 || l.honest >= 3*least || l.shared.Closed() != nil || l.ctx.Err() != nil {
		return
	}
	again := l.try(l.rested[len(l.rested)-1].c, world.Afresh)
	defer again.e.close()
	for range least {
		l.honestOnce(again.e)
	}
}

// end settles what is left. What was taken for earned as long as the server seemed
// steady is judged again if it is not.
func (l *lane) end() {
	l.settle()
	l.askOften()
	for _, p := range l.early { // perhaps the grant was none of the server's own
		p.outcome = endedAs(p.e, p.retried, p.result)
		if p.firm() {
			continue
		}
		if l.reproduce(p); p.denied {
			p.result = l.alone(p)
		}
		l.finish(p.index, p.result)
	}
	for _, p := range l.rested {
		steady := l.whims == 0 && (l.odd == 0 || p.result.Verdict == reports.Passed)
		if steady || p.alike >= l.enoughFor(p.outcome) {
			continue
		}
		if l.reproduce(p); p.denied {
			p.result = l.alone(p)
		}
		l.finish(p.index, p.result)
	}
	l.underAnotherName()
}
