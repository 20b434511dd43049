package mockas

// assertionType is the one client_assertion_type that is taken (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

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
	if !s.policy.AssertedTo(s, c, token.audience()) {
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
