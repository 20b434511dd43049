package mockas

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// redirectFor compares a redirect URI character by character (RFC 9700
// §2.1); only the port of a loopback address is free (RFC 8252 §7.3).
func redirectFor(client *Client, asked string) (string, *Error) {
	if asked == "" {
		if len(client.RedirectURIs) == 1 {
			return client.RedirectURIs[0], nil
		}
		return "", invalidRequest("redirect_uri is missing")
	}
	portless := withoutLoopbackPort(asked)
	for _, registered := range client.RedirectURIs {
		if asked == registered || portless != "" && portless == withoutLoopbackPort(registered) {
			return asked, nil
		}
	}
	return "", invalidRequest("redirect_uri is not registered")
}

// loopback is what an http URI on a loopback address begins with.
var loopback = []string{"http://127.0.0.1", "http://[::1]"}

// withoutLoopbackPort returns an http URI on a loopback address without its
// port and else as it is written, or nothing for any other URI.
func withoutLoopbackPort(uri string) string {
	for _, host := range loopback {
		rest, on := strings.CutPrefix(uri, host)
		if !on {
			continue
		}
		if port, has := strings.CutPrefix(rest, ":"); has {
			rest = strings.TrimLeft(port, "0123456789")
		}
		if rest == "" || rest[0] == '/' || rest[0] == '?' {
			return host + rest
		}
	}
	return ""
}

// readRequest judges the parameters of an authorization request.
func (s *Server) readRequest(c *Call, at Endpoint) (*authorization, *Error) {
	redirect, problem := redirectFor(c.Client, c.Get("redirect_uri"))
	if problem != nil {
		return nil, problem
	}
	a := &authorization{
		clientID: c.Client.ID, redirect: redirect, redirectURI: c.Get("redirect_uri"),
		state: c.Get("state"), nonce: c.Get("nonce"), challenge: c.Get("code_challenge"),
		scope: c.Get("scope"), audience: s.audiences(c.Form),
	}
	switch {
	case c.Get("response_type") == "":
		return nil, invalidRequest("response_type is missing")
	case !slices.Contains(s.policy.ResponseTypes, c.Get("response_type")):
		return nil, badRequest("unsupported_response_type", "only the response type code is offered")
	case c.Form.Has("response_mode") && c.Get("response_mode") != "query":
		return nil, invalidRequest("only the response mode query is offered")
	case !c.Client.May(GrantCode) || !slices.Contains(s.config.Grants, GrantCode):
		return nil, badRequest("unauthorized_client", "the client is not registered for the authorization code grant")
	case c.Get("code_challenge_method") != "S256" || !dpop.Thumbprint43(a.challenge):
		return nil, invalidRequest("a code_challenge with the method S256 is needed")
	}
	apis, problem := s.targets(a.audience)
	if problem != nil {
		return nil, problem
	}
	if problem = s.checkScope(c.Client, a.scope, apis); problem != nil {
		return nil, problem
	}
	if a.bound, problem = s.policy.BindCode(at, c.Get("dpop_jkt"), c.Proof); problem != nil {
		return nil, problem
	}
	return a, nil
}
