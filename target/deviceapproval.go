package target

import (
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/approval"
)

// DeviceApproval says who approves devices in the place of a person (RFC 8628 §3.3):
// one of its fields.
type DeviceApproval struct {
	Request *approval.Request
	Program *approval.Program
	Login   string // the test person of the client with this id
}

// names is an address that a request of approval goes to, outside the issuer; empty:
// there is none.
func (d *DeviceApproval) names() string {
	if d == nil || d.Request == nil || !strings.Contains(d.Request.URL, "://") {
		return ""
	}
	return strings.NewReplacer("{", "", "}", "").Replace(d.Request.URL)
}

// approvals are what is known of the approval of devices.
type approvals struct {
	mu     sync.Mutex
	worked bool
}

// work notes that an approval was followed by a token.
func (a *approvals) work() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.worked = true
}

// haveWorked reports whether one ever was.
func (a *approvals) haveWorked() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.worked
}
