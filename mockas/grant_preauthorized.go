package mockas

import (
	"crypto/subtle"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// PathOffer is where a server whose configuration says so makes a new credential offer
// for whoever asks: a test person who has agreed to every credential.
const PathOffer = "/offer"

// PreAuthorize makes a pre-authorized code (OpenID4VCI 1.0 §3.5): what the person has
// agreed to elsewhere, for tokens of the given audiences. With a txCode whoever redeems
// it needs that, too.
func (s *Server) PreAuthorize(audience []string, scope, txCode string) string {
	text := dpop.NewID()
	s.store.addCode(text, &code{
		Grant: Grant{
			Family: newFamily(), Subject: s.store.person(), Scope: scope, Audience: audience, At: s.now(),
		},
		preAuthorized: true, txCode: txCode, expires: s.now().Add(s.config.CodeLifetime),
	})
	return text
}

// offer answers with a new credential offer (OpenID4VCI 1.0 §4.1.1) for the audiences
// in the query.
func (s *Server) offer(w http.ResponseWriter, r *http.Request) {
	if !s.config.Offers {
		http.NotFound(w, r)
		return
	}
	if !s.only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	form, problem := parseForm(r.URL.RawQuery)
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	var grant, grants, answer dpop.Object
	grant.Add("pre-authorized_code", s.PreAuthorize(s.audiences(form), "", s.config.TxCode))
	if s.config.TxCode != "" {
		grant.Add("tx_code", dpop.Object{{Name: "input_mode", Value: []byte(`"text"`)}})
	}
	grants.Add(GrantPreAuthorized, grant)
	answer.Add("credential_issuer", s.config.Issuer)
	answer.Add("credential_configuration_ids", []string{"example"})
	answer.Add("grants", grants)
	s.policy.NoStore(w.Header())
	writeJSON(w, http.StatusOK, answer)
}

// redeemPreAuthorized is the grant of a pre-authorized code (OpenID4VCI 1.0 §6.1). A
// request that is refused leaves the code as it was; a code serves once (§4.1.1).
func (s *Server) redeemPreAuthorized(c *Call) (*order, *Error) {
	text := c.Get("pre-authorized_code")
	if text == "" {
		return nil, invalidRequest("pre-authorized_code is missing")
	}
	code, known := s.store.findCode(text)
	switch {
	case !known || !code.preAuthorized:
		return nil, invalidGrant("this code was not given in an offer")
	case code.spent:
		s.store.revokeFamily(code.Family)
		return nil, invalidGrant("this code was used before; its tokens are revoked")
	case !s.now().Before(code.expires):
		return nil, invalidGrant("this code has expired")
	}
	if problem := checkTxCode(code.txCode, c.Get("tx_code")); problem != nil {
		return nil, problem
	}
	o := &order{Grant: code.Grant, scope: code.Scope, refresh: s.offersRefresh(c.Client, code.Scope)}
	o.ClientID = c.Client.ID
	if problem := s.decide(c, o, c.Client.Audiences); problem != nil {
		return nil, problem
	}
	if !s.store.spendCode(text) {
		s.store.revokeFamily(code.Family)
		return nil, invalidGrant("this code was used before; its tokens are revoked")
	}
	return o, nil
}

// checkTxCode compares a transaction code with the expected one (OpenID4VCI 1.0 §6.3).
func checkTxCode(expected, given string) *Error {
	switch {
	case expected == "" && given != "":
		return invalidRequest("no tx_code is expected")
	case expected != "" && given == "":
		return invalidRequest("tx_code is missing")
	case subtle.ConstantTimeCompare([]byte(expected), []byte(given)) != 1:
		return invalidGrant("tx_code is wrong")
	}
	return nil
}
