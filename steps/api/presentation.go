package api

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func presentationSteps(v *vocabulary.Vocabulary) {
	v.Word("sent-token", "The client's bound access token, or one that is bound to no key.", sentTokens.Forms()...)
	v.Word("presentation", "How a request presents its access token.", presentations.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^{sent-token} is sent (?:{presentation}|with the scheme (\S+))( without a proof)?$`, (*Tester).sendToken,
		"Sends the endpoint's request with the access token presented so, "+
			"with an honest proof unless the step says otherwise.",
		"When the access token is sent as Bearer without a proof")
	g.Given(`^an unbound access token is accepted as Bearer$`, (*Tester).unboundIsTaken,
		"The positive control of requests with an unbound token.",
		"Given an unbound access token is accepted as Bearer")
	g.When(`^an access token whose confirmation is {confirmation} is sent {presentation}( without a proof)?$`,
		(*Tester).sendConfirmedToken,
		"The same with an access token of that cnf claim.",
		"When an access token whose confirmation is an empty object is sent as Bearer without a proof")
}

// sentTokens find the access token to send; empty: the client's bound one.
var sentTokens = vocabulary.Meanings[func(*Tester) (string, error)]{
	"the access token":        func(*Tester) (string, error) { return "", nil },
	"an unbound access token": (*Tester).unboundToken,
}

// presentation is how a request presents its access token.
type presentation struct {
	method  string // that it needs; empty: the endpoint's own
	present proof.Presentation
}

// presentations are all but those by another scheme in the Authorization field.
var presentations = vocabulary.Meanings[presentation]{
	"as Bearer":                              {present: asBearer},
	"with two spaces behind the scheme":      {present: proof.InField(dpop.Scheme + "  ")},
	"with a tab behind the scheme":           {present: proof.InField(dpop.Scheme + "\t")},
	"with nothing behind the scheme":         {present: proof.InField(dpop.Scheme)},
	"with a comma behind the scheme":         {present: proof.InField(dpop.Scheme + ", ")},
	"with an equals sign before it":          {present: proof.InField(dpop.Scheme + " =")},
	"as a parameter of the scheme":           {present: proof.InField(dpop.Scheme + " token=")},
	"in quotes":                              {present: around(` "`, `"`)},
	"with a word behind it":                  {present: around(" ", " extra")},
	"with a parameter behind it":             {present: around(" ", ", x=1")},
	"without a scheme":                       {present: proof.InField("")},
	"as a scheme without a token":            {present: schemeAlone},
	"in the query":                           {present: inQuery},
	"in a form body":                         {"POST", inForm},
	"in a cookie":                            {present: inCookie},
	"in a field of its own":                  {present: inOwnField},
	"in the field and in the query":          {present: both(withDPoP, inQuery)},
	"in the field and in a form body":        {"POST", both(withDPoP, inForm)},
	"as Bearer and in the query":             {present: both(asBearer, inQuery)},
	"in two fields":                          {present: both(withDPoP, withDPoP)},
	"in two fields, with DPoP and as Bearer": {present: both(withDPoP, asBearer)},
	"in two fields, as Bearer and with DPoP": {present: both(asBearer, withDPoP)},
}

// The two usual presentations.
var withDPoP, asBearer = proof.InField(dpop.Scheme + " "), proof.InField("Bearer ")

// around presents the token with DPoP between other characters.
func around(before, after string) proof.Presentation {
	return func(r *wire.Request, token string) { proof.InField(dpop.Scheme+before)(r, token+after) }
}

func schemeAlone(r *wire.Request, _ string) { proof.InField(dpop.Scheme)(r, "") }

func inQuery(r *wire.Request, token string) {
	separator := "?"
	if strings.Contains(r.URL, "?") {
		separator = "&"
	}
	r.URL += separator + "access_token=" + url.QueryEscape(token)
}

func inForm(r *wire.Request, token string) {
	r.Fields = append(proof.Without(r.Fields, "Content-Type"),
		wire.Field{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	r.Body = []byte(url.Values{"access_token": {token}}.Encode())
}

func inCookie(r *wire.Request, token string) {
	r.Fields = append(r.Fields, wire.Field{Name: "Cookie", Value: "access_token=" + token})
}

func inOwnField(r *wire.Request, token string) {
	r.Fields = append(r.Fields, wire.Field{Name: "X-Access-Token", Value: token})
}

// both presents the token in several ways at once.
func both(parts ...proof.Presentation) proof.Presentation {
	return func(r *wire.Request, token string) {
		for _, present := range parts {
			present(r, token)
		}
	}
}

// presented finds a presentation by its form, or by the scheme; the other is
// empty.
func presented(how, scheme string) (presentation, error) {
	if scheme != "" {
		return presentation{present: proof.InField(scheme + " ")}, nil
	}
	return presentations.Of(how)
}

func (w *Tester) sendToken(token, how, scheme, bare string) error {
	find, err := sentTokens.Of(token)
	if err != nil {
		return err
	}
	chosen, err := presented(how, scheme)
	if err != nil {
		return err
	}
	text, err := find(w)
	if err != nil {
		return err
	}
	return w.CallWith(proof.Call{
		Title:  token + " " + how + scheme + bare,
		Method: chosen.method, Present: chosen.present, Token: text, Bare: bare != "",
	})
}

// unboundIsTaken ends a case at an API that takes no such token: that it refuses one
// elsewhere would say nothing.
func (w *Tester) unboundIsTaken() error {
	text, err := w.unboundToken()
	if err != nil {
		return err
	}
	e, err := w.SendAside(proof.Call{
		Title: "an unbound token as Bearer, which should be accepted", Token: text, Present: asBearer, Bare: true,
	})
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	switch answer, _ := p.Classify(e); answer {
	case world.Accepted:
		w.NoteControl()
		return nil
	case world.Refused:
		return world.NotApplicablef("no unbound token is taken here")
	}
	return world.Inconclusivef("whether unbound tokens are taken is not known: %s", p.Explain(e, nil))
}

func (w *Tester) sendConfirmedToken(confirmation, how, bare string) error {
	chosen, err := presentations.Of(how)
	if err != nil {
		return err
	}
	text, err := w.confirmedToken(confirmation)
	if err != nil {
		return err
	}
	w.resourceState.keyFault = false
	return w.CallWith(proof.Call{
		Title:  "a token whose confirmation is " + confirmation + " " + how + bare,
		Method: chosen.method, Present: chosen.present, Token: text, Bare: bare != "",
	})
}
