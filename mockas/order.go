package mockas

import "github.com/dpopspec/dpopspec/dpop"

// order is a token request that its grant has been found good for.
type order struct {
	Grant           // of the tokens to be issued
	audience        []string
	scope           string // of this access token
	jkt             string // what the access token is bound to; empty: Bearer
	apis            []*API
	refresh         bool   // a refresh token goes with it
	previous        *Token // the refresh token that the new one replaces
	idToken         bool
	issuedTokenType string // RFC 8693 §2.2.1
}

// decide chooses the audiences and whether the access token is bound. It
// changes nothing, so that a refusal here leaves the grant as it was.
func (s *Server) decide(c *Call, o *order, also []string) *Error {
	var problem *Error
	if o.audience, problem = choose(s.audiences(c.Form), o.Audience, also); problem != nil {
		return problem
	}
	if o.apis, problem = s.targets(o.audience); problem != nil {
		return problem
	}
	if problem = s.checkScope(c.Client, o.scope, o.apis); problem != nil {
		return problem
	}
	bound := 0
	for _, api := range o.apis {
		is, problem := s.policy.Constrain(Demand{
			Required: s.policy.RequiresProof(c.Client, c.Get("grant_type")),
			Public:   c.Client.Public(), Proof: c.Proof != nil, API: api.Policy,
		})
		if problem != nil {
			return problem
		}
		if is {
			bound++
		}
	}
	switch bound {
	case 0:
	case len(o.apis):
		o.jkt = c.Key()
	default:
		return invalidTarget("the APIs disagree on whether the token is bound; ask for them one by one")
	}
	return s.confirmClient(c)
}

// answer builds a token response (RFC 6749 §5.1).
func (o *order) answer(access *Token, tokenType string, seconds int64) dpop.Object {
	var answer dpop.Object
	answer.Add("access_token", access.Text)
	answer.Add("token_type", tokenType)
	answer.Add("expires_in", seconds)
	if o.scope != "" {
		answer.Add("scope", o.scope)
	}
	if o.issuedTokenType != "" {
		answer.Add("issued_token_type", o.issuedTokenType)
	}
	return answer
}
