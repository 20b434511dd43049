package runner

import (
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// A server may keep to the RFC before a harness alone, whose requests name it. A few
// cases that passed by a refusal are run again under a name that people's programs
// have.
const (
	anotherName = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"
	lookedAt    = 3 // cases of a lane
)

// underAnotherName runs some cases again under another name. Where one of them does
// not pass so, no refusal of the lane says anything of what other clients meet.
func (l *lane) underAnotherName() {
	if l.ctx.Err() != nil || l.session.Named() || l.shared.Closed() != nil {
		return
	}
	tried := 0
	for _, p := range l.rested {
		if tried == lookedAt {
			return
		}
		if !p.earned || p.result.Verdict != reports.Passed {
			continue
		}
		tried++
		other := l.tryAs(p.c, world.Afresh, func(w *world.World) { w.CallItself(anotherName) })
		other.e.close()
		if !other.firm() || !other.result.Verdict.Breaks() {
			continue
		}
		other.note("it was refused as long as the request named dpopspec as its sender")
		l.finish(p.index, other.result)
		l.recognised(p)
		return
	}
}

// recognised says that a server tells the harness from others.
func (l *lane) recognised(found *pending) {
	for _, p := range l.rested {
		if p != found && p.result.Verdict == reports.Passed {
			p.doubt("the server refuses as long as a request names dpopspec as its sender, and not another")
			l.finish(p.index, p.result)
		}
	}
	l.session.Block(reports.Problem{
		Name:   "its name at " + found.c.Endpoint,
		What:   "the " + found.c.at.Title + " answers otherwise to another User-Agent than that of dpopspec",
		Answer: "a proof that was refused before was accepted from " + anotherName,
		Key:    "connection.headers",
		Remedy: "give there the User-Agent of the clients that the server is for, and run again",
	}, target.Dependent{})
}
