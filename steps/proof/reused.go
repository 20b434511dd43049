package proof

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

// A server that knows a proof again by its text must not know by that what it was good
// for: a verdict is on the proof and its request together.

// sendAgainForToken brings an accepted proof with another token of the same key.
func (w *Prober) sendAgainForToken(how string) error {
	return w.sendAgainFor(how, "ath", func(m *made, probe *world.Probe) error {
		key, err := w.Key("client")
		if err != nil {
			return err
		}
		other, err := w.secondToken(key.Thumbprint)
		if err != nil {
			return err
		}
		if other == m.probe.Occasion.AccessToken {
			return world.NotApplicablef("the authorization server gives the client the same token again")
		}
		probe.Request.Fields = Without(probe.Request.Fields, "Authorization")
		InField(dpop.Scheme+" ")(&probe.Request, other)
		return nil
	})
}

// sendAgainAsHead brings a proof for another method than it was made for.
func (w *Prober) sendAgainAsHead(how string) error {
	return w.sendAgainFor(how, "htm", func(m *made, probe *world.Probe) error {
		if probe.Request.Method == http.MethodHead {
			return world.NotApplicablef("the endpoint's request is one for HEAD")
		}
		probe.Request.Method = http.MethodHead
		return nil
	})
}

func (w *Prober) sendAgainFor(how, check string, change func(*made, *world.Probe) error) error {
	m, err := w.acceptedProof()
	if err != nil {
		return err
	}
	again := *m.probe
	if err := change(m, &again); err != nil {
		return err
	}
	e, err := w.SendWith("the same proof "+how, &again, "DPoP", []string{m.text})
	return w.Begin(replayed("used before, "+how, check)).End(e, err)
}
