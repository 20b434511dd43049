package mockas

import (
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// deviceLifetime is how long a person has to approve a device.
const deviceLifetime = 10 * time.Minute

// deviceAuthorization starts the device grant (RFC 8628 §3.1). It takes no
// proof: the key is shown when the device code is redeemed.
func (s *Server) deviceAuthorization(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodPost) {
		return
	}
	c, problem := formCall(r)
	if problem == nil {
		problem = s.checkDevice(c)
	}
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	deviceCode, userCode := dpop.NewID(), strings.ToUpper(dpop.NewID()[:8])
	s.store.mu.Lock()
	put(&s.store.devices, deviceCode, &device{
		Grant: Grant{
			Family: newFamily(), ClientID: c.Client.ID, Subject: s.config.Subject,
			Scope: c.Get("scope"), Audience: audiences(c.Form), At: s.now(),
		},
		userCode: userCode, approved: !s.config.ManualDevices, expires: s.now().Add(deviceLifetime),
	})
	s.store.record(DeviceCode, deviceCode, c.Client.ID, "")
	s.store.mu.Unlock()
	s.noteIssued(c, DeviceCode, "")
	var answer dpop.Object
	answer.Add("device_code", deviceCode)
	answer.Add("user_code", userCode)
	answer.Add("verification_uri", s.URL("/device"))
	answer.Add("expires_in", int64(deviceLifetime.Seconds()))
	answer.Add("interval", 1)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) checkDevice(c *Call) *Error {
	if problem := s.identify(c); problem != nil {
		return problem
	}
	if _, problem := s.grantHandler(c.Client, GrantDevice); problem != nil {
		return problem
	}
	apis, problem := s.targets(audiences(c.Form))
	if problem != nil {
		return problem
	}
	if problem := s.checkScope(c.Client, c.Get("scope"), apis); problem != nil {
		return problem
	}
	return s.confirmClient(c)
}

// ApproveDevice lets the person say yes to a device. It reports whether the
// user code is known.
func (s *Server) ApproveDevice(userCode string) bool {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, d := range s.store.devices {
		if d.userCode == userCode {
			d.approved = true
			return true
		}
	}
	return false
}

// redeemDevice is the device grant at the token endpoint (RFC 8628 §3.4).
func (s *Server) redeemDevice(c *Call) (*order, *Error) {
	text := c.Get("device_code")
	if text == "" {
		return nil, invalidRequest("device_code is missing")
	}
	s.store.mu.Lock()
	found := s.store.devices[text]
	var d device
	if found != nil {
		d = *found
	}
	s.store.mu.Unlock()
	switch {
	case found == nil || d.ClientID != c.Client.ID:
		return nil, invalidGrant("this device code was not issued to this client")
	case !s.now().Before(d.expires):
		return nil, badRequest("expired_token", "this device code has expired")
	case !d.approved:
		return nil, badRequest("authorization_pending", "the person has not approved the device yet")
	}
	o := &order{Grant: d.Grant, scope: d.Scope, refresh: s.offersRefresh(c.Client, d.Scope), idToken: hasScope(d.Scope, "openid")}
	if problem := s.decide(c, o, c.Client.Audiences); problem != nil {
		return nil, problem
	}
	if !s.takeDevice(text) {
		return nil, invalidGrant("this device code was used before")
	}
	return o, nil
}

func (s *Server) takeDevice(text string) bool {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	_, found := s.store.devices[text]
	delete(s.store.devices, text)
	return found
}
