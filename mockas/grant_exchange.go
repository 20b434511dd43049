package mockas

import "github.com/dpopspec/dpopspec/internal/wire"

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token"

// exchange is token exchange (RFC 8693 §2.1) of one of our access tokens for
// another audience. Delegation (actor_token) is not offered.
func (s *Server) exchange(c *Call) (*order, *Error) {
	text := c.Get("subject_token")
	switch {
	case text == "" || c.Get("subject_token_type") == "":
		return nil, invalidRequest("subject_token and subject_token_type are needed")
	case c.Get("subject_token_type") != accessTokenType:
		return nil, invalidRequest("only access tokens can be exchanged here")
	case c.Form.Has("actor_token") || c.Form.Has("actor_token_type"):
		return nil, invalidRequest("delegation is not offered here")
	case c.Form.Has("requested_token_type") && c.Get("requested_token_type") != accessTokenType:
		return nil, invalidRequest("only access tokens are issued here")
	}
	subject, good := s.store.active(AccessToken, text)
	if !good {
		return nil, invalidRequest("subject_token is not an access token that is good here")
	}
	if problem := s.policy.CheckSubject(subject, c.Key()); problem != nil {
		wire.Note(c.Context(), "refused-by", "subject-binding")
		return nil, problem
	}
	o := &order{Grant: subject.Grant, issuedTokenType: accessTokenType}
	o.ClientID = c.Client.ID
	if asked := s.audiences(c.Form); len(asked) > 0 {
		o.Audience = asked
	} else if len(o.Audience) == 1 && o.Audience[0] == s.config.Issuer {
		o.Audience = nil
	}
	if o.scope = c.Get("scope"); o.scope == "" {
		o.scope = subject.Scope
	}
	if problem := s.decide(c, o, nil); problem != nil {
		return nil, problem
	}
	return o, nil
}
