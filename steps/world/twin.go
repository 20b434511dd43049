package world

import (
	"errors"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// AskTwin sends a GET without credentials to the http twin of an https URL. nobody says
// how it showed that nobody answers there; it is nil where somebody does. What keeps the
// harness from asking is no absence of an answer, and is the error.
func (w *World) AskTwin(title, address string) (e *wire.Exchange, nobody, err error) {
	if w.Embedded(address) {
		twin, err := target.Twin(address)
		if err != nil {
			return nil, nil, err
		}
		e, err = w.Send(title, wire.Request{Method: "GET", URL: twin})
		if wire.Silent(err) {
			return e, err, nil
		}
		return e, nil, err
	}
	e, err = w.Session.AskTwin(w.Context, address)
	if e != nil {
		w.Show(title, e)
	}
	var unserved *target.Unserved
	var blind *target.NoWayToTwin
	switch {
	case errors.As(err, &unserved):
		return e, unserved, nil
	case errors.As(err, &blind):
		return e, nil, NotApplicablef("whether %s is open by plain http cannot be seen: %s", address, blind.Reason)
	}
	return e, nil, err
}
