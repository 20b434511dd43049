package world

import (
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/target"
)

// LogInBy gets tokens by a grant in which a person consents: a code or a device
// code. The answer is the latest attempt; a key of nil is no proof.
func (w *World) LogInBy(grant string, key *dpop.Key) error {
	client, err := w.ClientWith(grant)
	if err != nil {
		return err
	}
	w.ChooseClient(client)
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return err
	}
	return w.Try(Ask{Title: "login", Endpoint: TokenEndpoint, Client: client, Form: form, Key: key})
}

// logInByBrowser lets the person log in, in a browser.
func (w *World) logInByBrowser(client target.RegisteredClient, address string, form url.Values) (url.Values, error) {
	state := w.state
	if form.Has("state") {
		state = form.Get("state")
	}
	back, err := w.Session.LogIn(w.Context, client, address, state)
	var absent *target.NobodyLoggedIn
	if errors.As(err, &absent) {
		return nil, Inconclusivef("no code to test with: %v", absent)
	}
	return back, err
}
