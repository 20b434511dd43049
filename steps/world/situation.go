package world

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// situation names all that an honest request of the case has, but for what is new
// in each: endpoint, address, key, client, grant and token. A positive control
// stands for every probe in the same situation.
func (w *World) situation(thumbprint string) string {
	client, _ := w.ChosenClient()
	operation := ""
	if w.operation != nil {
		operation = w.operation.place()
	}
	return fmt.Sprintf("%s %+v %s %+v %s %s %s", w.Endpoint.Name, w.addressing, operation, w.wish,
		client.ID, w.grant, thumbprint)
}

// SharedControl returns the honest request by a key that another case has seen
// granted in the same situation; nil if there is none.
func (w *World) SharedControl(thumbprint string) *wire.Exchange {
	if !w.shares() {
		return nil
	}
	w.used = w.situation(thumbprint)
	return w.lane.granted[w.used]
}

// ControlGranted notes that an honest request by a key was granted, for other
// cases in the same situation.
func (w *World) ControlGranted(thumbprint string, e *wire.Exchange) {
	if w.lane == nil {
		return
	}
	w.used = w.situation(thumbprint)
	w.lane.shapes.saw(e)
	if w.shares() {
		w.lane.granted[w.used] = e
	}
}

// ControlDenied is the outcome of a case whose lane has had no honest request
// granted for long; nil if that is not so.
func (w *World) ControlDenied() error {
	if w.lane == nil {
		return nil
	}
	return w.lane.closed
}

// Rests returns the situation whose positive control the case rests on; empty: none.
func (w *World) Rests() string { return w.used }

// mostShared is the longest body, in octets, that is kept for other cases.
const mostShared = 64 << 10

// SharedAnswer returns what another case was answered to a defect in the same
// situation, nil if none was, and how to keep what comes of it in this one.
func (w *World) SharedAnswer(d forge.Defect) (shared *wire.Exchange, keep func(*wire.Exchange)) {
	if !w.shares() || w.used == "" || w.attempt != nil || d.Needs.Canary {
		return nil, func(*wire.Exchange) {} // other requests came before it, or more than the answer counts
	}
	lane, name := w.lane, w.used+" "+d.Name()
	if w.sharing != Afresh {
		shared = lane.answers[name]
	}
	return shared, func(e *wire.Exchange) {
		if len(e.Reply) <= mostShared {
			lane.answers[name] = e
		}
	}
}
