package world

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// deviceCode starts a device grant and lets the person approve it (RFC 8628
// §3.1, §3.3). isApproved tells by a code whether the server needs nobody for that.
func (w *World) deviceCode(
	client target.RegisteredClient, isApproved func(code string) (string, error),
) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	code, user, err := w.startDevice(metadata, client)
	if err != nil || w.EmbeddedAS() {
		return code, err // the embedded server needs nobody to approve
	}
	if page := w.Session.AuthorizationServer.DeviceApproval; page != "" {
		return code, w.approveDevice(page, metadata.Issuer, user)
	}
	needless, err := w.Session.FindOut("does the server approve devices by itself?", func() (string, error) {
		return isApproved(code)
	})
	if err != nil {
		return "", err
	}
	if needless == "" {
		return "", Lackingf("authorization_server.device_approval", "nobody approves devices here; "+
			"name a URL that does, with {user_code} in it, as authorization_server.device_approval")
	}
	code, _, err = w.startDevice(metadata, client)
	return code, err
}

// startDevice sends a device authorization request.
func (w *World) startDevice(metadata target.Metadata, client target.RegisteredClient) (code, user string, err error) {
	if metadata.Device == "" {
		return "", "", NotApplicablef("the authorization server has no device authorization endpoint")
	}
	form := url.Values{}
	w.AddResource(form, client)
	e, err := w.Send("device authorization request", FormRequest(metadata.For(client).Device, form, client))
	if err != nil {
		return "", "", err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil || !body.Has("device_code") {
		return "", "", Inconclusivef("no device code to test with: status %d", e.Status)
	}
	code, _ = body.Text("device_code")
	user, _ = body.Text("user_code")
	return code, user, nil
}

// approveDevice is the person who types the user code, as the configuration says.
func (w *World) approveDevice(page, issuer, userCode string) error {
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
