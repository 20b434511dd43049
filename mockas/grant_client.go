package mockas

// clientCredentials is the grant of a client for itself (RFC 6749 §4.4).
func (s *Server) clientCredentials(c *Call) (*order, *Error) {
	if c.Client.Public() {
		return nil, badRequest("unauthorized_client", "a public client has no credentials to be granted anything for")
	}
	o := &order{Grant: Grant{
		Family: newFamily(), ClientID: c.Client.ID, Subject: c.Client.ID,
		Scope: c.Get("scope"), Audience: s.audiences(c.Form), At: s.now(),
	}, scope: c.Get("scope")}
	if problem := s.decide(c, o, nil); problem != nil {
		return nil, problem
	}
	return o, nil
}
