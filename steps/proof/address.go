package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// addressSteps are about the URI and the method of the endpoint's request.
func addressSteps(v *vocabulary.Vocabulary) {
	v.Word("request-component", "What a request has besides its endpoint's path.", components.Forms()...)
	v.Word("elsewhere", "Another URI of the same server.", elsewheres.Forms()...)
	g := vocabulary.For[Prober](v)
	g.Given(`^the endpoint has the address "([^"]*)"$`, (*Prober).haveAddress,
		"Puts an embedded endpoint under that URL, or under that path. A real one keeps its own address, "+
			"and what makes no sense there is not applicable.",
		`Given the endpoint has the address "http://server.example/a%2Fb"`)
	g.Given(`^the endpoint has a second address$`, (*Prober).haveSecondAddress,
		"Gives an embedded endpoint another path, at which it is called from now on.",
		"Given the endpoint has a second address")
	g.Given(`^the request has the {request-component} "([^"]*)"$`, (*Prober).haveComponent,
		"Adds a query to the URL of the endpoint's request, whose proof names the URL without it; "+
			"or calls an embedded API with another method, which need not be a registered one.",
		`Given the request has the query "x=1"`)
	g.When(`^the request carries a proof for {elsewhere}$`, (*Prober).sendForElsewhere,
		"Sends the endpoint's request with a proof for another URL of the same server.",
		"When the request carries a proof for another endpoint of the same server")
}

func (w *Prober) haveAddress(address string) error {
	if _, err := w.At(); err != nil || !w.EmbeddedEndpoint() {
		return err
	}
	origin := ""
	if scheme, rest, absolute := strings.Cut(address, "://"); absolute {
		authority, path, _ := strings.Cut(rest, "/")
		origin, address = scheme+"://"+authority, "/"+path
	}
	w.MoveEndpoint(origin, address)
	if w.AtAPI() {
		return w.ArrangeAPI(world.DefaultAPI, func(*mockrs.Config) {}) // it serves any path
	}
	path, _, _ := strings.Cut(address, "?")
	path, err := dpop.NormalizePath(path)
	if err != nil {
		return err
	}
	own, err := w.Endpoint.Path()
	if err != nil {
		return err
	}
	return w.ArrangeAS(func(c *mockas.Config) { c.Aliases = map[string]string{path: own} })
}

func (w *Prober) haveSecondAddress() error {
	if !w.EmbeddedEndpoint() {
		return world.NotApplicablef("the configuration names no second address of this endpoint")
	}
	own, err := w.Endpoint.Path()
	if err != nil {
		return err
	}
	return w.haveAddress("/second" + own)
}

// components set what {request-component} stands for.
var components = vocabulary.Meanings[func(w *Prober, value string) error]{
	"query": func(w *Prober, query string) error {
		w.AddQuery(query)
		return nil
	},
	"method": func(w *Prober, method string) error {
		switch {
		case !w.AtAPI():
			return world.NotApplicablef("the texts give the endpoint its methods")
		case !w.EmbeddedAPI():
			return w.probeWith(method)
		}
		w.UseMethod(method)
		return nil
	},
}

// probeWith lets the request of a real API be the one of that method which its owner
// names: what others do there nobody knows.
func (w *Prober) probeWith(method string) error {
	api, err := w.RealAPI(world.DefaultAPI)
	if err != nil || api.Method == method {
		return err
	}
	for _, o := range api.Probes {
		if o.Method == method {
			w.ProbeOperation(&world.Operation{API: api.Name, Operation: o})
			return nil
		}
	}
	return world.Lackingf("apis."+api.Name+".probes",
		"the configuration names no probe of the API %s with the method %s", api.Name, method)
}

func (w *Prober) haveComponent(component, value string) error {
	set, err := components.Of(component)
	if err != nil {
		return err
	}
	return set(w, value)
}

// elsewheres find the URI of {elsewhere}.
var elsewheres = vocabulary.Meanings[func(*Prober, world.Endpoint, *world.Probe) (string, error)]{
	"the endpoint's other address": func(w *Prober, p world.Endpoint, probe *world.Probe) (string, error) {
		return w.OwnAddress(p, probe)
	},
	"another endpoint of the same server": func(w *Prober, p world.Endpoint, probe *world.Probe) (string, error) {
		return p.Sibling(w.World, probe)
	},
}

// sendForElsewhere names another URL of the same server in htu.
func (w *Prober) sendForElsewhere(elsewhere string) error {
	find, err := elsewheres.Of(elsewhere)
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	defect := forge.Defect{Part: "htu", Value: "that of " + elsewhere, Refused: []string{"htu"}}
	return w.sendChanged(defect, func(probe *world.Probe) (err error) {
		probe.Occasion.URI, err = find(w, p, probe)
		return err
	})
}
