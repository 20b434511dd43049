package runner

import (
	"errors"
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// controlAfter sends the honest request of a case again, as often as it takes to
// tell a server that refuses for good from one that refuses at times.
func (l *lane) controlAfter(e *execution) (err error) {
	if e.world == nil {
		return nil
	}
	for refused, attempt := 0, 1; refused < enoughOf(l.odd, l.honest); attempt++ {
		err = world.Of[proof.Prober](e.world).ControlAfter()
		if _, again := l.session.Again(l.ctx, err, attempt); again {
			continue // the way to the server failed, or it wants to be left alone
		}
		spent := l.shared.CodeWasSpent()
		if err == nil || l.cutShort(err) {
			l.sent(words{})
			return err
		}
		if spent {
			l.session.Note(target.AuthorizationServer, world.CodesAfterwards, "are spent by some")
			return err // by a probe: each gets a code of its own, and nothing is said of the server
		}
		refused++
		odd := e.lastWords()
		odd.refused = true // whatever it looks like
		l.sent(odd)
	}
	if !l.session.HasGranted(e.c.where()) && !e.world.Controlled() {
		return nil // none ever was, and the case needs none: the verdict is about that
	}
	return err
}

// controlBeyond is controlAfter for a case that is judged alone. A token that a probe
// has spoilt is refused from then on: where the case blames the party, what counts is
// whether the server still serves who comes with another.
func (l *lane) controlBeyond(o *outcome) error {
	err := l.controlAfter(o.e)
	if err == nil || l.cutShort(err) || !o.result.Verdict.Breaks() || o.e.world == nil {
		return err
	}
	o.e.world.ForgetTokens()
	return l.controlAfter(o.e)
}

// between sends honest requests between two runs of a case, so that no spell of
// refusals makes them alike, and reports whether none was granted. How many is drawn
// by lot: else a server that refuses each second request, or each third, or some in a
// row, would keep step with them.
func (l *lane) between(e *execution, needed bool) (denied bool) {
	n := l.lot.IntN(3)
	if n == 0 && !needed {
		return false
	}
	if err := l.controlAfter(e); err != nil {
		return !l.cutShort(err)
	}
	more := n - 1
	if l.whims > 0 { // it may have spells, which a case of any length may keep step with
		more = l.lot.IntN(mostBetween)
	}
	for range more {
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

// askOften sends honest requests, one after the other, where few were sent: a server
// that refuses each third request would not show it in a short run.
func (l *lane) askOften() {
	if len(l.rested) == 0 || l.rested[0].c.before > 0 || l.honest >= 3*least || l.shared.Closed() != nil || l.ctx.Err() != nil {
		return
	}
	again := l.try(l.rested[len(l.rested)-1].c, world.Afresh)
	defer again.e.close()
	for range least {
		l.honestOnce(again.e)
	}
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
		err := l.controlBeyond(o)
		o.e.close()
		switch {
		case l.cutShort(err):
			l.uncontrolledAfter(p.c, o, "could be sent", err)
			return o.result
		case err == nil && !o.uncontrolled():
			again := &pending{index: p.index, c: p.c, outcome: o}
			l.reproduceAlone(again)
			l.lost = 0
			result := again.result
			if result.Verdict == reports.Passed || result.Verdict.Breaks() {
				l.rested = append(l.rested, again.slim())
			}
			return result
		case err != nil && !o.uncontrolled():
			l.uncontrolledAfter(p.c, o, "was granted", err)
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
// the cases go on that need no control, and say what is wrong. Where the cases in a row
// have what is refused in common, and a plain request is granted, nothing is given up.
func (l *lane) giveUp(p *pending) {
	if l.givesAnswers(p.c) {
		l.lost = 0
		return
	}
	since := time.Now().Format(time.TimeOnly)
	l.shared.Close(world.Uncontrolledf("no honest request has been granted since %s: %s", since, p.result.Reason))
	if !l.session.HasGranted(p.c.where()) {
		return
	}
	title, rests := p.c.at.Title, target.Dependent{Endpoint: p.c.Endpoint}
	key, remedy := "limits.rate", "see what it does since then: a limit of requests, a key or token that was withdrawn, "+
		"an instance that fails"
	if p.c.operation != nil {
		title += " by " + p.c.operation.Title()
		rests = target.Dependent{Place: p.c.where()}
		key, remedy = p.c.origin(), "let the request be one that succeeds each time; if it is, "+remedy
	}
	l.session.Block(reports.Problem{
		Name:   "honest requests at " + p.c.where(),
		What:   fmt.Sprintf("no honest request is granted at the %s any more, since %s", title, since),
		Answer: p.words.String(),
		Key:    key,
		Remedy: remedy + "; nothing was sent to it after that",
	}, rests)
}

// uncontrolledAfter makes an outcome inconclusive for want of an honest request after
// it. Where there was no answer at all, that is the reason and stays so; where the
// party is no longer tested, that is.
func (l *lane) uncontrolledAfter(c *Case, o *outcome, what string, err error) {
	var blocked *target.Blocked
	switch {
	case errors.As(err, &blocked) || errors.As(c.usable(l.session), &blocked):
		o.result.Verdict, o.result.Reason, o.result.Blocked = reports.Skipped, blocked.Error(), blocked.Problem.Name
	case o.result.Verdict != reports.Errored:
		o.doubt("no honest request by the same key %s after it: %v", what, err)
	}
}
