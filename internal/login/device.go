package login

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Device is a device that a test person is to approve (RFC 8628 §3.3).
type Device struct {
	Address  string // of the verification page, with the user code in it if the server has such
	UserCode string
	Hosts    Hosts         // that anything may be sent to
	Patience time.Duration // 0: no limit
	Send     func(ctx context.Context, title string, r wire.Request) (*wire.Exchange, error)
}

// Approver is a Way whose person can approve devices, in the session of the logins.
type Approver interface {
	// Approve types the user code where the page wants it, logs in where that is asked
	// for, and agrees, until there is nothing more to be done. Whether the server took
	// that for an approval its token endpoint tells. Errors are those of [Way].
	Approve(ctx context.Context, d Device) error
}

// Approve implements Approver.
func (f *forms) Approve(ctx context.Context, d Device) error {
	return f.session.approve(ctx, d, &walk{form: f.form.withCode(d.UserCode)})
}

// Approve implements Approver: the cookies of a login let pages through that only want
// the code and a yes.
func (c *cookies) Approve(ctx context.Context, d Device) error {
	c.begin(Request{Address: d.Address, Hosts: d.Hosts})
	return c.session.approve(ctx, d, &walk{form: (*Form)(nil).withCode(d.UserCode), cookies: true, cookiesTo: c.named})
}

// Approve implements Approver: as for codes, a way that cannot is followed by the next.
func (s *Several) Approve(ctx context.Context, d Device) (err error) {
	err = NoApprover
	at, _ := s.current()
	for _, way := range s.ways[at:] {
		approver, can := way.(Approver)
		if !can {
			continue
		}
		err = approver.Approve(ctx, d)
		var failed *Failure
		var page *Answered
		switch {
		case errors.As(err, &failed) && !failed.Final, errors.As(err, &page) && page.Status < 400:
		default:
			return err
		}
	}
	return err
}

// NoApprover is the failure of a login whose person cannot approve devices.
var NoApprover = &Failure{
	What: "the login of the client can approve no device", Key: "form",
	Remedy: "log in by form, browser: headless or cookies, or approve devices by a request or a program",
}

// codeFields are names of the field for a user code, as servers have them.
var codeFields = []string{
	"user_code", "userCode", "usercode", "user-code", "device_user_code", "deviceUserCode", "code", "otc", "userCodeInput",
}

// withCode is the form with the user code of a device.
func (k *Form) withCode(userCode string) *Form {
	with := Form{}
	if k != nil {
		with = *k
	}
	with.Fields = maps.Clone(with.Fields)
	if with.Fields == nil {
		with.Fields = map[string]string{}
	}
	for _, name := range codeFields {
		if _, given := with.Fields[name]; !given {
			with.Fields[name] = userCode
		}
	}
	return &with
}

// approve goes to the verification page and on. There is no redirect that ends it, but
// a page on which nothing is left to be done.
func (s *session) approve(ctx context.Context, d Device, w *walk) error {
	w.Request = Request{Address: d.Address, Hosts: d.Hosts, Patience: d.Patience, Send: d.Send}
	_, err := s.walk(ctx, w)
	var page *Answered
	if errors.As(err, &page) && page.Status < 400 && w.pages > 0 {
		return nil
	}
	return err
}
