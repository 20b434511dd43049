package runner

import (
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
		if l.cutShort(again.e.failure) {
			return
		}
		if again.like(p.outcome) {
			l.sent(words{})
			alike++
			continue
		}
		if p.granted && again.result.Verdict == reports.Passed {
			// Chance refuses and does not grant: a server that remembers what it took the
			// first time refuses it afterwards.
			p.note("sent again it was refused: %s", again.words)
			return
		}
		if again.result.Requests < fewRequests {
			flips++
		}
		if !l.codeWasSpent(p.outcome, again) {
			l.sent(oddOf(p.outcome, again, flips))
		}
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

// codeWasSpent reports whether a case ended in invalid_grant because its code had
// come with refused proofs before, one of which has spent it.
func (l *lane) codeWasSpent(first, again *outcome) bool {
	spent := first.words.code == "invalid_grant" || again.words.code == "invalid_grant"
	return spent && l.shared.ReusedCodes()
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
// not refuse at random: a defect alone earns these words, or the server has used them for long.
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

// byOtherClock runs a case that broke a requirement by a refusal by the other clock
// that its server may go by, where its Date tells another time than ours. What holds
// then is no violation. A grant is one by any clock.
func (l *lane) byOtherClock(p *pending) bool {
	if p.words.status/100 != 4 || !l.clocks.Doubtful() {
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
	for alike := 1; alike < l.enoughFor(p.outcome); alike++ {
		again := l.try(p.c, world.Alone)
		err := l.controlBeyond(again)
		if err == nil && l.lot.IntN(2) == 0 {
			l.honestOnce(again.e)
		}
		again.e.close()
		if again.firm() {
			p.outcome = again
			return
		}
		if p.granted && again.result.Verdict == reports.Passed {
			p.note("sent again it was refused: %s", again.words)
			return
		}
		if err != nil || !again.like(p.outcome) {
			p.doubt("it ends otherwise from one time to the next, last %s: the server is unsteady", again.words)
			return
		}
		p.alike = alike + 1
	}
}
