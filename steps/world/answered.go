package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Answered is how a server answered, in what tells one cause of many findings
// from another.
type Answered struct {
	Answer Answer
	Status int    // 0: no answer came
	Code   string // the error that the server gave
	Words  string // what it said of the error
}

// Judged returns how the server answered the attempt that Then steps judge; false
// if there is none, as where a client is under test.
func (w *World) Judged() (Answered, bool) {
	a := w.attempt
	switch {
	case w.Subject == target.ClientRole || a == nil:
		return Answered{}, false
	case a.BrokenDown:
		return Answered{Answer: Broken}, true
	case a.Exchange == nil:
		return Answered{}, false
	}
	return a.Endpoint.answered(a.Exchange), true
}

// Newest returns how the newest request was answered, whoever was asked for what:
// what keeps a case from its end is mostly that. False if nothing was sent, or if
// a client is under test, whose answers are ours.
func (w *World) Newest() (Answered, bool) {
	if w.Subject == target.ClientRole || len(w.Shown) == 0 {
		return Answered{}, false
	}
	e := w.Shown[len(w.Shown)-1].Exchange
	if a := w.attempt; a != nil && a.Exchange == e {
		return a.Endpoint.answered(e), true
	}
	said := Endpoint{Resource: true}.answered(e)
	if said.Code == "" { // no challenge, so perhaps a token error
		body := Endpoint{}
		said.Code, said.Words = body.ErrorCode(e), body.description(e)
	}
	if said.Answer == Refused && said.Code == dpop.UseNonce {
		said.Answer = Challenged
	}
	return said, true
}

func (p Endpoint) answered(e *wire.Exchange) Answered {
	answer, code := p.Classify(e)
	return Answered{Answer: answer, Status: e.Status, Code: code, Words: p.description(e)}
}
