package mockas

import "github.com/dpopspec/dpopspec/dpop"

// assertionType is the one client_assertion_type that is taken (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// meantHere reports whether an assertion is for this server: by its issuer, or by the
// endpoint that it came to, where that is allowed (RFC 7523 §3, RFC 9126 §2).
func (s *Server) meantHere(token *jwt, c *Call) bool {
	if s.config.IssuerAudience {
		return token.is("aud", s.config.Issuer)
	}
	return token.isFor(s.config.Issuer, s.URL(PathToken), s.URL(PathPAR), dpop.TargetURI(s.origin, c.RequestURI))
}

// verifyAssertion follows RFC 7523 §3 and RFC 7521 §5.2.
func (s *Server) verifyAssertion(c *Call, client *Client) *Error {
	if c.Get("client_assertion_type") != assertionType {
		return invalidClient("client_assertion_type is not " + assertionType)
	}
	token, err := readJWT(c.Get("client_assertion"), client.keys)
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	if !token.is("iss", client.ID) || !token.is("sub", client.ID) {
		return invalidClient("iss and sub of the client assertion are not the client's id")
	}
	if !s.meantHere(token, c) {
		return invalidClient("the client assertion is for another audience")
	}
	if !token.claims.Has("exp") {
		return invalidClient("the client assertion: exp is missing")
	}
	until, err := token.checkTimes(s.now())
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	id, err := token.claims.Text("jti")
	if err != nil {
		return invalidClient("the client assertion: " + err.Error())
	}
	c.assertion = &assertion{id: client.ID + " " + id, until: until}
	return nil
}
