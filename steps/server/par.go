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

func parSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^a pushed authorization request with a proof is granted$`, (*Tester).pushedProofIsGranted,
		"The positive control of a pushed authorization request: with an honest proof it must succeed, or the case is inconclusive.",
		"Given a pushed authorization request with a proof is granted")
	g.When(`^the client pushes an authorization request with (dpop_jkt alone|a proof alone|a proof and the dpop_jkt of its key|a proof and the dpop_jkt of another key|neither proof nor dpop_jkt|a DPoP field that holds no proof)$`, (*Tester).pushes,
		"Sends a pushed authorization request (RFC 9126) with those of the two ways of binding it (RFC 9449 §10.1).",
		"When the client pushes an authorization request with a proof and the dpop_jkt of another key")
	g.When(`^the client redeems a code whose pushed request is bound to its key, and the front channel says another, with a proof by (its|another) key$`, (*Tester).redeemsLoosened,
		"Pushes a request with a proof, then adds the dpop_jkt of another key to the authorization request.",
		"When the client redeems a code whose pushed request is bound to its key, and the front channel says another, with a proof by another key")
	g.When(`^the client redeems a code of a request that it pushed without DPoP (with a proof by its key|without a proof)$`, (*Tester).redeemsUnboundPush,
		"Pushes a request with neither proof nor dpop_jkt and redeems the code.",
		"When the client redeems a code of a request that it pushed without DPoP with a proof by its key")
	g.When(`^another client uses the request_uri of a bound request$`, (*Tester).otherClientUsesRequest,
		"Another registered client takes the request_uri to the authorization endpoint.",
		"When another client uses the request_uri of a bound request")
	g.When(`^the (token|PAR) endpoint gets a proof that was made for the (token|PAR) endpoint$`, (*Tester).swapsProofs,
		"Sends an endpoint a proof whose htu is the other one's URL.",
		"When the PAR endpoint gets a proof that was made for the token endpoint")
	g.Then(`^the authorization endpoint gives no code$`, (*Tester).givesNoCode,
		"The authorization request must be refused.",
		"Then the authorization endpoint gives no code")
}

func (w *Tester) pushes(with string) error {
	a, err := w.pushedAsk(with)
	if err != nil {
		return err
	}
	return w.Try(a)
}

func (w *Tester) pushedProofIsGranted() error {
	a, err := w.pushedAsk("a proof alone")
	if err != nil {
		return err
	}
	return w.Demand(a)
}

// pushedAsk is a pushed authorization request with what binds it.
func (w *Tester) pushedAsk(with string) (world.Ask, error) {
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return world.Ask{}, err
	}
	key, err := w.Key("client")
	if err != nil {
		return world.Ask{}, err
	}
	other, err := w.Key("another")
	if err != nil {
		return world.Ask{}, err
	}
	form, _ := w.AuthorizationForm(client)
	a := world.Ask{Title: "pushed authorization request with " + with, Place: world.PAREndpoint, Client: client, Form: form}
	switch with {
	case "dpop_jkt alone":
		form.Set("dpop_jkt", key.Thumbprint)
	case "a proof alone":
		a.Key = key
	case "a proof and the dpop_jkt of its key":
		form.Set("dpop_jkt", key.Thumbprint)
		a.Key = key
	case "a proof and the dpop_jkt of another key":
		form.Set("dpop_jkt", other.Thumbprint)
		a.Key = key
	case "a DPoP field that holds no proof":
		a.Change = func(r *wire.Request) { r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: proof.NoProof}) }
	}
	return a, nil
}

func (w *Tester) redeemsLoosened(whose string) error {
	b, err := w.bindable("pushed proof")
	if err != nil {
		return err
	}
	other, err := w.Key("another")
	if err != nil {
		return err
	}
	form, verifier := w.AuthorizationForm(b.client)
	front, err := w.Push(b.client, form, b.key)
	if err != nil {
		return err
	}
	front.Set("dpop_jkt", other.Thumbprint)
	code, err := w.VisitAlone(b.client, front)
	if errors.As(err, &w.thumbprints.denied) {
		return nil // to refuse the contradiction is sound as well
	}
	if err != nil {
		return err
	}
	key := map[string]*dpop.Key{"its": b.key, "another": other}[whose]
	return w.Try(world.Ask{Title: "redeeming the code with " + whose + " key", Place: world.TokenEndpoint, Client: b.client, Form: codeForm(b.client, code, verifier), Key: key})
}

func (w *Tester) redeemsUnboundPush(proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return err
	}
	form, verifier := w.AuthorizationForm(client)
	front, err := w.Push(client, form, nil)
	if err != nil {
		return err
	}
	code, err := w.Visit(client, front)
	if err != nil {
		return world.UnlessDenied(err)
	}
	return w.Try(world.Ask{Title: "redeeming the code " + proof, Place: world.TokenEndpoint, Client: client, Form: codeForm(client, code, verifier), Key: key})
}

// otherThan returns a client that is not the given one and may use the code grant.
func (w *Tester) otherThan(client target.RegisteredClient) (target.RegisteredClient, error) {
	for _, c := range w.Clients() {
		if c.ID != client.ID && c.Has(mockas.GrantCode) && c.RedirectURI != "" {
			return c, nil
		}
	}
	return client, world.NotApplicablef("the configuration has no second client for the authorization code grant")
}

func (w *Tester) otherClientUsesRequest() error {
	b, err := w.bindable("pushed proof")
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
	stolen := url.Values{"client_id": {thief.ID}, "request_uri": front["request_uri"]}
	_, err = w.VisitAlone(thief, stolen)
	w.visited.done = err == nil || errors.As(err, &w.thumbprints.denied)
	if w.thumbprints.denied != nil {
		return nil
	}
	return err
}

func (w *Tester) givesNoCode() error {
	if !w.visited.done {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	denied := w.thumbprints.denied
	if denied == nil {
		return w.Expect(false, "no code", "a code")
	}
	return w.Expect(denied.Status < 500, "no code", denied.Error())
}

func (w *Tester) swapsProofs(at, meant string) error {
	if at == meant {
		return errors.New("the two endpoints must differ")
	}
	names := map[string]world.Endpoint{"token": world.TokenEndpoint, "PAR": world.PAREndpoint}
	wrong, err := w.AddressOf(names[meant])
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a := world.Ask{Title: "a proof made for the " + meant + " endpoint", Place: names[at], Key: key, Meant: func(o *dpop.Occasion) { o.URI = wrong }}
	if a.Place == world.TokenEndpoint {
		var grant string
		if a.Client, grant, err = w.ProbeClient(); err == nil {
			a.Form, err = w.GrantForm(a.Client, grant)
		}
	} else if a.Client, err = w.ClientWith(mockas.GrantCode); err == nil {
		a.Form, _ = w.AuthorizationForm(a.Client)
	}
	if err != nil {
		return err
	}
	a.Defect = &forge.Defect{Part: "htu", Value: "that of another endpoint", Refused: []string{"htu"}}
	return w.Try(a)
}
