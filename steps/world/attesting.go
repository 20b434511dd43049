package world

import (
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/wallet"
)

// wantsAttestationChallenge reports whether a server wants a request once more with
// its challenge, which came along (draft-ietf-oauth-attestation-based-client-auth,
// section 7.4).
func wantsAttestationChallenge(e *wire.Exchange) bool {
	_, found := e.Answer.One(wallet.FieldChallenge)
	return found && ErrorOf(e) == wallet.UseChallenge
}
