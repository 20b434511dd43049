package world

import (
	"bytes"
	"cmp"
	"errors"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/login"
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
	form, err := w.GrantForm(client, grant, key)
	if err != nil {
		return err
	}
	return w.Try(Ask{Title: "login", Endpoint: TokenEndpoint, Client: client, Form: form, Key: key})
}

// loginKey is the key of the configuration that says how the person logs in.
const loginKey = ClientsKey + ", login"

// loginWays are the ways to a code where a server shows a page, as messages name them.
const loginWays = "give a way to log in without a person, login: {form: {username: …, password: …}}, {command: […]}, " +
	"{browser: headless} or {cookies: …}; or login: browser"

// logIn answers an authorization request that ought to be granted.
func (w *World) logIn(client target.RegisteredClient, address string, form url.Values) (url.Values, error) {
	if client.ByPerson() {
		return w.logInByBrowser(client, address, form)
	}
	if status := w.Session.PageShown(client.ID); status != 0 && !client.Ways.Any() {
		return nil, withoutWay(status)
	}
	redirect, err := w.redirect(client, address, false)
	var failed *login.Failure
	var broken *login.Broken
	var page *login.Answered
	if errors.As(err, &page) && client.Ways.Any() && page.Status < 400 && !form.Has("request_uri") {
		redirect, err = w.redirect(client, address, false) // once, it may come from something on the way
	}
	switch {
	case err == nil:
		w.Session.LoggedIn(client.ID)
		back, err := url.Parse(redirect)
		if err != nil {
			return nil, err
		}
		return answerTo(form, back)
	case errors.As(err, &page) && page.Status >= 400:
		denied := deniedBy(page.Status, nil)
		denied.AfterLogin = page.Typed
		if page.Status >= 500 {
			return nil, cmp.Or(w.Session.LoginBroke(client, page), error(denied))
		}
		return nil, denied
	case errors.As(err, &broken) && w.Context.Err() == nil && !errors.Is(err, target.ErrBudget):
		return nil, cmp.Or(w.Session.LoginBroke(client, broken), err)
	case !client.Ways.Any():
		if errors.As(err, &page) {
			w.Session.ShowedPage(client.ID, page.Status)
		}
		return nil, leadsNowhere(err)
	case errors.As(err, &page):
		failed = page.Stuck()
	case !errors.As(err, &failed):
		return nil, err
	}
	if client.Login == target.LoginBrowser {
		return w.logInByBrowser(client, address, form)
	}
	return nil, w.Session.BlockLogin(client, failed)
}

// answerTo is what a redirect brings in answer to the request of a form.
func answerTo(form url.Values, back *url.URL) (url.Values, error) {
	answer := back.Query()
	switch {
	case form.Has("state") && answer.Has("state") && answer.Get("state") != form.Get("state"):
		return nil, Inconclusivef("no code to test with: the redirect answers another authorization request, " +
			"for its state is another one")
	case !answer.Has("code") && !answer.Has("error"):
		code := "a redirect with neither code nor error"
		if back.Fragment != "" {
			code += " in its query, but with a fragment"
		}
		return nil, &Denied{Code: code}
	}
	return answer, nil
}

// withoutWay says that a server shows a page, and nobody can deal with it.
func withoutWay(status int) error {
	return Lackingf(loginKey, "the authorization server does not consent by itself (status %d); "+loginWays, status)
}

// leadsNowhere tells why a server gives no code where redirects alone are followed.
func leadsNowhere(err error) error {
	var page *login.Answered
	var failed *login.Failure
	switch {
	case errors.As(err, &page):
		return withoutWay(page.Status)
	case errors.As(err, &failed):
		return Lackingf(loginKey, "the authorization request leads to no code: %s; %s", failed, failed.Remedy)
	}
	return err
}

// Follow follows an authorization request that may be refused to the redirect that
// answers it, by the session of the client's person if there is one. The error is a
// *Denied if the answer is a page of an error. It can only be told from a page that
// wants something of a person where that person is known to be let in.
func (w *World) Follow(client target.RegisteredClient, address string) (*url.URL, error) {
	redirect, err := w.redirect(client, address, true)
	var failed *login.Failure
	var page *login.Answered
	switch {
	case err == nil:
		return url.Parse(redirect)
	case errors.As(err, &page) && page.Status >= 400:
		return nil, deniedBy(page.Status, nil)
	case errors.As(err, &page) && bytes.Contains(page.Page, []byte("access_token")):
		return nil, deniedBy(page.Status, page.Page)
	case !client.Ways.Any():
		return nil, leadsNowhere(err)
	case errors.As(err, &page) && page.Scripts:
		return nil, Inconclusivef("the answer to the authorization request is a page with status %d that needs "+
			"scripts: whether that refuses it cannot be told", page.Status)
	case errors.As(err, &page) && w.Session.HasLoggedIn(client.ID):
		return nil, deniedBy(page.Status, nil)
	case errors.As(err, &page):
		return nil, Inconclusivef("the answer to the authorization request is a page with status %d, and nobody has "+
			"logged in for this client yet", page.Status)
	case errors.As(err, &failed):
		return nil, Inconclusivef("the authorization request led to a login that fails: %s", failed)
	}
	return nil, err
}

// redirect follows an authorization request to the redirect that answers it. A doubtful
// one may well be refused.
func (w *World) redirect(client target.RegisteredClient, address string, doubtful bool) (string, error) {
	return w.Session.LoginWay(client).Authorize(w.Context, login.Request{
		Address: address, RedirectURI: client.RedirectURI, Hosts: w.loginHosts(client, address),
		Patience: client.Ways.Patience(), Send: w.sendLogin,
		Doubtful: doubtful,
	})
}

// loginHosts are where a login may send something. Where nothing is typed and no cookie
// of the configuration goes along, that is wherever the authorization endpoint is, as
// for any request.
func (w *World) loginHosts(client target.RegisteredClient, address string) login.Hosts {
	hosts := w.Session.LoginHosts(client)
	if w.EmbeddedAS() || !client.Ways.Any() {
		hosts = append(hosts, login.HostsOf(address)...)
	}
	return hosts
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
