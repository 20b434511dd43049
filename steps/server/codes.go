package server

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// codeMeans are the ways of binding a code to a key (RFC 9449 §10, §10.1).
const codeMeans = `(dpop_jkt|pushed dpop_jkt|pushed proof|pushed proof and dpop_jkt|request object|pushed request object)`

func codesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^a code bound by "`+codeMeans+`" gives a token to its key$`, (*Tester).boundCodeWorks,
		"The positive control of code binding: a code bound to the client's key is redeemed with a proof by that key.",
		`Given a code bound by "dpop_jkt" gives a token to its key`)
	g.When(`^the client redeems a code bound by "`+codeMeans+`" (with a proof by its key|with a proof by another key|without a proof)$`, (*Tester).redeemsBound,
		"Lets the person log in anew, binds the code to the client's key by that means, and redeems it.",
		`When the client redeems a code bound by "pushed proof" with a proof by another key`)
	g.When(`^the client redeems a code bound by "`+codeMeans+`" (with a false code_verifier|without its code_verifier)$`, (*Tester).redeemsWithoutPKCE,
		"The right key, but not the right code_verifier (RFC 7636 §4.6).",
		`When the client redeems a code bound by "dpop_jkt" with a false code_verifier`)
	g.When(`^another key has failed to redeem a bound code and the client redeems it with its key$`, (*Tester).redeemsAfterFailure,
		"What becomes of a code after an attempt by a wrong key is for the server to choose.",
		"When another key has failed to redeem a bound code and the client redeems it with its key")
	g.When(`^the client redeems a code that was asked for with a dpop_jkt that is (empty|42 characters long|44 characters long|padded|in other letter case|in the plain base64 alphabet|4096 characters long|a SHA-512 thumbprint|a SHA-384 thumbprint|given twice)$`, (*Tester).redeemsMalformed,
		"Asks for a code with a malformed dpop_jkt; if the server gives one, redeems it with the key that was meant.",
		"When the client redeems a code that was asked for with a dpop_jkt that is padded")
	g.Then(`^it gets no token$`, (*Tester).getsNoToken,
		"Either the authorization request or the token request must have been refused.",
		"Then it gets no token")
	g.Then(`^the server has not failed$`, (*Tester).hasNotFailed,
		"Any answer but a server error will do.",
		"Then the server has not failed")
}

// bindable is what a code can be bound with.
type bindable struct {
	client target.RegisteredClient
	key    *dpop.Key
}

func (w *Tester) bindable(means string) (*bindable, error) {
	if slices.Contains([]string{"request object", "pushed request object"}, means) {
		if err := w.signingClient(); err != nil {
			return nil, err
		}
	}
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return nil, err
	}
	key, err := w.Key("client")
	return &bindable{client, key}, err
}

// signingClient chooses a client that can sign request objects (RFC 9101).
func (w *Tester) signingClient() error {
	if w.Chosen != nil && w.Chosen.Key != nil {
		return nil
	}
	if w.EmbeddedAS() {
		return w.embeddedClientBy(mockas.AuthPrivateKeyJWT)
	}
	document := w.Session.Metadata.Document
	if value, _ := document.Get("request_parameter_supported"); string(value) != "true" {
		return world.NotApplicablef("the authorization server takes no request objects")
	}
	return w.chooseClient("client with a key to sign request objects", func(c target.RegisteredClient) bool { return c.Key != nil && c.Has(mockas.GrantCode) })
}

// boundForm makes the parameters of a token request for a code that is bound
// to the client's key.
func (w *Tester) boundForm(means string) (*bindable, url.Values, error) {
	b, err := w.bindable(means)
	if err != nil {
		return nil, nil, err
	}
	form, verifier := w.AuthorizationForm(b.client)
	if form, err = w.bindRequest(means, b, form); err != nil {
		return nil, nil, err
	}
	code, err := w.Visit(b.client, form)
	if err != nil {
		return nil, nil, world.UnlessDenied(err)
	}
	return b, codeForm(b.client, code, verifier), nil
}

func codeForm(client target.RegisteredClient, code, verifier string) url.Values {
	return url.Values{"grant_type": {mockas.GrantCode}, "code": {code}, "redirect_uri": {client.RedirectURI}, "code_verifier": {verifier}}
}

// bindRequest binds an authorization request by one of the means and returns
// what goes to the authorization endpoint.
func (w *Tester) bindRequest(means string, b *bindable, form url.Values) (url.Values, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if means != "pushed proof" {
		form.Set("dpop_jkt", b.key.Thumbprint)
	}
	switch means {
	case "dpop_jkt":
		if world.MustPush(metadata) {
			return nil, world.NotApplicablef("authorization requests must be pushed here")
		}
		return form, nil
	case "pushed dpop_jkt":
		return w.Push(b.client, form, nil)
	case "pushed proof", "pushed proof and dpop_jkt":
		return w.Push(b.client, form, b.key)
	}
	object, err := w.requestObject(b.client, form)
	if err != nil {
		return nil, err
	}
	form = url.Values{"client_id": {b.client.ID}, "request": {object}}
	if means == "pushed request object" {
		return w.Push(b.client, form, nil)
	}
	// OpenID Connect Core §6.1 wants these two outside as well.
	form.Set("response_type", "code")
	form.Set("scope", "openid")
	return form, nil
}

// requestObject signs the parameters of an authorization request (RFC 9101 §4).
func (w *Tester) requestObject(client target.RegisteredClient, form url.Values) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	now := w.Now(metadata.Issuer)
	var header, claims dpop.Object
	header.Add("alg", client.Key.Algorithm)
	header.Add("typ", "oauth-authz-req+jwt")
	claims.Add("iss", client.ID)
	claims.Add("aud", metadata.Issuer)
	claims.Add("iat", now.Unix())
	claims.Add("exp", now.Unix()+60)
	claims.Add("jti", dpop.NewID())
	for name, values := range form {
		claims.Add(name, values[0])
	}
	return dpop.SignCompact(client.Key, header.JSON(), claims.JSON())
}

func (w *Tester) boundCodeWorks(means string) error {
	b, form, err := w.boundForm(means)
	if err != nil {
		return err
	}
	return w.Demand(world.Ask{Title: "redeeming a code bound by " + means + " with its key", Place: world.TokenEndpoint, Client: b.client, Form: form, Key: b.key})
}

func (w *Tester) redeemsBound(means, proof string) error {
	b, form, err := w.boundForm(means)
	if err != nil {
		return err
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	return w.Try(world.Ask{Title: "redeeming a code bound by " + means + " " + proof, Place: world.TokenEndpoint, Client: b.client, Form: form, Key: key})
}

func (w *Tester) redeemsWithoutPKCE(means, how string) error {
	b, form, err := w.boundForm(means)
	if err != nil {
		return err
	}
	form.Set("code_verifier", dpop.NewID()+dpop.NewID())
	if how == "without its code_verifier" {
		form.Del("code_verifier")
	}
	return w.Try(world.Ask{Title: "redeeming a code " + how, Place: world.TokenEndpoint, Client: b.client, Form: form, Key: b.key})
}

func (w *Tester) redeemsAfterFailure() error {
	b, form, err := w.boundForm("dpop_jkt")
	if err != nil {
		return err
	}
	other, err := w.Key("another")
	if err != nil {
		return err
	}
	a := world.Ask{Title: "redeeming the code with another key", Place: world.TokenEndpoint, Client: b.client, Form: form, Key: other}
	if err := w.Try(a); err != nil {
		return err
	}
	if answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange); answer != world.Refused {
		return world.Inconclusivef("another key was not refused: %s", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
	}
	a.Title, a.Key = "redeeming the same code with its key", b.key
	return w.Try(a)
}

func (w *Tester) redeemsMalformed(malformation string) error {
	b, err := w.bindable("dpop_jkt")
	if err != nil {
		return err
	}
	form, verifier := w.AuthorizationForm(b.client)
	if form["dpop_jkt"], err = malformed(b.key, malformation); err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if world.MustPush(metadata) {
		return world.NotApplicablef("authorization requests must be pushed here")
	}
	code, err := w.VisitAlone(b.client, form)
	if errors.As(err, &w.thumbprints.denied) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.Try(world.Ask{Title: "redeeming the code with the key that was meant", Place: world.TokenEndpoint, Client: b.client, Form: codeForm(b.client, code, verifier), Key: b.key})
}

func (w *Tester) getsNoToken() error {
	if denied := w.thumbprints.denied; denied != nil {
		return w.Expect(denied.Status < 500, "a refusal", denied.Error())
	}
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was asked for; put a When step before this one")
	}
	answer, _ := world.TokenEndpoint.Classify(w.Latest().Exchange)
	return w.Expect(answer == world.Refused || answer == world.Challenged, "no token", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}

func (w *Tester) hasNotFailed() error {
	if denied := w.thumbprints.denied; denied != nil {
		return w.Expect(denied.Status < 500, "no server error", denied.Error())
	}
	if w.Latest().Exchange == nil {
		return fmt.Errorf("nothing was asked for; put a When step before this one")
	}
	return w.Expect(w.Latest().Exchange.Status < 500, "no server error", world.TokenEndpoint.Describe(w.Latest().Exchange, nil))
}
