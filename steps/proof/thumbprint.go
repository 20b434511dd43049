package proof

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// thumbprintSteps are about the key that what was issued is bound to (RFC 9449 §6.1,
// RFC 7638).
func thumbprintSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Then(`^the key is known by its thumbprint$`, (*Prober).keyIsKnownByThumbprint,
		"What was issued must be bound to the RFC 7638 SHA-256 thumbprint of the proof's key; "+
			"a resource server shows it by accepting a token that is bound to it.",
		"Then the key is known by its thumbprint")
}

// keyIsKnownByThumbprint compares with a thumbprint that the harness computed
// from the key's own members.
func (w *Prober) keyIsKnownByThumbprint() error {
	p, attempt, err := w.Judge("bound")
	if err != nil {
		return err
	}
	answer, _ := p.Classify(attempt.Exchange)
	actual := p.Describe(attempt.Exchange, nil)
	if p.Resource {
		unbound, err := w.saysUnbound(attempt.Exchange)
		if err != nil {
			return err
		}
		if answer != world.Accepted && !unbound {
			return world.Inconclusivef("refused for another reason than the binding: %s", actual)
		}
		return w.Expect(answer == world.Accepted, "a token to be accepted that is bound to the key's thumbprint", actual)
	}
	if answer != world.Accepted {
		if err := w.unannounced(); err != nil {
			return err
		}
		return world.Inconclusivef("nothing was issued: %s", actual)
	}
	jkt, err := w.boundTo(p)
	if err != nil {
		return err
	}
	want, err := w.proofThumbprint()
	if err != nil {
		return err
	}
	return w.Expect(jkt == want, "a binding to "+want, fmt.Sprintf("%q", jkt))
}

// proofThumbprint computes the thumbprint of the key in the proof just sent.
func (w *Prober) proofThumbprint() (string, error) {
	lines := w.Latest().Exchange.Fields.Values("DPoP")
	if len(lines) != 1 {
		return "", fmt.Errorf("the latest request carried no proof")
	}
	header, _, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return "", err
	}
	object, err := dpop.ParseObject(header)
	if err != nil {
		return "", err
	}
	value, _ := object.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return "", err
	}
	return dpop.Thumbprint(jwk)
}

// saysUnbound reports whether a refusal is about the key that the token is bound to: an
// embedded server notes it; a real one calls invalid a token that says itself that it
// is bound to the key of the proof beside it (RFC 9449 §6.1, §7.1).
func (w *Prober) saysUnbound(e *wire.Exchange) (bool, error) {
	if w.Recorder(e.URL) != nil {
		check, _ := e.Fact("refused-by")
		return check == "binding", nil
	}
	field, _ := e.Fields.One("Authorization")
	credentials, err := dpop.ParseCredentials(field)
	if err != nil || world.ErrorOf(e) != "invalid_token" {
		return false, nil
	}
	claims, readable := world.ReadClaims(credentials.Token)
	want, err := w.proofThumbprint()
	return readable && world.Confirmation(claims) == want, err
}

// boundTo returns what was issued is bound to: as an embedded server noted it,
// or as the access token says of itself (RFC 9449 §6.1).
func (w *Prober) boundTo(p world.Endpoint) (string, error) {
	if jkt, found := w.Latest().Exchange.Fact("bound-to"); found || w.Recorder(w.Latest().Exchange.URL) != nil {
		return jkt, nil
	}
	if p != world.TokenEndpoint {
		thumbprint, err := w.proofThumbprint()
		if err != nil {
			return "", err
		}
		return w.BoundByPush(w.Latest().Exchange, thumbprint, w.pushAgain)
	}
	tokens, err := world.ReadTokens(target.RegisteredClient{}, w.Latest().Exchange)
	if err != nil {
		return "", err
	}
	claims, isJWT := world.ReadClaims(tokens.AccessToken)
	jkt := world.Confirmation(claims)
	switch {
	case !isJWT:
		return "", world.NotApplicablef("the access token is opaque; what it is bound to cannot be seen from outside")
	case jkt == "" && !strings.EqualFold(tokens.TokenType, dpop.Scheme):
		_, err := w.disregarded(p, w.Latest().Exchange) // which may be a policy
		return "", err
	case jkt == "":
		return "", world.NotApplicablef("the access token does not say what it is bound to; another scenario judges that")
	}
	return jkt, nil
}
