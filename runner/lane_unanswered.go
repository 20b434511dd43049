package runner

import (
	"errors"
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// mostUnheard is how many cases in a row may end without a whole answer, before it is
// asked whether an honest request gets one.
const mostUnheard = 3

// enoughBreaks is how many honest requests must break before nothing more is sent to an
// endpoint whose server is well elsewhere: then that is a finding (target.Breakdown).
const enoughBreaks = 20

// listen, when a case has ended, looks after an endpoint that hangs up on whoever calls it, or answers what is
// no HTTP: a case in which that happens tells nothing, and the next does not either.
// Where several in a row end so, and then an honest request too, nothing more is sent
// there. A server that breaks down at some requests alone answers that one.
func (l *lane) listen(p *pending) {
	if p.unanswered() == nil {
		l.unheard = 0
		return
	}
	if l.unheard++; l.unheard < mostUnheard {
		return
	}
	l.unheard = 0
	l.givesAnswers(p.c)
}

// givesAnswers asks where a case is run for the plainest that there is, and blocks that
// endpoint if no whole answer comes. It reports whether the request was granted.
func (l *lane) givesAnswers(c *Case) (granted bool) {
	e, beside, err := l.askPlainly(c)
	// A server that is well elsewhere has a fault here: as many breaks in a row, with a
	// sound answer between each and the next, are next to impossible by chance.
	for proofs := 1; e != nil && beside && proofs < enoughBreaks && l.ctx.Err() == nil; proofs++ {
		e, beside, err = l.askPlainly(c)
	}
	if e == nil || l.ctx.Err() != nil { // that the run ends is no silence of the party
		return err == nil
	}
	at := ""
	if c.operation == nil && c.Endpoint == features.API {
		at = features.API
	}
	l.session.Unanswered(e, at)
	return false
}

// askPlainly sends an honest request with nothing odd about it, such as the keys or the
// addresses that several cases in a row may have in common. It returns the request that
// got no whole answer, nil if each got one, whether its server answered another beside
// it, and why it was not granted.
func (l *lane) askPlainly(c *Case) (e *wire.Exchange, beside bool, err error) {
	w := world.NewWorld(l.ctx, l.session, l.profile, c.at, c.Subject)
	defer w.Close()
	defer func() { l.options.hand(PartCases, w.Shown) }()
	w.ProbeOperation(c.operation)
	w.Join(l.shared, world.Alone)
	w.Case = c.ID
	err = world.Of[proof.Prober](w).ControlAfter()
	if e = unansweredIn(w, err); e == nil {
		return nil, false, err
	}
	beside = slices.ContainsFunc(w.Shown, func(s world.Shown) bool {
		return s.Exchange.Err == nil && world.OriginOf(s.Exchange.URL) == world.OriginOf(e.URL)
	})
	return e, beside, err
}

// unanswered is the request to a real server by which a case ended in an error, because
// no whole answer came; nil: it ended otherwise.
func (o *outcome) unanswered() *wire.Exchange {
	if o.result.Verdict != reports.Errored {
		return nil
	}
	return unansweredIn(o.e.world, o.e.failure)
}

// unansweredIn is the newest request to a real server, if an error tells that it got no
// whole answer from somebody who is there; else nil. Silence is looked after elsewhere,
// for it costs a timeout each time.
func unansweredIn(w *world.World, err error) *wire.Exchange {
	var throttled *target.Throttled
	if w == nil {
		return nil
	}
	for _, s := range slices.Backward(w.Shown) {
		if x := s.Exchange; !w.Embedded(x.URL) {
			if x.Err == nil || !errors.Is(err, x.Err) || wire.Silent(x.Err) || errors.As(x.Err, &throttled) {
				return nil
			}
			return x
		}
	}
	return nil
}
