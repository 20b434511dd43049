package world

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Some authorization servers answer a valid proof with an unbound token, and say so by
// the token_type Bearer. RFC 9449 §5 leaves that to them, as a policy for a client or
// an API; what becomes of bad proofs there is not looked at. A server that binds the
// token of the same client for the same API by another grant has no such policy: it
// overlooks the proof.

// noteIssued keeps for the run what came of an honest proof in a token request.
func (w *World) noteIssued(client target.RegisteredClient, form url.Values, e *wire.Exchange) {
	tokens, err := ReadTokens(client, e)
	if err != nil {
		return // whoever needs the token says so
	}
	w.noteSubject(tokens)
	w.Session.NoteIssued(target.Issued{
		Client: client.ID, Grant: form.Get("grant_type"), For: audienceOf(tokens, form), Bound: looksBound(tokens),
	})
}

// looksBound reports whether a token response says that its access token is bound, by
// its type or within the token.
func looksBound(tokens *Tokens) bool {
	return strings.EqualFold(tokens.TokenType, dpop.Scheme) || confirmedBy(tokens.AccessToken) != ""
}

// audienceOf is whom an access token is for: as it says, or as it was asked for.
func audienceOf(tokens *Tokens, form url.Values) string {
	if claims, isJWT := ReadClaims(tokens.AccessToken); isJWT {
		value, _ := claims.Get("aud")
		return string(value)
	}
	return strings.Join(append(form["resource"], form["audience"]...), " ")
}

// MayBeUnbound ends a case in which a client got an unbound token for an honest proof,
// where that is a policy of a real server. Else it returns what tells that it is none;
// that may be empty.
func (w *World) MayBeUnbound(client target.RegisteredClient, grant string) (contradiction string, err error) {
	if w.EmbeddedAS() {
		return "", nil // which binds
	}
	own, known := w.Session.Issued(client.ID, grant)
	if !known {
		return "", nil // what came is no token
	}
	if own.Bound {
		return "other proofs of the client " + client.ID + " do count", nil
	}
	if client.Bound {
		return "the client " + client.ID + " is registered for bound tokens", nil
	}
	for _, other := range w.Session.IssuedTo(client.ID) {
		if other.Bound && other.For == own.For {
			return fmt.Sprintf("the client %s gets bound tokens by %s", client.ID, other.Grant), nil
		}
	}
	return "", NotApplicablef("the authorization server answers proofs of the client %s with unbound tokens, "+
		"as RFC 9449 §5 leaves it free to (token_type Bearer)", client.ID)
}
