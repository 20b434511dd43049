package target

import (
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/wallet"
)

// mostChallenge is the longest challenge that is sent back, in octets.
const mostChallenge = 4096

// heedChallenge lets those clients of a server that authenticate by attestation use
// its newest challenge (draft-ietf-oauth-attestation-based-client-auth, section 6.2).
func heedChallenge(clients []RegisteredClient, e *wire.Exchange) {
	challenge, found := e.Answer.One(wallet.FieldChallenge)
	if !found || challenge == "" || len(challenge) > mostChallenge {
		return
	}
	for _, c := range clients {
		if c.Instance != nil {
			c.Instance.Learn(challenge)
		}
	}
}
