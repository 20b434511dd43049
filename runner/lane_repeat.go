package runner

import (
	"math/bits"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
)

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
	p.again = true
	alike, tried := 1, 1
	for alike < l.enoughFor(p.words) && tried < 2*most && l.ctx.Err() == nil {
		again := l.try(p.c, world.Afresh)
		if !again.firm() && (tried == 1 || l.interleaves()) {
			err := l.controlAfter(again.e)
			p.denied = err != nil && !l.cutShort(err)
		}
		again.e.close()
		if p.denied {
			return
		}
		tried++
		if l.cutShort(again.e.failure) {
			return
		}
		if again.like(p.outcome) {
			l.sent(words{})
			alike++
			continue
		}
		l.sent(oddOf(p.outcome, again))
		again.note("it ended otherwise at first: %s, %s", p.result.Verdict, p.words)
		p.outcome = again
		alike = 1
		if again.firm() {
			return
		}
	}
	if alike < l.enoughFor(p.words) {
		p.doubt("it ends otherwise from one time to the next, last %s: the server is unsteady", p.words)
		return
	}
	l.reproduced[p.ending()]++
}

// interleaves decides whether an honest request comes between two runs of a case, so
// that no spell of refusals makes them alike. That follows the Thue-Morse sequence,
// which repeats nothing: else a server that refuses each second request, or each
// third, would keep step.
func (l *lane) interleaves() bool {
	l.turns++
	return bits.OnesCount(l.turns)%2 == 1
}

// oddOf are the words of two that a case ended in which a steady server would not
// have used: those of a way that failed, else those of a refusal.
func oddOf(first, again *outcome) words {
	for _, o := range []*outcome{first, again} {
		if o.words.refused && !o.words.whim() {
			return o.words
		}
	}
	if again.words.refused {
		return again.words
	}
	return first.words
}

// trusted reports whether a case need not be run again, as long as the server does
// not refuse at random: a defect alone earns these words, or the server has used them for long.
func (l *lane) trusted(p *pending) bool {
	switch {
	case l.whims > 0 || p.broken():
		return false
	case p.earned && p.result.Verdict == reports.Passed:
		return true
	}
	return l.reproduced[p.ending()] >= familiar && p.words.status/100 == 4
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

// reproduceAlone is reproduce for a case that shares nothing.
func (l *lane) reproduceAlone(p *pending) {
	if p.earned && p.result.Verdict == reports.Passed && l.whims == 0 {
		return
	}
	for alike := 1; alike < l.enoughFor(p.words); alike++ {
		again := l.try(p.c, world.Alone)
		err := l.controlAfter(again.e)
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
