package server

import (
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// usedTwiceSteps are about what serves once, and about answers through the browser
// that no profile with codes alone has.
func usedTwiceSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the client redeems a code a second time$`, (*Tester).redeemsTwice,
		"Redeems a code with an honest proof, which must succeed, and sends the same request with a new proof.",
		"When the client redeems a code a second time")
	g.When(`^the client uses a request_uri a second time$`, (*Tester).usesRequestTwice,
		"Pushes an authorization request, gets a code for it, and takes its request_uri to the authorization endpoint "+
			"once more.",
		"When the client uses a request_uri a second time")
	g.When(`^the client pushes an authorization request for "([a-z_ ]+)"$`, (*Tester).pushesFor,
		"Pushes an authorization request with that response_type and an honest proof. "+
			"If it is taken, the person's browser follows it.",
		`When the client pushes an authorization request for "code token"`)
	g.Then(`^it gets nothing but an error$`, (*Tester).getsError,
		"Pushed request or authorization request must have been refused: no code and no token in any answer.",
		"Then it gets nothing but an error")
}

func (w *Tester) redeemsTwice() error {
	b, form, err := w.boundForm(codeBinding{proof: true, pushed: true})
	if err != nil {
		return world.UnlessDenied(err)
	}
	a := world.Ask{
		Title: "redeeming a code", Endpoint: world.TokenEndpoint, Client: b.client, Form: form, Key: b.key,
	}
	if err := w.Demand(a); err != nil {
		return err
	}
	w.NoteControl()
	a.Title = "redeeming the same code once more"
	return w.Try(a)
}

func (w *Tester) usesRequestTwice() error {
	b, err := w.bindable(codeBinding{proof: true, pushed: true})
	if err != nil {
		return err
	}
	form, _ := w.AuthorizationForm(b.client)
	front, err := w.Push(b.client, form, b.key)
	if err != nil {
		return err
	}
	if _, err := w.Visit(b.client, front); err != nil {
		return world.UnlessDenied(err)
	}
	known := &w.authorization
	_, err = w.VisitAlone(b.client, front)
	if errors.As(err, &known.denied) {
		err = nil
	}
	known.answered = err == nil
	return err
}

func (w *Tester) pushesFor(responseType string) error {
	b, err := w.bindable(codeBinding{proof: true, pushed: true})
	if err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	form, _ := w.AuthorizationForm(b.client)
	form.Set("response_type", responseType)
	form.Set("nonce", dpop.NewID()) // which an ID token from there needs (OpenID Connect Core §3.2.2.1)
	e, err := w.SendAsk(world.Ask{
		Title: "a pushed request for " + responseType, Endpoint: world.PAREndpoint, Client: b.client, Form: form, Key: b.key,
	})
	if err != nil {
		return err
	}
	known := &w.authorization
	switch answer, code := world.PAREndpoint.Classify(e); answer {
	case world.Refused:
		known.answered, known.denied = true, &world.Denied{Code: code}
		return nil
	case world.Accepted:
	default:
		return world.Inconclusivef("the pushed request was neither taken nor refused: %s",
			world.PAREndpoint.Describe(e, nil))
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil {
		return world.Inconclusivef("the answer to the pushed request: %v", err)
	}
	uri, err := body.Text("request_uri")
	if err != nil {
		return world.Inconclusivef("the answer to the pushed request: %v", err)
	}
	front := url.Values{"client_id": {b.client.ID}, "request_uri": {uri}}
	return w.followFront(metadata.Authorization+"?"+front.Encode(), b.client.RedirectURI)
}

// getsError looks for what an authorization endpoint may give: in query and fragment
// (OAuth 2.0 Multiple Response Types).
func (w *Tester) getsError() error {
	known := w.authorization
	if !known.answered {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	if known.denied != nil {
		return w.Expect(known.denied.Status < 500, "a refusal", known.denied.Error())
	}
	if known.redirect == nil {
		return w.Expect(false, "a refusal", "a page with an access_token")
	}
	fragment, _ := url.ParseQuery(known.redirect.Fragment) // what cannot be read gives nothing
	for _, values := range []url.Values{known.redirect.Query(), fragment} {
		for _, name := range []string{"code", "access_token", "id_token"} {
			if values.Has(name) {
				return w.Expect(false, "a refusal", "an answer with "+name)
			}
		}
	}
	return w.Expect(true, "a refusal", "neither code nor token")
}
