package steps

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.Then(`^nothing is given away$`, (*World).nothingGivenAway,
			"Whatever the status, an embedded API must not have served or done anything; the answer of a real one must not be that of an authorised request.",
			"Then nothing is given away")
		v.Then(`^nothing has been done$`, (*World).nothingDone,
			"No request of this case may have had a side effect, apart from those that were accepted as positive controls.",
			"Then nothing has been done")
		v.When(`^the client sends an honest proof with the body (.+)$`, (*World).sendWithBody,
			"Sends a POST with an honest proof and that body, which no proof covers (RFC 9449 §11.7).",
			`When the client sends an honest proof with the body {"amount":1000}`)
		v.Given(`^the API "([^"]+)" accepts an access token of its own$`, (*World).otherAPIAccepts,
			"Another API takes a token that was issued for it, bound to the client's key.",
			`Given the API "invoices" accepts an access token of its own`)
		v.When(`^the request carries the access token of the API "([^"]+)"$`, (*World).sendTokenOf,
			"Sends the endpoint's request with the token of another API and an honest proof.",
			`When the request carries the access token of the API "invoices"`)
		v.Then(`^it answers over https alone$`, (*World).answersOverHTTPSAlone,
			"The URL of the API must be https, and nobody may ask for a token at its http twin. On loopback, where nobody listens in, http will do.",
			"Then it answers over https alone")
	})
}

// nothingGivenAway judges answers such as those to HEAD and OPTIONS, where a
// success need not mean that the resource was served.
func (w *World) nothingGivenAway() error {
	if w.Latest().Exchange == nil || !w.Controlled() {
		return wrongOrder(`"Given an honest proof is accepted" and a When step before this one`)
	}
	if w.recorder(w.Latest().Exchange.URL) != nil {
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
	return w.Expect(answer != Accepted, "the request not to be served", p.describe(w.Latest().Exchange, nil))
}

func (w *World) nothingServed() error {
	for _, fact := range []string{"served", "side-effect"} {
		if value, found := w.Latest().Exchange.Fact(fact); found {
			return w.Expect(false, "nothing to be served or done", fact+": "+value)
		}
	}
	return w.Expect(true, "nothing to be served or done", fmt.Sprintf("status %d, nothing served", w.Latest().Exchange.Status))
}

// honestReply is the body of the newest accepted answer before the attempt.
func (w *World) honestReply() []byte {
	for i := len(w.Shown) - 1; i >= 0; i-- {
		if e := w.Shown[i].Exchange; e != w.Latest().Exchange && e.Status/100 == 2 && originOf(e.URL) == originOf(w.Latest().Exchange.URL) {
			return e.Reply
		}
	}
	return nil
}

func (w *World) nothingDone() error {
	if !w.EmbeddedAPI() {
		return w.isRefused() // what a real API has done cannot be seen from here
	}
	api, err := w.API(defaultAPI)
	if err != nil {
		return err
	}
	granted := 0
	for _, e := range api.HTTP.Exchanges() {
		if _, done := e.Fact("side-effect"); done && e.Status/100 == 2 {
			granted++
		}
	}
	if err := w.isRefused(); err != nil {
		return err
	}
	return w.Expect(api.Effects() == granted, fmt.Sprintf("%d side effects, one for each accepted request", granted), fmt.Sprint(api.Effects()))
}

func (w *World) sendWithBody(body string) error {
	return w.callWith(call{
		title: "an honest proof with the body " + body, method: "POST", body: []byte(body),
		fields: wire.Fields{{Name: "Content-Type", Value: "application/json"}},
	})
}

// tokenOf returns a token for another API than the one under test. Of real
// APIs any second one will do, whatever its name.
func (w *World) tokenOf(name string) (Resource, string, error) {
	if !w.EmbeddedAPI() && len(w.Session.APIs) > 1 {
		name = w.Session.APIs[1].Name
	}
	key, err := w.Key("client")
	if err != nil {
		return Resource{}, "", err
	}
	resource, err := w.Resource(name)
	if err != nil {
		return resource, "", err
	}
	if !w.EmbeddedAS() {
		return resource, "", notApplicable("a token for the API %s is issued by the embedded authorization server alone", name)
	}
	as, err := w.AS()
	if err != nil {
		return resource, "", err
	}
	if token := w.tokens["of "+name]; token != "" {
		return resource, token, nil
	}
	token, err := as.Mint(mockas.Mint{Bound: key.Thumbprint, Audience: []string{resource.Audience}, Scope: resource.Scope})
	w.tokens["of "+name] = token
	return resource, token, err
}

func (w *World) otherAPIAccepts(name string) error {
	resource, token, err := w.tokenOf(name)
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	e, err := w.insist("positive control: the token at its own API", apiEndpoint, resourceProbe(resource.Method, resource.URL, token), key)
	if err != nil {
		return err
	}
	if answer, _ := apiEndpoint.Classify(e); answer != Accepted {
		return inconclusive("the token is not accepted at its own API: %s", apiEndpoint.describe(e, nil))
	}
	return nil
}

func (w *World) sendTokenOf(name string) error {
	_, token, err := w.tokenOf(name)
	if err != nil {
		return err
	}
	return w.callWith(call{title: "the token of the API " + name, token: token})
}

func (w *World) answersOverHTTPSAlone() error {
	resource, err := w.Resource(defaultAPI)
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
	return w.Expect(!asks && e.Status/100 != 2, "a refusal or a redirect over http, and no challenge that asks for a token there", apiEndpoint.describe(e, nil))
}
