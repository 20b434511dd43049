package mockas

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

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
		request, good := s.store.findRequest(uri, c.Client.ID)
		if !good {
			return "", badRequest("invalid_request_uri",
				"this request_uri is not one that the client pushed, was used, or has expired")
		}
		return request.redirect, nil
	}
	if c.Form.Has("request") {
		if problem := s.openRequestObject(c); problem != nil {
			return "", problem
		}
	}
	return redirectFor(c.Client, c.Get("redirect_uri"))
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

func (s *Server) issueCode(c *Call, a *authorization) string {
	now, text := s.now(), dpop.NewID()
	s.store.addCode(text, &code{
		Grant: Grant{
			Family: newFamily(), ClientID: a.clientID, Subject: s.store.person(),
			Scope: a.scope, Audience: a.audience, Nonce: a.nonce, At: now,
		},
		redirectURI: a.redirectURI, challenge: a.challenge, bound: a.bound, expires: now.Add(s.config.CodeLifetime),
	})
	c.noteIssued(Code, a.bound)
	return text
}
