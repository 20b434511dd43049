package mockas

import (
	"net/http"
	"net/url"
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
	s.store.addDevice(deviceCode, &device{
		Grant: Grant{
			Family: newFamily(), ClientID: c.Client.ID, Subject: s.store.person(),
			Scope: c.Get("scope"), Audience: s.audiences(c.Form), At: s.now(),
		},
		userCode: userCode, approved: !s.config.ManualDevices, expires: s.now().Add(deviceLifetime),
	})
	c.noteIssued(DeviceCode, "")
	var answer dpop.Object
	answer.Add("device_code", deviceCode)
	answer.Add("user_code", userCode)
	answer.Add("verification_uri", s.URL(PathVerify))
	answer.Add("verification_uri_complete", s.URL(PathVerify)+"?user_code="+url.QueryEscape(userCode))
	answer.Add("expires_in", int64(deviceLifetime.Seconds()))
	answer.Add("interval", 1)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) checkDevice(c *Call) *Error {
	if problem := s.identify(c); problem != nil {
		return problem
	}
	if problem := s.checkGrant(c.Client, GrantDevice); problem != nil {
		return problem
	}
	apis, problem := s.targets(s.audiences(c.Form))
	if problem != nil {
		return problem
	}
	if problem := s.checkScope(c.Client, c.Get("scope"), apis); problem != nil {
		return problem
	}
	return s.confirmClient(c)
}
