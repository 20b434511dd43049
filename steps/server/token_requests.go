package server

import (
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func tokenRequestsSteps(v *vocabulary.Vocabulary) {
	v.Word("request-form", "What is unusual about a token request whose proof is honest.", requestForms.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the client asks for a token {proof}$`, (*Tester).asksForToken,
		"Sends a token request for the scenario's grant, with a new code, refresh token or device code each time.",
		"When the client asks for a token with a proof by its key")
	g.When(`^the client asks for a token {request-form}$`, (*Tester).asksUnusually,
		"Sends a token request with an honest proof that is unusual in its method or in its parameters.",
		"When the client asks for a token by GET")
}

func (w *Tester) asksForToken(proof string) error {
	key, err := w.ProofKey(proof)
	if err != nil {
		return err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return err
	}
	if client.Public() && client.Refreshes() {
		its, err := w.Key("client")
		if err != nil {
			return err
		}
		if key != its {
			return world.Lackingf(world.ClientsKey, "the refresh token of the public client %s is good with its key alone "+
				"(RFC 9449 §5); this needs another grant", client.ID)
		}
	}
	form, err := w.GrantForm(client, grant, key)
	if err != nil {
		return err
	}
	return w.Try(world.Ask{
		Title: "token request " + proof, Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key,
	})
}

// requestForms make token requests with a proof by the client's key.
var requestForms = vocabulary.Meanings[func(*Tester) (world.Ask, error)]{
	"by GET":                (*Tester).askByGET,
	"with grant_type twice": func(w *Tester) (world.Ask, error) { return w.askWith("&grant_type=another") },
	// A proof does not cover the body (RFC 9449 §11.7).
	"with a parameter that was added after the proof": func(w *Tester) (world.Ask, error) {
		return w.askWith("&added_later=1")
	},
}

func (w *Tester) asksUnusually(form string) error {
	ask, err := requestForms.Of(form)
	if err != nil {
		return err
	}
	a, err := ask(w)
	if err != nil {
		return err
	}
	a.Title = "token request " + form
	return w.Try(a)
}

// askWith is a token request to whose body something is added when all else is
// made.
func (w *Tester) askWith(addition string) (world.Ask, error) {
	a, err := w.TokenAsk("")
	a.Change = func(r *wire.Request) { r.Body = append(slices.Clone(r.Body), addition...) }
	return a, err
}

// askByGET has its parameters in the query and a proof for GET.
func (w *Tester) askByGET() (world.Ask, error) {
	client, err := w.openClient()
	if err != nil {
		return world.Ask{}, err
	}
	form, err := w.formFor(client)
	if err != nil {
		return world.Ask{}, err
	}
	key, err := w.Key("client")
	return world.Ask{Endpoint: world.TokenEndpoint, Client: client, Form: form, Key: key, Change: func(r *wire.Request) {
		r.Method, r.URL, r.Body = "GET", r.URL+"?"+string(r.Body), nil
		r.Fields = slices.DeleteFunc(r.Fields, func(f wire.Field) bool { return f.Name == "Content-Type" })
	}}, err
}

// openClient is a client whose credentials need not go into the parameters.
func (w *Tester) openClient() (target.RegisteredClient, error) {
	client, found := w.FindClient(func(c target.RegisteredClient) bool { return c.Auth == mockas.AuthBasic })
	if !found {
		client, found = w.FindClient(target.RegisteredClient.Public)
	}
	if !found {
		return client, world.Lackingf(world.ClientsKey, "no client can ask by GET "+
			"without writing its secret into a URL; add one with client_secret_basic or none")
	}
	return client, nil
}

// formFor makes the parameters of the cheapest token request of a client.
func (w *Tester) formFor(client target.RegisteredClient) (url.Values, error) {
	grant := mockas.GrantCode
	switch {
	case client.Has(mockas.GrantClientCredentials):
		grant = mockas.GrantClientCredentials
	case client.Refreshes():
		grant = mockas.GrantRefresh
	}
	return w.GrantForm(client, grant, nil)
}
