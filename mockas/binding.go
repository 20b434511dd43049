package mockas

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// The honest decisions on what is bound to which key; HonestPolicy gathers them.

// bearer is the scheme of tokens that are bound to no key (RFC 6750).
const bearer = "Bearer"

// constrain is the honest decision: bound where a proof came and the API takes
// bound tokens, Bearer where neither side insists, else a refusal.
func constrain(d Demand) (bool, *Error) {
	needed := d.Required || d.API == ConstraintRequired || d.API == ConstraintRequiredForPublic && d.Public
	switch {
	case needed && !d.Proof:
		return false, missingProof("a proof of possession is required for this token")
	case d.API == ConstraintNone && d.Required:
		return false, invalidRequest("the client requires bound tokens and the API does not take them")
	case d.API == ConstraintNone:
		return false, nil
	}
	return d.Proof, nil
}

// confirm is honest: cnf holds jkt for a token that is bound to a key (RFC 9449
// §6.1) and x5t#S256 for one that is bound to a certificate (RFC 8705 §3.1),
// neither in the other's place. Without a binding there is no cnf.
func confirm(claims *dpop.Object, t *Token) {
	var cnf dpop.Object
	if t.Bound != "" {
		cnf.Add("jkt", t.Bound)
	}
	if t.Certified != "" {
		cnf.Add("x5t#S256", t.Certified)
	}
	if cnf != nil {
		claims.Set("cnf", cnf)
	}
}

// tokenType is honest: DPoP for a bound token, else Bearer (RFC 9449 §5).
func tokenType(jkt string) string {
	if jkt != "" {
		return dpop.Scheme
	}
	return bearer
}

// BindCode is honest: either mechanism counts, and both must agree (RFC 9449
// §10.1).
func BindCode(_ Endpoint, dpopJKT string, proof *dpop.Proof) (string, *Error) {
	if dpopJKT != "" && !dpop.Thumbprint43(dpopJKT) {
		return "", invalidRequest("dpop_jkt is not a SHA-256 thumbprint in base64url")
	}
	if proof == nil {
		return dpopJKT, nil
	}
	if dpopJKT != "" && dpopJKT != proof.Thumbprint {
		return "", invalidRequest("dpop_jkt is not the thumbprint of the key of the proof")
	}
	return proof.Thumbprint, nil
}

// checkCode is honest: a bound code needs a proof by its key (RFC 9449 §10).
func checkCode(_ *Server, c *Call, bound string) *Error {
	return sameKey("authorization code", bound, c.Key())
}

// checkRefresh is honest: a bound refresh token needs a proof by its key (RFC
// 9449 §5).
func checkRefresh(_ *Server, c *Call, t *Token) *Error {
	return sameKey("refresh token", t.Bound, c.Key())
}

// checkSubject is honest and strict where RFC 9449 is silent: whoever exchanges
// a bound token must hold its key.
func checkSubject(t *Token, jkt string) *Error { return sameKey("subject_token", t.Bound, jkt) }

func sameKey(what, bound, jkt string) *Error {
	switch {
	case bound == "" || bound == jkt:
		return nil
	case jkt == "":
		return missingProof("the " + what + " is bound to a key and no proof came with it")
	}
	return invalidGrant("the " + what + " is bound to another key")
}

// BindRefresh is honest: the refresh token of a public client is bound to the
// key of the proof for good; that of a confidential one is bound to the client
// by its authentication (RFC 9449 §5).
func BindRefresh(c *Client, jkt string, _ *Token) string {
	if c.Public() {
		return jkt
	}
	return ""
}

// introspectionBinding is honest: token_type agrees with the binding, and cnf
// is there for bound tokens alone (RFC 9449 §6.2).
func introspectionBinding(answer *dpop.Object, t *Token) {
	if t.Kind == AccessToken {
		answer.Set("token_type", tokenType(t.Bound))
	}
	confirm(answer, t)
}

// acceptToken is honest: a bound token comes with the scheme DPoP and no
// other, and only a bound one does (RFC 9449 §7.1, §7.2).
func acceptToken(scheme string, t *Token) *Error {
	withProof := strings.EqualFold(scheme, dpop.Scheme)
	switch {
	case t.Bound != "" && !withProof:
		return invalidToken("the access token is bound to a key and must come with the scheme DPoP")
	case t.Bound == "" && withProof:
		return invalidToken("the access token is not bound to a key")
	}
	return nil
}
