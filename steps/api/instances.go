package api

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// replica is the name of the second instance of an embedded API.
const replica = world.DefaultAPI + ", second instance"

func instancesSteps(v *vocabulary.Vocabulary) {
	v.Word("instance-request", "What another instance of the API gets.", instanceRequests.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the second instance gets {instance-request}$`, (*Tester).sendToSecondInstance,
		"Sends the other instance the newest accepted request, proof included, or the endpoint's request "+
			"with an honest proof: it must answer for the URL of the API.",
		"When the second instance gets the very same request")
}

// instanceRequests send something to the second instance.
var instanceRequests = vocabulary.Meanings[func(*Tester) error]{
	"the very same request":             (*Tester).repeatToInstance,
	"a request with a proof of its own": (*Tester).sendAnewToInstance,
	"a proof with a nonce of the first": (*Tester).sendNonceToInstance,
}

func (w *Tester) sendToSecondInstance(what string) error {
	send, err := instanceRequests.Of(what)
	if err != nil {
		return err
	}
	return send(w)
}

// hasSecondInstance lets another instance of the API answer for the same URL. Of
// a real API it is named in apis.NAME.replicas.
func (w *Tester) hasSecondInstance() error {
	state := &w.resourceState
	if !w.EmbeddedAPI() {
		api, err := w.RealAPI(world.DefaultAPI)
		if err != nil {
			return err
		}
		if len(api.Replicas) == 0 {
			return world.Rarelyf("apis."+api.Name+".replicas", "the configuration names no replicas of the API %s", api.Name)
		}
		state.replica = api.Replicas[0]
		return nil
	}
	first, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	// What instances share is the memory of proofs, and the nonces if there are.
	second, err := w.Session.StartAPI(w.Clock, wire.Options{}, func(c *mockrs.Config) {
		*c = first.Config
		c.Base = first.Origin
	})
	if err != nil {
		return err
	}
	w.AddAPI(replica, second)
	state.replica = second.HTTP.URL
	return nil
}

func (w *Tester) sendAnewToInstance() error {
	instance, err := w.secondInstance()
	if err != nil {
		return err
	}
	return w.CallWith(proof.Call{Title: "an honest request at the second instance", Replica: instance})
}

// sendNonceToInstance takes a nonce that the first instance gave to the second, which
// gives none before.
func (w *Tester) sendNonceToInstance() error {
	instance, err := w.secondInstance()
	if err != nil {
		return err
	}
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	nonce := w.Nonce(resource.Origin)
	if nonce == "" {
		return world.NotApplicablef("the API hands out no nonces")
	}
	return w.CallWith(proof.Call{
		Title: "a proof with a nonce of the first instance, at the second", Replica: instance,
		Draft: func(d *dpop.Draft) { d.Claims.Set("nonce", nonce) },
	})
}

// secondInstance is the URL of the other instance of the API.
func (w *Tester) secondInstance() (string, error) {
	if url := w.resourceState.replica; url != "" {
		return url, nil
	}
	return "", wrongOrder(`"Given an API that has a second instance" before this step`)
}

func (w *Tester) repeatToInstance() error {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(w.Shown, func(s world.Shown) bool {
		e := s.Exchange
		return e.Status/100 == 2 && world.OriginOf(e.URL) == resource.Origin && len(e.Fields.Values("DPoP")) == 1
	})
	if i < 0 {
		return wrongOrder("an accepted request before this step")
	}
	accepted := w.Shown[i].Exchange
	r := wire.Request{Method: accepted.Method, URL: accepted.URL, Fields: accepted.Fields, Body: accepted.Body}
	instance, err := w.secondInstance()
	if err != nil {
		return err
	}
	proof.SendTo(instance, &r)
	return w.Begin(nil).End(w.Send("the very same request at the second instance", r))
}
