package world

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// logIn lets the person log in and redeems the code.
func (w *World) logIn(key *dpop.Key) error { return w.LogInBy(mockas.GrantCode, key) }

func (w *World) LogInBy(grant string, key *dpop.Key) error {
	client, err := w.ClientWith(grant)
	if err != nil {
		return err
	}
	w.Chosen = &client
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return err
	}
	known := &w.LastLogin
	return w.Try(Ask{Title: "login", Place: TokenEndpoint, Client: client, Form: form, Key: key, after: func(e *wire.Exchange) {
		known.Proof, _ = e.Fields.One("DPoP")
	}})
}

func RefreshForm(token string) url.Values {
	return url.Values{"grant_type": {mockas.GrantRefresh}, "refresh_token": {token}}
}

// freshRefreshToken logs in anew, so that no refresh token is used twice.
func (w *World) freshRefreshToken() (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	client, grant := w.Chosen, w.Grant
	defer func() { w.Chosen, w.Grant = client, grant }()
	w.Granted = nil
	if err := w.logIn(key); err != nil {
		return "", err
	}
	if answer, _ := TokenEndpoint.Classify(w.Latest().Exchange); answer != Accepted {
		return "", Inconclusivef("the login failed: %s", TokenEndpoint.Describe(w.Latest().Exchange, nil))
	}
	if w.Granted.RefreshToken == "" {
		return "", NotApplicablef("the client gets no refresh token")
	}
	return w.Granted.RefreshToken, nil
}

// deviceCode starts a device grant and lets the person approve it (RFC 8628
// §3.1, §3.3).
func (w *World) deviceCode(client target.RegisteredClient) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if metadata.Device == "" {
		return "", NotApplicablef("the authorization server has no device authorization endpoint")
	}
	form := url.Values{}
	w.AddResource(form, client)
	e, err := w.Send("device authorization request", FormRequest(metadata.Device, form, client))
	if err != nil {
		return "", err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil || !body.Has("device_code") {
		return "", Inconclusivef("no device code to test with: status %d", e.Status)
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
		return NotApplicablef("nobody approves devices here; name a URL that does, with {user_code} in it, as authorization_server.device_approval")
	}
	page = strings.ReplaceAll(page, "{user_code}", url.QueryEscape(userCode))
	if strings.HasPrefix(page, "/") {
		page = OriginOf(issuer) + page
	}
	e, err := w.Send("approval of the device", wire.Request{Method: "GET", URL: page})
	if err == nil && e.Status >= 400 {
		err = Inconclusivef("the device was not approved: status %d", e.Status)
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
	w.AddResource(form, client)
	e, err := w.SendAsk(Ask{Title: "token request for a subject_token", Place: TokenEndpoint, Client: client, Form: form, Key: key})
	if err != nil {
		return "", err
	}
	grant, err := ReadGrant(client, e)
	if err != nil {
		return "", Inconclusivef("no subject_token to test with: %s", TokenEndpoint.Describe(e, nil))
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

// TokenAsk is a token request that succeeds as it stands, with a proof by the
// client's key.
func (w *World) TokenAsk(title string) (Ask, error) {
	key, err := w.Key("client")
	if err != nil {
		return Ask{}, err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return Ask{}, err
	}
	form, err := w.GrantForm(client, grant)
	return Ask{Title: title, Place: TokenEndpoint, Client: client, Form: form, Key: key}, err
}
