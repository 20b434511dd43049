package runner

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// learnOfCodes notes whether a code can still be redeemed that came with a refused
// proof: the control after the probes has tried it.
func (l *lane) learnOfCodes(used bool, granted map[string]error) {
	const name = "codes of refused proofs"
	switch {
	case !used:
	case l.shared.CodesInUse():
		l.shared.CodesBurn()
		l.session.Note(target.AuthorizationServer, name, "cannot be redeemed any more")
	case !slices.ContainsFunc(slices.Collect(maps.Values(granted)), func(err error) bool { return err != nil }):
		l.session.Note(target.AuthorizationServer, name, "can be redeemed still")
	}
}

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
		if err == nil || l.cutShort(err) {
			l.sent(words{})
			return err
		}
		if e.world.SharesCodes() {
			return err // for the code that came with refused proofs: that is no whim of the server
		}
		refused++
		l.sent(e.lastWords())
	}
	if !l.session.HasGranted(e.c.Endpoint) && !e.world.Controlled() {
		return nil // none ever was, and the case needs none: the verdict is about that
	}
	return err
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
		case l.cutShort(err):
			l.uncontrolledAfter(p.c, o, "could be sent", err)
			return o.result
		case err == nil && !o.uncontrolled():
			again := &pending{index: p.index, c: p.c, outcome: o}
			l.reproduceAlone(again)
			l.lost = 0
			return again.result
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
