package steps

import (
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Given(`^a pushed authorization request with a proof is granted$`, (*World).pushedProofIsGranted,
			"The positive control of a pushed authorization request: with an honest proof it must succeed, or the case is inconclusive.",
			"Given a pushed authorization request with a proof is granted")
		v.When(`^the client pushes an authorization request with (dpop_jkt alone|a proof alone|a proof and the dpop_jkt of its key|a proof and the dpop_jkt of another key|neither proof nor dpop_jkt|a DPoP field that holds no proof)$`, (*World).pushes,
			"Sends a pushed authorization request (RFC 9126) with those of the two ways of binding it (RFC 9449 §10.1).",
			"When the client pushes an authorization request with a proof and the dpop_jkt of another key")
		v.When(`^the client redeems a code whose pushed request is bound to its key, and the front channel says another, with a proof by (its|another) key$`, (*World).redeemsLoosened,
			"Pushes a request with a proof, then adds the dpop_jkt of another key to the authorization request.",
			"When the client redeems a code whose pushed request is bound to its key, and the front channel says another, with a proof by another key")
		v.When(`^the client redeems a code of a request that it pushed without DPoP (with a proof by its key|without a proof)$`, (*World).redeemsUnboundPush,
			"Pushes a request with neither proof nor dpop_jkt and redeems the code.",
			"When the client redeems a code of a request that it pushed without DPoP with a proof by its key")
		v.When(`^another client uses the request_uri of a bound request$`, (*World).otherClientUsesRequest,
			"Another registered client takes the request_uri to the authorization endpoint.",
			"When another client uses the request_uri of a bound request")
		v.When(`^the (token|PAR) endpoint gets a proof that was made for the (token|PAR) endpoint$`, (*World).swapsProofs,
			"Sends an endpoint a proof whose htu is the other one's URL.",
			"When the PAR endpoint gets a proof that was made for the token endpoint")
		v.Then(`^the authorization endpoint gives no code$`, (*World).givesNoCode,
			"The authorization request must be refused.",
			"Then the authorization endpoint gives no code")
	})
}

func (w *World) pushes(with string) error {
	a, err := w.pushedAsk(with)
	if err != nil {
		return err
	}
	return w.try(a)
}

func (w *World) pushedProofIsGranted() error {
	a, err := w.pushedAsk("a proof alone")
	if err != nil {
		return err
	}
	return w.demand(a)
}

// pushedAsk is a pushed authorization request with what binds it.
func (w *World) pushedAsk(with string) (ask, error) {
	client, err := w.clientWith(mockas.GrantCode)
	if err != nil {
		return ask{}, err
	}
	key, err := w.Key("client")
	if err != nil {
		return ask{}, err
	}
	other, err := w.Key("another")
	if err != nil {
		return ask{}, err
	}
	form, _ := w.authorizationForm(client)
	a := ask{title: "pushed authorization request with " + with, place: parEndpoint, client: client, form: form}
	switch with {
	case "dpop_jkt alone":
		form.Set("dpop_jkt", key.Thumbprint)
	case "a proof alone":
		a.key = key
	case "a proof and the dpop_jkt of its key":
		form.Set("dpop_jkt", key.Thumbprint)
		a.key = key
	case "a proof and the dpop_jkt of another key":
		form.Set("dpop_jkt", other.Thumbprint)
		a.key = key
	case "a DPoP field that holds no proof":
		a.change = func(r *wire.Request) { r.Fields = append(r.Fields, wire.Field{Name: "DPoP", Value: noProof}) }
	}
	return a, nil
}

func (w *World) redeemsLoosened(whose string) error {
	b, err := w.bindable("pushed proof")
	if err != nil {
		return err
	}
	other, err := w.Key("another")
	if err != nil {
		return err
	}
	form, verifier := w.authorizationForm(b.client)
	front, err := w.push(b.client, form, b.key)
	if err != nil {
		return err
	}
	front.Set("dpop_jkt", other.Thumbprint)
	code, err := w.visitAlone(b.client, front)
	if errors.As(err, &of[thumbprints](w).denied) {
		return nil // to refuse the contradiction is sound as well
	}
	if err != nil {
		return err
	}
	key := map[string]*dpop.Key{"its": b.key, "another": other}[whose]
	return w.try(ask{title: "redeeming the code with " + whose + " key", place: tokenEndpoint, client: b.client, form: codeForm(b.client, code, verifier), key: key})
}

func (w *World) redeemsUnboundPush(proof string) error {
	key, err := w.proofKey(proof)
	if err != nil {
		return err
	}
	client, err := w.clientWith(mockas.GrantCode)
	if err != nil {
		return err
	}
	form, verifier := w.authorizationForm(client)
	front, err := w.push(client, form, nil)
	if err != nil {
		return err
	}
	code, err := w.visit(client, front)
	if err != nil {
		return unlessDenied(err)
	}
	return w.try(ask{title: "redeeming the code " + proof, place: tokenEndpoint, client: client, form: codeForm(client, code, verifier), key: key})
}

// otherThan returns a client that is not the given one and may use the code grant.
func (w *World) otherThan(client target.RegisteredClient) (target.RegisteredClient, error) {
	for _, c := range w.clients() {
		if c.ID != client.ID && c.Has(mockas.GrantCode) && c.RedirectURI != "" {
			return c, nil
		}
	}
	return client, notApplicable("the configuration has no second client for the authorization code grant")
}

func (w *World) otherClientUsesRequest() error {
	b, err := w.bindable("pushed proof")
	if err != nil {
		return err
	}
	thief, err := w.otherThan(b.client)
	if err != nil {
		return err
	}
	form, _ := w.authorizationForm(b.client)
	front, err := w.push(b.client, form, b.key)
	if err != nil {
		return err
	}
	stolen := url.Values{"client_id": {thief.ID}, "request_uri": front["request_uri"]}
	_, err = w.visitAlone(thief, stolen)
	of[visited](w).done = err == nil || errors.As(err, &of[thumbprints](w).denied)
	if of[thumbprints](w).denied != nil {
		return nil
	}
	return err
}

// visited tells whether an authorization request was answered.
type visited struct{ done bool }

func (w *World) givesNoCode() error {
	if !of[visited](w).done {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	denied := of[thumbprints](w).denied
	if denied == nil {
		return w.Expect(false, "no code", "a code")
	}
	return w.Expect(denied.Status < 500, "no code", denied.Error())
}

func (w *World) swapsProofs(at, meant string) error {
	if at == meant {
		return errors.New("the two endpoints must differ")
	}
	names := map[string]Endpoint{"token": tokenEndpoint, "PAR": parEndpoint}
	wrong, err := w.addressOf(names[meant])
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	a := ask{title: "a proof made for the " + meant + " endpoint", place: names[at], key: key, meant: func(o *dpop.Occasion) { o.URI = wrong }}
	if a.place == tokenEndpoint {
		var grant string
		if a.client, grant, err = w.probeClient(); err == nil {
			a.form, err = w.grantForm(a.client, grant)
		}
	} else if a.client, err = w.clientWith(mockas.GrantCode); err == nil {
		a.form, _ = w.authorizationForm(a.client)
	}
	if err != nil {
		return err
	}
	a.defect = &dpop.Defect{Part: "htu", Value: "that of another endpoint", Refused: []string{"htu"}}
	return w.try(a)
}
