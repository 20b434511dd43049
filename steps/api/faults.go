package api

import (
	"time"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// fault is what is wrong with a request beside the contents of its proof.
type fault struct {
	key     bool                             // it lies in the binding
	bare    bool                             // there is no proof
	nothing bool                             // nor a token
	present proof.Presentation               // of the token; nil: as usual
	spoil   func(*Tester, *proof.Call) error // changes the call; nil: the above is all
}

var faults = vocabulary.Meanings[fault]{
	"no credentials":             {bare: true, nothing: true},
	"no proof":                   {bare: true},
	"a proof by another key":     {key: true, spoil: byAnotherKey},
	"another person's token":     {key: true, spoil: withToken((*Tester).otherPersonsToken)},
	"an expired access token":    {spoil: withToken((*Tester).expiredToken)},
	"an unbound access token":    {key: true, spoil: withToken((*Tester).unboundToken)},
	"a bound token as Bearer":    {bare: true, present: asBearer},
	"an unbound token as Bearer": {bare: true, present: asBearer, spoil: withToken((*Tester).unboundToken)},
	"an expired unbound token as Bearer": {
		bare: true, present: asBearer, spoil: withToken((*Tester).expiredUnboundToken),
	},
	"two Authorization fields": {present: both(withDPoP, asBearer)},
}

func byAnotherKey(w *Tester, c *proof.Call) (err error) {
	c.Key, err = w.Key("another party")
	return err
}

// withToken puts another access token into a call.
func withToken(token func(*Tester) (string, error)) func(*Tester, *proof.Call) error {
	return func(w *Tester, c *proof.Call) (err error) {
		c.Token, err = token(w)
		return err
	}
}

func (w *Tester) expiredToken() (string, error) {
	return w.mint(func(m *mockas.Mint) { m.Lifetime = -time.Hour })
}

func (w *Tester) expiredUnboundToken() (string, error) {
	return w.mint(func(m *mockas.Mint) { m.Bound, m.Lifetime = "", -time.Hour })
}

// callWithFault makes the request that has a fault.
func (w *Tester) callWithFault(name string) (proof.Call, error) {
	f, err := faults.Of(name)
	if err != nil {
		return proof.Call{}, err
	}
	w.resourceState.keyFault = f.key
	c := proof.Call{Title: "a request that has " + name, Bare: f.bare, Nothing: f.nothing, Present: f.present}
	if f.spoil != nil {
		err = f.spoil(w, &c)
	}
	return c, err
}

// sendFault sends the endpoint's request with a fault.
func (w *Tester) sendFault(name string) error {
	c, err := w.callWithFault(name)
	if err != nil {
		return err
	}
	return w.CallWith(c)
}
