package server

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func resourceSteps(v *vocabulary.Vocabulary) {
	v.Word("resource", "What a token is asked for (RFC 8707 §2): the API whose policy was arranged, "+
		"another than usual, or the OpenID scope alone.", resources.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the client asks for a token for {resource} {proof}$`, (*Tester).asksFor,
		"Sends a token request for that resource.",
		"When the client asks for a token for the API with a proof by its key")
	g.Then(`^the access token is for the other API$`, (*Tester).tokenIsForOtherAPI,
		"The audience of the access token must be the resource that was asked for.",
		"Then the access token is for the other API")
}

// resources make the client and the parameters of token requests for them.
var resources = vocabulary.Meanings[func(*Tester) (world.Ask, error)]{
	"the API":        (*Tester).askForAPI,
	"the other API":  (*Tester).askForOtherAPI,
	"userinfo alone": func(w *Tester) (world.Ask, error) { return w.askByCode(url.Values{}) },
}

func (w *Tester) asksFor(resource, proof string) error {
	ask, err := resources.Of(resource)
	if err != nil {
		return err
	}
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	a, err := ask(w)
	if err != nil {
		return err
	}
	a.Title, a.Endpoint, a.Key = "token request for "+resource+" "+proof, world.TokenEndpoint, key
	return w.Try(a)
}

// askForAPI is for the API whose policy the scenario has arranged.
func (w *Tester) askForAPI() (world.Ask, error) {
	client, chosen := w.ChosenClient()
	if !chosen || client.Public() {
		return w.askByCode(url.Values{"resource": {arrangedAudience}})
	}
	form := url.Values{"grant_type": {mockas.GrantClientCredentials}, "resource": {arrangedAudience}}
	return world.Ask{Client: client, Form: form}, nil
}

// askByCode lets the person log in; extra goes into the authorization request.
func (w *Tester) askByCode(extra url.Values) (world.Ask, error) {
	client, chosen := w.ChosenClient()
	if !chosen {
		return world.Ask{}, errors.New(
			`no client was chosen; put "Given a confidential client that requires proof of possession" first`)
	}
	code, verifier, err := w.Authorize(client, extra, nil)
	if err != nil {
		return world.Ask{}, world.UnlessDenied(err)
	}
	return world.Ask{Client: client, Form: codeForm(client, code, verifier)}, nil
}

func (w *Tester) askForOtherAPI() (world.Ask, error) {
	audience, err := w.otherAudience()
	if err != nil {
		return world.Ask{}, err
	}
	a, err := w.TokenAsk("")
	if err != nil {
		return a, err
	}
	a.Form.Set("resource", audience)
	if a.Form.Has("audience") {
		a.Form.Set("audience", audience)
	}
	return a, nil
}

const otherAPI = "invoices"

// otherAudience is an API that is not the usual one.
func (w *Tester) otherAudience() (string, error) {
	if w.EmbeddedAS() {
		return world.AudienceOf(otherAPI), nil
	}
	if len(w.Session.APIs) < 2 {
		return "", world.Lackingf("apis", "the configuration has no second API")
	}
	return w.Session.APIs[1].Audience, nil
}

func (w *Tester) tokenIsForOtherAPI() error {
	grant, err := w.grantedNow()
	if err != nil {
		return err
	}
	wanted, err := w.otherAudience()
	if err != nil {
		return err
	}
	claims, isJWT := world.ReadClaims(grant.AccessToken)
	if !isJWT {
		if claims, err = w.introspection(grant.AccessToken); err != nil {
			return err
		}
	}
	value, _ := claims.Get("aud")
	// There may be others, such as that of userinfo beside it (RFC 8707 §2).
	return w.Expect(slices.Contains(oneOrMore(value), wanted), "aud "+wanted, "aud "+orNone(string(value)))
}

// oneOrMore reads a string or a list of them (RFC 7519 §4.1.3).
func oneOrMore(value json.RawMessage) []string {
	var one string
	if json.Unmarshal(value, &one) == nil {
		return []string{one}
	}
	var list []string
	_ = json.Unmarshal(value, &list) // of anything else there is none
	return list
}
