package server

import (
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func pushingSteps(v *vocabulary.Vocabulary) {
	v.Word("pushed-binding", "What binds a pushed authorization request (RFC 9449 §10.1).", pushedBindings.Forms()...)
	v.Word("client-endpoint", "An endpoint that clients send a proof to, at the authorization server.",
		clientEndpoints.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^a pushed authorization request with a proof is granted$`, (*Tester).pushedProofIsGranted,
		"The positive control of a pushed authorization request: "+
			"with an honest proof it must succeed, or the case is inconclusive.",
		"Given a pushed authorization request with a proof is granted")
	g.When(`^the client pushes an authorization request with {pushed-binding}$`, (*Tester).pushes,
		"Sends a pushed authorization request (RFC 9126) that is bound so.",
		"When the client pushes an authorization request with a proof and the dpop_jkt of another key")
	g.When(`^another client uses the request_uri of a bound request$`, (*Tester).otherClientUsesRequest,
		"Another registered client takes the request_uri to the authorization endpoint.",
		"When another client uses the request_uri of a bound request")
	g.When(`^the {client-endpoint} gets a proof that was made for the {client-endpoint}$`, (*Tester).swapsProofs,
		"Sends an endpoint a proof whose htu is the other one's URL.",
		"When the PAR endpoint gets a proof that was made for the token endpoint")
}

// pushedBinding is what comes with a pushed authorization request.
type pushedBinding struct {
	proof   bool   // by the client's key
	jkt     string // the name of the key of dpop_jkt; empty: none
	noProof bool   // a DPoP field that holds something else
}

var pushedBindings = vocabulary.Meanings[pushedBinding]{
	"neither a proof nor dpop_jkt":            {},
	"dpop_jkt alone":                          {jkt: "client"},
	"a proof alone":                           {proof: true},
	"a proof and the dpop_jkt of its key":     {proof: true, jkt: "client"},
	"a proof and the dpop_jkt of another key": {proof: true, jkt: "another"},
	"a DPoP field that holds no proof":        {noProof: true},
}

var clientEndpoints = vocabulary.Meanings[world.Endpoint]{
	"token endpoint": world.TokenEndpoint, "PAR endpoint": world.PAREndpoint,
}

func (w *Tester) pushes(with string) error {
	by, err := pushedBindings.Of(with)
	if err != nil {
		return err
	}
	a, err := w.pushedAsk("pushed authorization request with "+with, by)
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) pushedProofIsGranted() error {
	a, err := w.pushedAsk("pushed authorization request with a proof alone", pushedBinding{proof: true})
	if err != nil {
		return err
	}
	return w.Demand(a)
}

// pushedAsk is a pushed authorization request with what binds it.
func (w *Tester) pushedAsk(title string, by pushedBinding) (world.Ask, error) {
	client, err := w.PushingClient()
	if err != nil {
		return world.Ask{}, err
	}
	form, _ := w.AuthorizationForm(client)
	a := world.Ask{Title: title, Endpoint: world.PAREndpoint, Client: client, Form: form}
	if by.proof {
		if a.Key, err = w.Key("client"); err != nil {
			return world.Ask{}, err
		}
	}
	if by.jkt != "" {
		key, err := w.Key(by.jkt)
		if err != nil {
			return world.Ask{}, err
		}
		form.Set("dpop_jkt", key.Thumbprint)
	}
	if by.noProof {
		a.Change = func(r *wire.Request) {
			r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: proof.NoProof})
		}
	}
	return a, nil
}

// otherThan returns a client that is not the given one and may use the code grant.
func (w *Tester) otherThan(client target.RegisteredClient) (target.RegisteredClient, error) {
	for _, c := range w.Clients() {
		if c.ID != client.ID && c.Has(mockas.GrantCode) && c.RedirectURI != "" {
			return c, nil
		}
	}
	return client, world.Lackingf(world.ClientsKey,
		"the configuration has no second client for the authorization code grant")
}

func (w *Tester) otherClientUsesRequest() error {
	b, err := w.bindable(codeBinding{proof: true, pushed: true})
	if err != nil {
		return err
	}
	thief, err := w.otherThan(b.client)
	if err != nil {
		return err
	}
	form, _ := w.AuthorizationForm(b.client)
	front, err := w.Push(b.client, form, b.key)
	if err != nil {
		return err
	}
	known := &w.authorization
	_, err = w.VisitAlone(thief, url.Values{"client_id": {thief.ID}, "request_uri": front["request_uri"]})
	if errors.As(err, &known.denied) {
		err = nil
	}
	known.answered = err == nil
	return err
}

func (w *Tester) swapsProofs(at, meant string) error {
	if at == meant {
		return errors.New("the two endpoints must differ")
	}
	place, err := clientEndpoints.Of(at)
	if err != nil {
		return err
	}
	other, err := clientEndpoints.Of(meant)
	if err != nil {
		return err
	}
	a, err := w.askAt(place, "a proof made for the "+meant)
	if err != nil {
		return err
	}
	wrong, err := w.AddressFor(other, a.Client)
	if err != nil {
		return err
	}
	a.Meant = func(o *dpop.Occasion) { o.URI = wrong }
	a.Defect = &forge.Defect{Part: "htu", Value: "that of another endpoint", Refused: []string{"htu"}}
	return w.Try(a)
}

// askAt is a request with a proof by the client's key that succeeds as it
// stands, at the token or the PAR endpoint.
func (w *Tester) askAt(p world.Endpoint, title string) (world.Ask, error) {
	if p == world.PAREndpoint {
		return w.pushedAsk(title, pushedBinding{proof: true})
	}
	return w.TokenAsk(title)
}
