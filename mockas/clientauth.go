package mockas

import (
	"crypto/subtle"

	"github.com/dpopspec/dpopspec/dpop"
)

// Authenticate is honest: it finds the client by the one method that it is
// registered for (RFC 6749 §2.3, RFC 7523 §3, RFC 8705 §2). A proof is no
// credential (RFC 9449 §3).
func (s *Server) Authenticate(c *Call) (*Client, *Error) {
	p, problem := readCredentials(c)
	if problem == nil {
		var client *Client
		if client, problem = s.verifyClient(c, p); problem == nil {
			return client, nil
		}
	}
	if problem.Code == "invalid_client" && len(c.Fields.Values("Authorization")) > 0 {
		// RFC 6749 §5.2: a challenge that matches the scheme in use.
		problem.Challenges = []dpop.Challenge{dpop.Challenge{Scheme: "Basic"}.With("realm", s.config.Issuer)}
	}
	return nil, problem
}

func (s *Server) verifyClient(c *Call, p presented) (*Client, *Error) {
	if p.id == "" {
		return nil, invalidClient("the request names no client")
	}
	client, known := s.store.client(p.id)
	if !known {
		return nil, invalidClient("this client is not registered")
	}
	registered := client.Auth
	if registered == "" {
		registered = AuthNone
	}
	if p.method == AuthNone && client.ByCertificate() { // client_id is all that the request says
		return client, s.verifyCertificate(c, client)
	}
	if p.method != registered {
		return nil, invalidClient("the client is registered for " + registered + ", not for " + p.method)
	}
	switch p.method {
	case AuthBasic, AuthPost:
		if subtle.ConstantTimeCompare([]byte(p.secret), []byte(client.Secret)) != 1 {
			return nil, invalidClient("the client's credentials are wrong")
		}
	case AuthPrivateKeyJWT:
		return client, s.verifyAssertion(c, client)
	case AuthAttestation:
		return client, s.verifyAttestation(c, client)
	}
	return client, nil
}

// identify authenticates the client of a call.
func (s *Server) identify(c *Call) *Error {
	client, problem := s.policy.Authenticate(s, c)
	if problem != nil {
		return problem
	}
	c.Client = client
	return nil
}

// confirmClient uses up the client's assertion once all else was found good.
func (s *Server) confirmClient(c *Call) *Error {
	if a := c.assertion; a != nil && !s.store.spendAssertion(a.id, a.until) {
		return invalidClient("this client assertion was used before")
	}
	return nil
}
