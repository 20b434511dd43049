package mockas

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// authorization is an authorization request that was found good (RFC 6749
// §4.1.1), from the front channel or pushed.
type authorization struct {
	ClientID    string
	redirect    string // where the answer goes
	redirectURI string // as in the request, may be empty
	state       string
	nonce       string
	challenge   string
	scope       string
	audience    []string
	bound       string // RFC 9449 §10
}

// authorize is the authorization endpoint. The person consents by itself.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	c, problem := s.authorizeCall(r)
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	redirect, problem := s.findRedirect(c)
	if problem != nil { // nobody may be redirected yet (RFC 6749 §4.1.2.1)
		s.fail(w, r, nil, nil, problem)
		return
	}
	state := c.Get("state")
	request, problem := s.frontRequest(c)
	answer := url.Values{"iss": {s.config.Issuer}} // RFC 9207
	if problem != nil {
		answer.Set("error", problem.Code)
		answer.Set("error_description", printable(problem.Description))
		wire.Note(r.Context(), "error", problem.Code)
	} else {
		redirect, state = request.redirect, request.state
		answer.Set("code", s.issueCode(c, request))
	}
	if state != "" {
		answer.Set("state", state)
	}
	separator := "?"
	if strings.Contains(redirect, "?") {
		separator = "&"
	}
	s.policy.NoStore(w.Header())
	w.Header().Set("Location", redirect+separator+answer.Encode())
	w.WriteHeader(http.StatusFound)
}

func (s *Server) authorizeCall(r *http.Request) (*Call, *Error) {
	c, problem := newCall(r, r.URL.RawQuery)
	if r.Method == http.MethodPost {
		c, problem = formCall(r)
	}
	if problem != nil {
		return nil, problem
	}
	client, known := s.store.client(c.Get("client_id"))
	if !known {
		return nil, invalidRequest("client_id names no registered client")
	}
	c.Client = client
	return c, nil
}

// findRedirect returns where an answer to the request may go. A request that
// was pushed or signed has its own redirect_uri: it is looked at here too, so
// that its errors reach the client.
func (s *Server) findRedirect(c *Call) (string, *Error) {
	if uri := c.Get("request_uri"); uri != "" {
		s.store.mu.Lock()
		p := s.store.requests[uri]
		s.store.mu.Unlock()
		if p == nil || p.request.ClientID != c.Client.ID || !s.now().Before(p.expires) {
			return "", badRequest("invalid_request_uri", "this request_uri is not one that the client pushed, was used, or has expired")
		}
		return p.request.redirect, nil
	}
	if c.Form.Has("request") {
		if problem := s.openRequestObject(c); problem != nil {
			return "", problem
		}
	}
	return redirectFor(c.Client, c.Get("redirect_uri"))
}

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

// withoutLoopbackPort returns an http URI on a loopback address without its
// port, or nothing for any other URI.
func withoutLoopbackPort(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Fragment != "" || !slices.Contains([]string{"127.0.0.1", "::1"}, u.Hostname()) {
		return ""
	}
	return u.Hostname() + u.EscapedPath() + "?" + u.RawQuery
}

// frontRequest reads the request behind a visit to the authorization endpoint.
func (s *Server) frontRequest(c *Call) (*authorization, *Error) {
	if uri := c.Get("request_uri"); uri != "" {
		request, good := s.store.takeRequest(uri, c.Client.ID)
		if !good {
			return nil, badRequest("invalid_request_uri", "this request_uri was used before")
		}
		// Of the parameters beside request_uri only client_id counts (RFC 9126
		// §4): nobody in the front channel may loosen what was pushed.
		request.bound = s.policy.MergeBinding(request.bound, c.Get("dpop_jkt"))
		return request, nil
	}
	if s.config.RequirePAR || c.Client.RequirePAR {
		return nil, invalidRequest("authorization requests must be pushed")
	}
	return s.readRequest(c, AtAuthorize)
}

// readRequest judges the parameters of an authorization request.
func (s *Server) readRequest(c *Call, place Place) (*authorization, *Error) {
	redirect, problem := redirectFor(c.Client, c.Get("redirect_uri"))
	if problem != nil {
		return nil, problem
	}
	a := &authorization{
		ClientID: c.Client.ID, redirect: redirect, redirectURI: c.Get("redirect_uri"), state: c.Get("state"), nonce: c.Get("nonce"),
		challenge: c.Get("code_challenge"), scope: c.Get("scope"), audience: audiences(c.Form),
	}
	switch {
	case c.Get("response_type") == "":
		return nil, invalidRequest("response_type is missing")
	case c.Get("response_type") != "code":
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
	if a.bound, problem = s.policy.BindCode(place, c.Get("dpop_jkt"), c.Proof); problem != nil {
		return nil, problem
	}
	return a, nil
}

func (s *Server) issueCode(c *Call, a *authorization) string {
	now, text := s.now(), dpop.NewID()
	s.store.addCode(text, &code{
		Grant: Grant{
			Family: newFamily(), ClientID: a.ClientID, Subject: s.config.Subject,
			Scope: a.scope, Audience: a.audience, Nonce: a.nonce, At: now,
		},
		redirectURI: a.redirectURI, challenge: a.challenge, bound: a.bound, expires: now.Add(s.config.CodeLifetime),
	})
	s.noteIssued(c, Code, a.bound)
	return text
}
