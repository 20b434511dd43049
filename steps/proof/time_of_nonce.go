package proof

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// governedByNonce reports whether what is wrong with an accepted proof is only
// the number in its iat, while it carried a nonce: a server may take the time
// of a proof from the nonce alone (RFC 9449 §4.3, check 11, and §8).
func (w *Prober) governedByNonce(e *wire.Exchange) bool {
	if w.Latest().Defect == nil || w.Latest().Defect.Part != "iat" || e == nil {
		return false
	}
	lines := e.Fields.Values("DPoP")
	if len(lines) != 1 {
		return false
	}
	_, payload, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return false
	}
	claims, err := dpop.ParseMembers(payload)
	if err != nil {
		return false
	}
	var iat string
	for _, m := range claims {
		if m.Name == "iat" {
			iat = string(m.Value) // of several the last counts, RFC 7519 §4
		}
	}
	nonce, _ := claims.Text("nonce")
	return nonce != "" && strings.IndexAny(iat, "-0123456789") == 0
}

// governed is governedByNonce, and makes sure at a real server: one that takes the same
// time without a nonce takes it from nothing. Some are asked for a nonce that the server
// has no need of.
func (w *Prober) governed(p world.Endpoint, attempt *world.Attempt) (bool, error) {
	if !w.governedByNonce(attempt.Exchange) || w.EmbeddedEndpoint() {
		return w.governedByNonce(attempt.Exchange), nil
	}
	w.withoutNonce = true
	defer func() { w.withoutNonce = false }()
	e, err := w.forgeWithLuck(*attempt.Defect)
	if err != nil {
		return true, nil // nothing more is to be learnt
	}
	answer, _ := p.Classify(e)
	return answer != world.Accepted, nil
}

// UnlessTaken ends a case that is about what a refused proof leaves behind, where the
// latest request had a bad proof and was not refused.
func (w *Prober) UnlessTaken(p world.Endpoint) error {
	latest := w.Latest()
	if latest.Exchange == nil {
		return nil
	}
	switch answer, _ := p.Classify(latest.Exchange); {
	case answer == world.Refused:
		return nil
	case answer == world.Accepted && w.governedByNonce(latest.Exchange):
		return timeOfNonce()
	}
	return world.Inconclusivef("the request before was not refused: %s", p.Describe(latest.Exchange, nil))
}

// timeOfNonce ends a case whose probe says nothing of such a server.
func timeOfNonce() error {
	return world.NotApplicablef("the server takes the time of a proof from its nonce, not from iat " +
		"(RFC 9449 §4.3, check 11)")
}
