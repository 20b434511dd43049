package target

import (
	"context"
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/internal/approval"
	"github.com/dpopspec/dpopspec/reports"
)

// approver makes sure that whoever approves devices can log in.
func (as *RealAuthorizationServer) approver() error {
	if as.DeviceApproval == nil || as.DeviceApproval.Login == "" {
		return nil
	}
	client, found := as.ClientByID(as.DeviceApproval.Login)
	switch ways := client.Ways; {
	case !found:
		return fmt.Errorf("login: there is no client %q", as.DeviceApproval.Login)
	case ways.Form == nil && ways.Browser == nil && ways.Cookies == "":
		return fmt.Errorf("login: the client %s has no login by form, browser: headless or cookies, which approves devices",
			client.ID)
	}
	return nil
}

// ClientByID finds a client of the configuration.
func (as *RealAuthorizationServer) ClientByID(id string) (RegisteredClient, bool) {
	i := slices.IndexFunc(as.Clients, func(c RegisteredClient) bool { return c.ID == id })
	if i < 0 {
		return RegisteredClient{}, false
	}
	return as.Clients[i], true
}

// DeviceApproved notes that a device was approved and its code redeemed.
func (s *Session) DeviceApproved() { s.approvals.work() }

// ApproveByProgram lets the program of the configuration approve a device.
func (s *Session) ApproveByProgram(ctx context.Context, d approval.Device) error {
	return s.AuthorizationServer.DeviceApproval.Program.Approve(ctx, d)
}

// BlockDevices keeps that devices cannot be approved, and ends every case that needs
// one: said once, and not tried again. It returns nil if the approval has worked
// before: then this one alone has failed.
func (s *Session) BlockDevices(what, answer, remedy string) error {
	if s.approvals.haveWorked() {
		return nil
	}
	p := reports.Problem{
		Name: "approval of devices", What: "devices are not approved: " + what, Answer: answer,
		Key: "authorization_server.device_approval", Remedy: remedy,
	}
	var rests []Dependent
	for _, client := range s.AuthorizationServer.Clients {
		rests = append(rests, Dependent{Client: client.ID, Grant: "urn:ietf:params:oauth:grant-type:device_code"})
	}
	s.Block(p, rests...)
	return &Blocked{p}
}
