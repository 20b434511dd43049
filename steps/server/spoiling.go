package server

import (
	"errors"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// spoil gives a request a proof by the client's key that has a defect.
func (w *Tester) spoil(a *world.Ask, part, value string) error {
	defect, err := forge.Find(part, value)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	other, err := w.Key("another party")
	if err != nil {
		return err
	}
	address, err := w.AddressFor(a.Endpoint, a.Client)
	if err != nil {
		return err
	}
	forged, err := defect.Forge(forge.Forgery{
		Key: key, Occasion: dpop.Occasion{Method: "POST", URI: address, Nonce: w.Nonce(address)},
		Now: w.Now(address), Aids: forge.Aids{Keys: w.KeyFor, Other: other},
	})
	var cannot *forge.NotForgeable
	if errors.As(err, &cannot) {
		return world.NotApplicablef("%s", cannot.Error())
	}
	if err != nil {
		return err
	}
	a.Title += "with a proof whose " + defect.Name()
	a.Defect = &defect
	a.Key = nil // the proof is made already
	a.Change = func(r *wire.Request) {
		for _, line := range forged.Fields {
			r.Fields = append(r.Fields, wire.Field{Name: forged.FieldName, Value: line})
		}
	}
	return nil
}
