package mockas

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// userinfo is the protected resource of OpenID Connect Core 1.0 §5.3. It takes
// bound tokens with proofs (RFC 9449 §7) and unbound ones as Bearer.
func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
		return
	}
	gate := &s.policy.Userinfo
	token, client, problem := s.admit(r)
	if problem != nil {
		s.fail(w, r, gate, client, problem)
		return
	}
	var answer dpop.Object
	answer.Add("sub", token.Subject)
	s.offerNonce(w, gate, client, false, true)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

// admit judges token and proof of a request to userinfo.
func (s *Server) admit(r *http.Request) (*Token, *Client, *Error) {
	credentials, problem := s.readToken(r)
	if problem != nil {
		return nil, nil, problem
	}
	token, good := s.store.active(AccessToken, credentials.Token)
	if !good {
		return nil, nil, s.refuse(credentials, dpop.InvalidToken, "the access token is unknown, expired or revoked")
	}
	client, _ := s.store.client(token.ClientID)
	if problem := s.policy.AcceptToken(credentials.Scheme, token); problem != nil {
		wire.Note(r.Context(), "refused-by", "scheme")
		return nil, client, s.refuse(credentials, problem.Code, problem.Description)
	}
	if !certified(r, token) {
		return nil, client, s.refuse(credentials, dpop.InvalidToken,
			"the access token is bound to a certificate that was not shown")
	}
	if credentials.Is(dpop.Scheme) {
		if _, refusal := s.judge(&s.policy.Userinfo, r, Sender{Client: client}, token); refusal != nil {
			problem := s.refuse(credentials, refusal.Code, refusal.Reason)
			problem.Refusal = refusal
			return nil, client, problem
		}
	}
	if !hasScope(token.Scope, "openid") {
		problem := s.refuse(credentials, "insufficient_scope", "the scope openid is needed")
		problem.Status = http.StatusForbidden
		return nil, client, problem
	}
	if s.config.MaxAge > 0 && s.now().Sub(token.At) > s.config.MaxAge {
		return nil, client, s.refuse(credentials, "insufficient_user_authentication", "a more recent login is needed")
	}
	return token, client, nil
}

// readToken finds the one access token of a request (RFC 6750 §2, RFC 9449
// §7.1). More than one way of sending it is an error.
func (s *Server) readToken(r *http.Request) (dpop.Credentials, *Error) {
	lines := wire.RequestFields(r).Values("Authorization")
	posted, problem := postedToken(r)
	if problem != nil {
		return dpop.Credentials{}, problem
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return dpop.Credentials{}, s.malformed("the query is not well formed")
	}
	if len(lines)+len(posted)+len(query["access_token"]) > 1 {
		return dpop.Credentials{}, s.malformed("the access token was sent in more than one way")
	}
	if len(posted) == 1 {
		return dpop.Credentials{Scheme: bearer, Token: posted[0]}, nil
	}
	if len(lines) == 0 { // a token in the query is never taken
		return dpop.Credentials{}, s.refuse(dpop.Credentials{}, "", "")
	}
	credentials, err := dpop.ParseCredentials(lines[0])
	if !credentials.Is(dpop.Scheme) && !credentials.Is(bearer) {
		return credentials, s.refuse(dpop.Credentials{}, "", "")
	}
	if err != nil {
		return credentials, s.malformed(err.Error())
	}
	return credentials, nil
}

// postedToken reads access_token from a form (RFC 6750 §2.2).
func postedToken(r *http.Request) ([]string, *Error) {
	media := strings.ToLower(strings.Join(r.Header["Content-Type"], ","))
	if r.Method != http.MethodPost || !strings.HasPrefix(media, "application/x-www-form-urlencoded") {
		return nil, nil
	}
	c, problem := formCall(r)
	if problem != nil {
		return nil, problem
	}
	return c.Form["access_token"], nil
}

// refuse answers 401 with a challenge for each scheme; the error belongs to
// the one that was used (RFC 9449 §7.1). Without credentials there is none.
func (s *Server) refuse(used dpop.Credentials, code, description string) *Error {
	e := &Error{Status: http.StatusUnauthorized, Code: code, Description: description}
	for _, scheme := range []string{dpop.Scheme, bearer} {
		challenge := dpop.Challenge{Scheme: scheme}
		if code != "" && used.Is(scheme) {
			challenge = challenge.With("error", code).With("error_description", printable(description))
		}
		if scheme == dpop.Scheme {
			challenge = challenge.With("algs", s.policy.Userinfo.algorithms())
		}
		e.Challenges = append(e.Challenges, challenge)
	}
	return e
}

func (s *Server) malformed(description string) *Error {
	e := s.refuse(dpop.Credentials{Scheme: dpop.Scheme}, "invalid_request", description)
	e.Status = http.StatusBadRequest
	return e
}
