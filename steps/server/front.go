package server

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// frontSteps are about tokens that come from the authorization endpoint, through the
// browser (RFC 6749 §4.2): no proof can come with a request there.
func frontSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the client asks the authorization endpoint for "([a-z_ ]+)"$`, (*Tester).asksInFront,
		"Sends an authorization request with that response_type (OAuth 2.0 Multiple Response Type Encoding Practices).",
		`When the client asks the authorization endpoint for "code token"`)
	g.When(`^the client pushes a request for "([a-z_ ]+)" and follows it$`, (*Tester).pushesAndFollows,
		"Pushes an authorization request with that response_type and a proof, and takes it to the authorization "+
			"endpoint unless it is refused at once.",
		`When the client pushes a request for "code id_token" and follows it`)
}

// pushesAndFollows takes a refusal at either endpoint.
func (w *Tester) pushesAndFollows(responseType string) error {
	client, err := w.PushingClient()
	if err == nil && !client.Has(mockas.GrantCode) { // it would be refused for that
		client, err = w.ClientWith(mockas.GrantCode)
	}
	if err != nil {
		return err
	}
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	form, _ := w.AuthorizationForm(client)
	form.Set("response_type", responseType)
	form.Set("nonce", dpop.NewID())
	a := world.Ask{
		Title: "a pushed request for " + responseType, Endpoint: world.PAREndpoint, Client: client, Form: form, Key: key,
	}
	e, err := w.SendAsk(a)
	if err != nil {
		return err
	}
	if answer, _ := world.PAREndpoint.Classify(e); answer == world.Refused {
		w.authorization.answered = true
		w.authorization.denied = &world.Denied{Code: world.PAREndpoint.ErrorCode(e), Status: e.Status}
		return nil
	}
	front, err := world.FrontOf(client, e)
	if err != nil {
		return err
	}
	return w.followFront(metadata.Authorization+"?"+front.Encode(), client)
}

// getsError looks for anything that an authorization endpoint gives but an error.
func (w *Tester) getsError() error {
	known := w.authorization
	if !known.answered {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	if known.denied != nil {
		return w.Expect(known.denied.Status < 500, "a refusal", known.denied.Error())
	}
	if known.redirect == nil {
		return w.Expect(false, "an error", "a page with an access_token")
	}
	query := known.redirect.Query()
	fragment, _ := url.ParseQuery(known.redirect.Fragment) // what cannot be read is nothing
	for _, values := range []url.Values{query, fragment} {
		for _, name := range []string{"code", "access_token", "id_token"} {
			if values.Has(name) {
				return w.Expect(false, "an error", "an answer with "+name)
			}
		}
	}
	return w.Expect(query.Has("error") || fragment.Has("error"), "an error", "none")
}

func (w *Tester) asksInFront(responseType string) error {
	client, chosen := w.ChosenClient()
	if !chosen {
		return errors.New(`no client was chosen; put "Given a client that is registered for bound tokens" first`)
	}
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if metadata.Authorization == "" || client.RedirectURI == "" || !client.Has(mockas.GrantCode) {
		return world.Lackingf(world.ClientsKey, "the server has no authorization endpoint, or the client %s no redirect_uri",
			client.ID)
	}
	form, _ := w.AuthorizationForm(client)
	form.Set("response_type", responseType)
	form.Set("nonce", dpop.NewID()) // which an ID token from here needs (OpenID Connect Core §3.2.2.1)
	return w.followFront(metadata.Authorization+"?"+form.Encode(), client)
}

// followFront follows redirects within the server, to the page or the redirect that
// answers the request.
func (w *Tester) followFront(address string, client target.RegisteredClient) error {
	known := &w.authorization
	back, err := w.Follow(client, address)
	var denied *world.Denied
	if err != nil && !errors.As(err, &denied) {
		return err
	}
	known.answered, known.redirect = true, back
	if denied != nil && denied.Page == nil {
		known.denied = denied
	}
	return nil
}

// getsNoFrontToken looks for an access token wherever the authorization endpoint may
// put one: query, fragment or form (OAuth 2.0 Multiple Response Types; Form Post).
func (w *Tester) getsNoFrontToken() error {
	known := w.authorization
	if !known.answered {
		return errors.New("no authorization request was made; put a When step before this one")
	}
	if known.denied != nil {
		return w.Expect(known.denied.Status < 500, "a refusal", known.denied.Error())
	}
	if known.redirect == nil {
		return w.Expect(false, "no access token", "a page with an access_token")
	}
	query := known.redirect.Query()
	fragment, _ := url.ParseQuery(known.redirect.Fragment) // what cannot be read is no token
	for _, values := range []url.Values{query, fragment} {
		if values.Has("access_token") {
			return w.Expect(false, "no access token", fmt.Sprintf("an access token of the type %q", values.Get("token_type")))
		}
	}
	return w.Expect(true, "no access token", "none: "+query.Get("error")+fragment.Get("error"))
}
