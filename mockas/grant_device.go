package mockas

// redeemDevice is the device grant at the token endpoint (RFC 8628 §3.4).
func (s *Server) redeemDevice(c *Call) (*order, *Error) {
	text := c.Get("device_code")
	if text == "" {
		return nil, invalidRequest("device_code is missing")
	}
	d, known := s.store.findDevice(text)
	switch {
	case !known || d.ClientID != c.Client.ID:
		return nil, invalidGrant("this device code was not issued to this client")
	case !s.now().Before(d.expires):
		return nil, badRequest("expired_token", "this device code has expired")
	case !d.approved:
		return nil, badRequest("authorization_pending", "the person has not approved the device yet")
	}
	o := &order{
		Grant: d.Grant, scope: d.Scope,
		refresh: s.offersRefresh(c.Client, d.Scope), idToken: hasScope(d.Scope, "openid"),
	}
	if problem := s.decide(c, o, c.Client.Audiences); problem != nil {
		return nil, problem
	}
	if !s.store.spendDevice(text) {
		return nil, invalidGrant("this device code was used before")
	}
	return o, nil
}
