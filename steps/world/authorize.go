package world

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// AuthorizationForm makes the parameters of an authorization request with PKCE
// (RFC 6749 §4.1.1, RFC 7636 §4.3), and the code verifier.
func (w *World) AuthorizationForm(client target.RegisteredClient) (url.Values, string) {
	verifier := dpop.NewID() + dpop.NewID()
	challenge := sha256.Sum256([]byte(verifier))
	form := url.Values{
		"response_type":         {"code"},
		"client_id":             {client.ID},
		"redirect_uri":          {client.RedirectURI},
		"scope":                 {"openid"},
		"state":                 {dpop.NewID()},
		"code_challenge":        {dpop.EncodeSegment(challenge[:])},
		"code_challenge_method": {"S256"},
	}
	if client.Scope != "" {
		form.Set("scope", client.Scope)
	}
	if client.RedirectURI == "" { // the server may know one by itself (RFC 6749 §3.1.2.3)
		form.Del("redirect_uri")
	}
	w.state = form.Get("state")
	w.verifiers[form.Get("code_challenge")] = verifier
	return form, verifier
}

// Authorize lets the person log in and returns the code with its verifier.
// extra replaces or adds parameters; a nil value takes one out.
func (w *World) Authorize(client target.RegisteredClient, extra url.Values) (code, verifier string, err error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", "", err
	}
	if metadata.Authorization == "" || client.RedirectURI == "" {
		return "", "", Lackingf(ClientsKey, "the authorization code flow needs an authorization endpoint "+
			"and a client with redirect_uri")
	}
	form, verifier := w.AuthorizationForm(client)
	for name, values := range extra {
		if values == nil {
			form.Del(name)
			continue
		}
		form[name] = values
	}
	if MustPush(metadata) {
		if form, err = w.pushed(client, form); err != nil {
			return "", "", err
		}
	}
	code, err = w.Visit(client, form)
	return code, verifier, err
}

// Visit sends the person to the authorization endpoint and returns the code.
func (w *World) Visit(client target.RegisteredClient, form url.Values) (string, error) {
	if client.Login == target.LoginBrowser {
		return w.visitWith(form, func(address string) (url.Values, error) {
			return w.logInByBrowser(client, address, form)
		})
	}
	return w.VisitAlone(client, form)
}

// VisitAlone is Visit without a browser, for a request that ought to be refused:
// the page that says so would be for the person's eyes only.
func (w *World) VisitAlone(client target.RegisteredClient, form url.Values) (string, error) {
	return w.visitWith(form, func(address string) (url.Values, error) {
		return w.followLogin(address, client.RedirectURI)
	})
}

func (w *World) visitWith(form url.Values, logIn func(address string) (url.Values, error)) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	back, err := logIn(metadata.Authorization + "?" + form.Encode())
	if err != nil {
		return "", err
	}
	if problem := back.Get("error"); problem != "" {
		return "", &Denied{Code: problem, Description: back.Get("error_description")}
	}
	return back.Get("code"), nil
}

// Denied is an authorization request that the server refused (RFC 6749 §4.1.2.1).
type Denied struct {
	Code, Description string
	Status            int // of an answer that was no redirect, else 0
}

// Error implements error.
func (d *Denied) Error() string { return "the authorization request was refused: " + d.Code }

// UnlessDenied turns a refusal where none was provoked into an inconclusive
// case: without a code there is nothing to test.
func UnlessDenied(err error) error {
	var denied *Denied
	if errors.As(err, &denied) {
		return Inconclusivef("no code to test with: %s", denied)
	}
	return err
}

// loginKey is the key of the configuration that says how the person logs in.
const loginKey = ClientsKey + ", login"

// followLogin follows redirects within the authorization server until one
// leads to the redirect URI, and returns its parameters.
func (w *World) followLogin(address, redirect string) (url.Values, error) {
	for range 10 {
		e, err := w.Send("authorization request", wire.Request{Method: "GET", URL: address})
		if err != nil {
			return nil, err
		}
		location, _ := e.Answer.One("Location")
		if e.Status >= 400 {
			return nil, &Denied{Code: fmt.Sprintf("status %d", e.Status), Status: e.Status}
		}
		if e.Status/100 != 3 || location == "" {
			return nil, Lackingf(loginKey, "the authorization server does not consent by itself (status %d); "+
				"let it log in a test person without a page", e.Status)
		}
		base, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		next, err := base.Parse(location)
		if err != nil {
			return nil, fmt.Errorf("a redirect to %q: %w", location, err)
		}
		if strings.HasPrefix(next.String(), redirect) {
			return next.Query(), nil
		}
		if next.Host != base.Host {
			return nil, Lackingf(loginKey,
				"the authorization server redirects to another host, %s; it is not followed", next.Host)
		}
		address = next.String()
	}
	return nil, NotApplicablef("the authorization server redirects in a loop")
}
