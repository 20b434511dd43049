package world

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
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
	maps.Copy(form, client.Ways.Parameters)
	if client.RedirectURI == "" { // the server may know one by itself (RFC 6749 §3.1.2.3)
		form.Del("redirect_uri")
	}
	w.state = form.Get("state")
	w.verifiers[form.Get("code_challenge")] = verifier
	return form, verifier
}

// Authorize lets the person log in and returns the code with its verifier.
// extra replaces or adds parameters; a nil value takes one out. key is that by which the
// code will be redeemed; nil: the client's.
func (w *World) Authorize(
	client target.RegisteredClient, extra url.Values, key *dpop.Key,
) (code, verifier string, err error) {
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
	if form, err = w.pushed(metadata, client, form, key); err != nil {
		return "", "", err
	}
	code, err = w.Visit(client, form)
	return code, verifier, err
}

// Visit sends the person to the authorization endpoint and returns the code.
func (w *World) Visit(client target.RegisteredClient, form url.Values) (string, error) {
	address, err := w.frontAddress(form)
	if err != nil {
		return "", err
	}
	return codeIn(w.logIn(client, address, form))
}

// VisitAlone is Visit for a request that ought to be refused. No person is asked: the
// page that says so would be for the person's eyes only.
func (w *World) VisitAlone(client target.RegisteredClient, form url.Values) (string, error) {
	address, err := w.frontAddress(form)
	if err != nil {
		return "", err
	}
	back, err := w.Follow(client, address)
	if err != nil {
		return "", err
	}
	return codeIn(back.Query(), nil)
}

// frontAddress is where an authorization request goes.
func (w *World) frontAddress(form url.Values) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	return metadata.Authorization + "?" + form.Encode(), nil
}

// codeIn is the code of an answer, unless that is an error.
func codeIn(back url.Values, err error) (string, error) {
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
	Status            int    // of an answer that was no redirect, else 0
	Page              []byte // that answer, if there is a token in it
	AfterLogin        bool   // that answer came to what was typed into a login page
}

// Error implements error.
func (d *Denied) Error() string {
	if d.AfterLogin {
		return "the login ended in a page with " + d.Code
	}
	return "the authorization request was refused: " + d.Code
}

// UnlessDenied turns a refusal where none was provoked into an inconclusive
// case: without a code there is nothing to test.
func UnlessDenied(err error) error {
	var denied *Denied
	if errors.As(err, &denied) {
		return because(denied, Inconclusivef("no code to test with: %s", denied))
	}
	return err
}

// deniedBy is a refusal by an answer that is no redirect.
func deniedBy(status int, page []byte) *Denied {
	code := fmt.Sprintf("status %d", status)
	if status == 0 {
		code = "no redirect"
	}
	return &Denied{Code: code, Status: status, Page: page}
}
