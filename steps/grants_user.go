package steps

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// lastLogin is what a case knows of the client's login.
type lastLogin struct {
	first string // refresh token
	proof string // of the code exchange
}

// logIn lets the person log in and redeems the code.
func (w *World) logIn(key *dpop.Key) error { return w.logInBy(mockas.GrantCode, key) }

func (w *World) logInBy(grant string, key *dpop.Key) error {
	client, err := w.clientWith(grant)
	if err != nil {
		return err
	}
	w.chosen = &client
	form, err := w.grantForm(client, grant)
	if err != nil {
		return err
	}
	known := of[lastLogin](w)
	return w.try(ask{title: "login", place: tokenEndpoint, client: client, form: form, key: key, after: func(e *wire.Exchange) {
		known.proof, _ = e.Fields.One("DPoP")
	}})
}

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {mockas.GrantRefresh}, "refresh_token": {token}}
}

// freshRefreshToken logs in anew, so that no refresh token is used twice.
func (w *World) freshRefreshToken() (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	client, grant := w.chosen, w.grant
	defer func() { w.chosen, w.grant = client, grant }()
	w.granted = nil
	if err := w.logIn(key); err != nil {
		return "", err
	}
	if answer, _ := tokenEndpoint.Classify(w.Latest().Exchange); answer != Accepted {
		return "", inconclusive("the login failed: %s", tokenEndpoint.describe(w.Latest().Exchange, nil))
	}
	if w.granted.RefreshToken == "" {
		return "", notApplicable("the client gets no refresh token")
	}
	return w.granted.RefreshToken, nil
}

// deviceCode starts a device grant and lets the person approve it (RFC 8628
// §3.1, §3.3).
func (w *World) deviceCode(client target.RegisteredClient) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if metadata.Device == "" {
		return "", notApplicable("the authorization server has no device authorization endpoint")
	}
	form := url.Values{}
	w.addResource(form, client)
	e, err := w.Send("device authorization request", formRequest(metadata.Device, form, client))
	if err != nil {
		return "", err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil || !body.Has("device_code") {
		return "", inconclusive("no device code to test with: status %d", e.Status)
	}
	code, _ := body.Text("device_code")
	user, _ := body.Text("user_code")
	return code, w.approveDevice(metadata.Issuer, user)
}

// approveDevice is the person who types the user code. The embedded server
// needs none; a real one says in its configuration what stands for the person.
func (w *World) approveDevice(issuer, userCode string) error {
	if w.EmbeddedAS() {
		return nil
	}
	page := w.Session.AuthorizationServer.DeviceApproval
	if page == "" {
		return notApplicable("nobody approves devices here; name a URL that does, with {user_code} in it, as authorization_server.device_approval")
	}
	page = strings.ReplaceAll(page, "{user_code}", url.QueryEscape(userCode))
	if strings.HasPrefix(page, "/") {
		page = originOf(issuer) + page
	}
	e, err := w.Send("approval of the device", wire.Request{Method: "GET", URL: page})
	if err == nil && e.Status >= 400 {
		err = inconclusive("the device was not approved: status %d", e.Status)
	}
	return err
}

// subjectToken gets a token to be exchanged, bound to the client's key.
func (w *World) subjectToken(client target.RegisteredClient) (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {mockas.GrantClientCredentials}}
	w.addResource(form, client)
	e, err := w.sendAsk(ask{title: "token request for a subject_token", place: tokenEndpoint, client: client, form: form, key: key})
	if err != nil {
		return "", err
	}
	grant, err := readGrant(client, e)
	if err != nil {
		return "", inconclusive("no subject_token to test with: %s", tokenEndpoint.describe(e, nil))
	}
	return grant.AccessToken, nil
}

// userGrantForm makes the parameters of the grants that need more than the
// client's own credentials.
func (w *World) userGrantForm(form url.Values, client target.RegisteredClient, grant string) (err error) {
	switch grant {
	case mockas.GrantRefresh:
		var token string
		if client.Refreshes() {
			token, err = w.configuredRefreshToken(client)
		} else {
			token, err = w.freshRefreshToken()
		}
		form.Set("refresh_token", token)
	case mockas.GrantDevice:
		var code string
		code, err = w.deviceCode(client)
		form.Set("device_code", code)
	case mockas.GrantTokenExchange:
		var token string
		token, err = w.subjectToken(client)
		form.Set("subject_token", token)
		form.Set("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
	default:
		err = fmt.Errorf("the grant %s is not known here", grant)
	}
	return err
}
