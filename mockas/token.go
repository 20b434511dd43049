package mockas

import (
	"net/http"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

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

// token is the token endpoint (RFC 6749 §3.2). The client is authenticated
// first, then its proof is judged; only then is a code or refresh token looked
// at, so that no refused proof and no challenge uses one up.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, s.policy.TokenMethods...) {
		return
	}
	c, problem := formCall(r)
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	o, problem := s.accept(c)
	if problem != nil {
		s.fail(w, r, &s.policy.Token, c.Client, problem)
		return
	}
	answer, problem := s.issue(c, o)
	if problem != nil {
		s.fail(w, r, &s.policy.Token, c.Client, problem)
		return
	}
	s.offerNonce(w, &s.policy.Token, c.Client, false, true)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

func (s *Server) accept(c *Call) (*order, *Error) {
	if problem := s.identify(c); problem != nil {
		return nil, problem
	}
	grant := c.Get("grant_type")
	handler, problem := s.grantHandler(c.Client, grant)
	if problem != nil {
		return nil, problem
	}
	proof, refusal := s.judge(&s.policy.Token, c.Request, Sender{c.Client, grant}, nil)
	if refusal != nil {
		s.policy.AfterRefusal(s, c, refusal)
		return nil, proofError(refusal)
	}
	c.Proof = proof
	return handler(c)
}

func (s *Server) grantHandler(client *Client, grant string) (func(*Call) (*order, *Error), *Error) {
	handlers := map[string]func(*Call) (*order, *Error){
		GrantCode: s.redeemCode, GrantRefresh: s.redeemRefresh, GrantClientCredentials: s.clientCredentials,
		GrantTokenExchange: s.exchange, GrantDevice: s.redeemDevice,
	}
	handler, known := handlers[grant]
	switch {
	case grant == "":
		return nil, invalidRequest("grant_type is missing")
	case !known || !slices.Contains(s.config.Grants, grant):
		return nil, badRequest("unsupported_grant_type", "this server does not offer the grant")
	case !client.May(grant):
		return nil, badRequest("unauthorized_client", "the client is not registered for this grant")
	}
	return handler, nil
}

// decide chooses the audiences and whether the access token is bound. It
// changes nothing, so that a refusal here leaves the grant as it was.
func (s *Server) decide(c *Call, o *order, also []string) *Error {
	var problem *Error
	if o.audience, problem = choose(audiences(c.Form), o.Audience, also); problem != nil {
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

// narrow returns the scope of a token: what is asked for within what was granted.
func narrow(asked, granted string) (string, *Error) {
	if asked == "" {
		return granted, nil
	}
	if name, found := beyond(asked, strings.Fields(granted)); found {
		return "", invalidScope("the grant does not cover the scope " + name)
	}
	return asked, nil
}

// offersRefresh reports whether a refresh token goes with a grant.
func (s *Server) offersRefresh(c *Client, scope string) bool {
	return slices.Contains(s.config.Grants, GrantRefresh) && c.May(GrantRefresh) &&
		(c.AlwaysRefresh || hasScope(scope, "offline_access"))
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
