package world

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

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
		return Lackingf("authorization_server.device_approval", "nobody approves devices here; "+
			"name a URL that does, with {user_code} in it, as authorization_server.device_approval")
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
