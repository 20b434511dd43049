package mockrs

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Authorize judges a request (RFC 9449 §7). It returns nil if the request may
// be carried out.
func (a *API) Authorize(r *http.Request) *Failure {
	presented, failure := a.Policy.Credentials(r)
	if failure != nil {
		return failure
	}
	token, err := a.Policy.Token(r.Context(), a, presented.Token)
	if err != nil {
		return unauthorized(presented.Scheme, dpop.InvalidToken, err.Error())
	}
	if presented.Is(dpop.Scheme) {
		failure = a.Policy.Proven(a, r, presented, token)
	} else {
		failure = a.Policy.Unproven(a, r, presented, token)
	}
	if failure != nil {
		return failure
	}
	if !token.HasScope(a.Scope) {
		return refusal(http.StatusForbidden, presented.Scheme, "insufficient_scope", "the scope "+a.Scope+" is needed")
	}
	if a.MaxAge > 0 && a.Clock().Sub(token.LoggedIn()) > a.MaxAge {
		return unauthorized(presented.Scheme, "insufficient_user_authentication", "a more recent login is needed")
	}
	return nil
}

// proven judges a token that came with the DPoP scheme.
func proven(a *API, r *http.Request, c dpop.Credentials, token *Token) *Failure {
	if err := a.Policy.Confirmed(r, token); err != nil {
		return unauthorized(dpop.Scheme, dpop.InvalidToken, err.Error())
	}
	fields := a.Policy.Fields(r)
	if len(fields) == 0 {
		wire.Note(r.Context(), "refused-by", "field")
		failure := unauthorized(dpop.Scheme, dpop.InvalidProof, "the DPoP scheme needs a proof in the DPoP field")
		failure.ProofMissing = true
		return failure
	}
	_, refused := a.Verifier.Verify(dpop.Request{
		Method:      a.Policy.Method(r),
		TargetURI:   a.Policy.Target(a.Origin, r),
		Fields:      fields,
		AccessToken: c.Token,
		Bound:       token.Confirmation.Thumbprint,
	})
	if refused != nil {
		wire.Note(r.Context(), "refused-by", refused.Check)
		wire.Note(r.Context(), "refusal", refused.Reason)
		return unauthorized(dpop.Scheme, refused.Code, refused.Reason)
	}
	return nil
}

// unproven judges a token that came with the Bearer scheme (RFC 9449 §7.2).
func unproven(a *API, r *http.Request, c dpop.Credentials, token *Token) *Failure {
	if token.Confirmation.Present {
		wire.Note(r.Context(), "refused-by", "downgrade")
		return unauthorized("Bearer", dpop.InvalidToken, "the token is bound to a key and must not be sent as Bearer")
	}
	if a.Mode == Required {
		wire.Note(r.Context(), "refused-by", "mode")
		return unauthorized(dpop.Scheme, dpop.InvalidToken, "this API takes DPoP-bound tokens alone")
	}
	if len(a.Policy.Fields(r)) > 0 {
		wire.Note(r.Context(), "refused-by", "mix")
		return unauthorized("Bearer", dpop.InvalidToken, "a proof does not go with the Bearer scheme")
	}
	return nil
}
