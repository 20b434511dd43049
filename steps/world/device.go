package world

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/approval"
	"github.com/dpopspec/dpopspec/internal/login"
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
	code, device, err := w.startDevice(metadata, client)
	if err != nil || w.EmbeddedAS() {
		return code, err // the embedded server needs nobody to approve
	}
	if approves := w.Session.AuthorizationServer.DeviceApproval; approves != nil {
		return code, w.approveDevice(*approves, metadata.Issuer, device)
	}
	if _, can := w.Session.LoginWay(client).(login.Approver); can {
		return code, w.approveByLogin(client, device)
	}
	needless, err := w.Session.FindOut("does the server approve devices by itself?", func() (string, error) {
		return isApproved(code)
	})
	if err != nil {
		return "", err
	}
	if needless == "" {
		return "", Lackingf("authorization_server.device_approval", "nobody approves devices here; "+
			"say who does with authorization_server.device_approval: a URL with {user_code} in it, "+
			"{url: …, form: {…}}, {command: […]} or {login: CLIENT}")
	}
	code, _, err = w.startDevice(metadata, client)
	return code, err
}

// startDevice sends a device authorization request.
func (w *World) startDevice(
	metadata target.Metadata, client target.RegisteredClient,
) (code string, shown approval.Device, err error) {
	if metadata.Device == "" {
		return "", shown, NotApplicablef("the authorization server has no device authorization endpoint")
	}
	form := url.Values{}
	w.AddResource(form, client)
	e, err := w.Send("device authorization request", FormRequest(metadata.For(client).Device, form, client))
	if err != nil {
		return "", shown, err
	}
	body, err := dpop.ParseObject(e.Reply)
	if err != nil || !body.Has("device_code") {
		return "", shown, Inconclusivef("no device code to test with: status %d", e.Status)
	}
	code, _ = body.Text("device_code")
	shown.UserCode, _ = body.Text("user_code")
	shown.VerificationURI, _ = body.Text("verification_uri")
	shown.Complete, _ = body.Text("verification_uri_complete")
	return code, shown, nil
}

// approveDevice is the person who types the user code, as the configuration says.
func (w *World) approveDevice(by target.DeviceApproval, issuer string, device approval.Device) error {
	switch {
	case by.Program != nil:
		if err := w.Session.ApproveByProgram(w.Context, device); err != nil {
			return w.unapproved(err.Error(), "run it by itself with "+approval.UserCodeVariable+" and "+
				approval.VerificationVariable+" in its environment: it must end with exit code 0")
		}
		return nil
	case by.Request != nil:
		return w.requestApproval(*by.Request, issuer, device)
	}
	client, _ := w.Session.AuthorizationServer.ClientByID(by.Login)
	return w.approveByLogin(client, device)
}

// approveByLogin lets the test person of a client approve a device at the verification
// page, in the session of the logins.
func (w *World) approveByLogin(client target.RegisteredClient, device approval.Device) error {
	approver, can := w.Session.LoginWay(client).(login.Approver)
	if !can {
		return w.unapproved(login.NoApprover.What, login.NoApprover.Remedy)
	}
	err := approver.Approve(w.Context, login.Device{
		Address: device.Address(), UserCode: device.UserCode, Hosts: w.Session.LoginHosts(client),
		Patience: client.Ways.Patience(), Send: w.sendLogin,
	})
	var failed *login.Failure
	var page *login.Answered
	switch {
	case errors.As(err, &failed):
		return w.unapproved(failed.Error(), failed.Remedy)
	case errors.As(err, &page):
		return w.unapproved("the verification page ends in "+page.Error(),
			"see in a browser what the page wants; device_approval can be a request or a program too")
	}
	return err
}

// requestApproval approves a device by a request.
func (w *World) requestApproval(by approval.Request, issuer string, device approval.Device) error {
	r, err := by.For(device, OriginOf(issuer))
	if err != nil {
		return err
	}
	e, err := w.Send("approval of the device", r)
	switch {
	case err != nil:
		return err
	case e.Status >= 500 || e.Status == 429:
		return Inconclusivef("the device was not approved: status %d", e.Status)
	case e.Status >= 400:
		return w.unapproved(fmt.Sprintf("the request that approves them is answered with status %d", e.Status),
			"send the request by hand and see what the server wants: method, form, json and headers can be given")
	}
	return nil
}

// unapproved ends the case; the first time, all that need a device.
func (w *World) unapproved(what, remedy string) error {
	if err := w.Session.BlockDevices(what, what, remedy); err != nil {
		return err
	}
	return Inconclusivef("the device was not approved: %s", what)
}
