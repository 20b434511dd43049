package steps

import (
	"slices"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// replica is the name of the second instance of an embedded API.
const replica = defaultAPI + ", second instance"

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^the API has a second instance$`, (*World).apiHasReplica,
			"Another instance of the API answers for the same URL. Of a real API it is named in apis.NAME.replicas.",
			"Given the API has a second instance")
		v.When(`^the second instance gets the very same request$`, (*World).sendToReplica,
			"Sends the newest accepted request, proof included, to the other instance.",
			"When the second instance gets the very same request")
		v.When(`^the second instance gets a request with a proof of its own$`, (*World).sendFreshToReplica,
			"Sends the endpoint's request with an honest proof to the other instance: it must answer for the URL of the API.",
			"When the second instance gets a request with a proof of its own")
	})
}

func (w *World) apiHasReplica() error {
	state := of[resourceState](w)
	if !w.EmbeddedAPI() {
		api, err := w.realAPI(defaultAPI)
		if err != nil {
			return err
		}
		if len(api.Replicas) == 0 {
			return notApplicable("the configuration names no replicas of the API %s", api.Name)
		}
		state.replica = api.Replicas[0]
		return nil
	}
	first, err := w.API(defaultAPI)
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
	w.apis[replica] = second
	state.replica = second.HTTP.URL
	return nil
}

func (w *World) sendFreshToReplica() error {
	instance, err := w.secondInstance()
	if err != nil {
		return err
	}
	return w.callWith(call{title: "an honest request at the second instance", replica: instance})
}

// secondInstance is the URL of the other instance of the API.
func (w *World) secondInstance() (string, error) {
	if url := of[resourceState](w).replica; url != "" {
		return url, nil
	}
	return "", wrongOrder(`"Given the API has a second instance" before this step`)
}

func (w *World) sendToReplica() error {
	resource, err := w.Resource(defaultAPI)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(w.Shown, func(s Shown) bool {
		return s.Exchange.Status/100 == 2 && originOf(s.Exchange.URL) == resource.Origin && len(s.Exchange.Fields.Values("DPoP")) == 1
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
	sendTo(instance, &r)
	return w.Begin(nil).End(w.Send("the very same request at the second instance", r))
}
