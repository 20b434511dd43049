package api

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func effectsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^nothing is given away$`, (*Tester).nothingGivenAway,
		"Whatever the status, an embedded API must not have served or done anything; the answer of a real one must not be that of an authorised request.",
		"Then nothing is given away")
	g.Then(`^nothing has been done$`, (*Tester).nothingDone,
		"No request of this case may have had a side effect, apart from those that were accepted as positive controls.",
		"Then nothing has been done")
	g.When(`^the client sends an honest proof with the body (.+)$`, (*Tester).sendWithBody,
		"Sends a POST with an honest proof and that body, which no proof covers (RFC 9449 §11.7).",
		`When the client sends an honest proof with the body {"amount":1000}`)
	g.Given(`^the API "([^"]+)" accepts an access token of its own$`, (*Tester).otherAPIAccepts,
		"Another API takes a token that was issued for it, bound to the client's key.",
		`Given the API "invoices" accepts an access token of its own`)
	g.When(`^the request carries the access token of the API "([^"]+)"$`, (*Tester).sendTokenOf,
		"Sends the endpoint's request with the token of another API and an honest proof.",
		`When the request carries the access token of the API "invoices"`)
	g.Then(`^it answers over https alone$`, (*Tester).answersOverHTTPSAlone,
		"The URL of the API must be https, and nobody may ask for a token at its http twin. On loopback, where nobody listens in, http will do.",
		"Then it answers over https alone")
}

// nothingGivenAway judges answers such as those to HEAD and OPTIONS, where a
// success need not mean that the resource was served.
func (w *Tester) nothingGivenAway() error {
	if w.Latest().Exchange == nil || !w.Controlled() {
		return wrongOrder(`"Given an honest proof is accepted" and a When step before this one`)
	}
	if w.Recorder(w.Latest().Exchange.URL) != nil {
		return w.nothingServed()
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	if w.Latest().Exchange.Method == "OPTIONS" {
		same := len(w.Latest().Exchange.Reply) > 0 && bytes.Equal(w.Latest().Exchange.Reply, w.honestReply())
		return w.Expect(!same, "no resource in the answer", "the very answer that an authorised request gets")
	}
	return w.Expect(answer != world.Accepted, "the request not to be served", p.Describe(w.Latest().Exchange, nil))
}

func (w *Tester) nothingServed() error {
	for _, fact := range []string{"served", "side-effect"} {
		if value, found := w.Latest().Exchange.Fact(fact); found {
			return w.Expect(false, "nothing to be served or done", fact+": "+value)
		}
	}
	return w.Expect(true, "nothing to be served or done", fmt.Sprintf("status %d, nothing served", w.Latest().Exchange.Status))
}

// honestReply is the body of the newest accepted answer before the attempt.
func (w *Tester) honestReply() []byte {
	for i := len(w.Shown) - 1; i >= 0; i-- {
		if e := w.Shown[i].Exchange; e != w.Latest().Exchange && e.Status/100 == 2 && world.OriginOf(e.URL) == world.OriginOf(w.Latest().Exchange.URL) {
			return e.Reply
		}
	}
	return nil
}

func (w *Tester) nothingDone() error {
	if !w.EmbeddedAPI() {
		return w.IsRefused() // what a real API has done cannot be seen from here
	}
	api, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	granted := 0
	for _, e := range api.HTTP.Exchanges() {
		if _, done := e.Fact("side-effect"); done && e.Status/100 == 2 {
			granted++
		}
	}
	if err := w.IsRefused(); err != nil {
		return err
	}
	return w.Expect(api.Effects() == granted, fmt.Sprintf("%d side effects, one for each accepted request", granted), fmt.Sprint(api.Effects()))
}

func (w *Tester) sendWithBody(body string) error {
	return w.CallWith(proof.Call{
		Title: "an honest proof with the body " + body, Method: "POST", Body: []byte(body),
		Fields: wire.Fields{{Name: "Content-Type", Value: "application/json"}},
	})
}

// tokenOf returns a token for another API than the one under test. Of real
// APIs any second one will do, whatever its name.
func (w *Tester) tokenOf(name string) (world.Resource, string, error) {
	if !w.EmbeddedAPI() && len(w.Session.APIs) > 1 {
		name = w.Session.APIs[1].Name
	}
	key, err := w.Key("client")
	if err != nil {
		return world.Resource{}, "", err
	}
	resource, err := w.Resource(name)
	if err != nil {
		return resource, "", err
	}
	if !w.EmbeddedAS() {
		return resource, "", world.NotApplicablef("a token for the API %s is issued by the embedded authorization server alone", name)
	}
	as, err := w.AS()
	if err != nil {
		return resource, "", err
	}
	token, err := w.TokenOnce("of "+name, func() (string, error) {
		return as.Mint(mockas.Mint{Bound: key.Thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope})
	})
	return resource, token, err
}

func (w *Tester) otherAPIAccepts(name string) error {
	resource, token, err := w.tokenOf(name)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	e, err := w.Insist("positive control: the token at its own API", world.APIEndpoint, world.ResourceProbe(resource.Method, resource.URL, token), key)
	if err != nil {
		return err
	}
	if answer, _ := world.APIEndpoint.Classify(e); answer != world.Accepted {
		return world.Inconclusivef("the token is not accepted at its own API: %s", world.APIEndpoint.Describe(e, nil))
	}
	return nil
}

func (w *Tester) sendTokenOf(name string) error {
	_, token, err := w.tokenOf(name)
	if err != nil {
		return err
	}
	return w.CallWith(proof.Call{Title: "the token of the API " + name, Token: token})
}

func (w *Tester) answersOverHTTPSAlone() error {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	u, err := url.Parse(resource.URL)
	if err != nil {
		return err
	}
	local := onLoopback(u.Hostname())
	if err := w.Expect(u.Scheme == "https" || local, "an https URL, unless on loopback, where nobody listens in", resource.URL); err != nil || local {
		return err
	}
	// No token goes over the open network: a request without one already tells
	// whether somebody answers there.
	twin := "http" + resource.URL[len("https"):]
	e, err := w.Send("the http twin, without a token", wire.Request{Method: resource.Method, URL: twin})
	if err != nil {
		return w.Expect(true, "no answer over http", err.Error())
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	_, asks := dpop.FindChallenge(challenges, dpop.Scheme)
	return w.Expect(!asks && e.Status/100 != 2, "a refusal or a redirect over http, and no challenge that asks for a token there", world.APIEndpoint.Describe(e, nil))
}
