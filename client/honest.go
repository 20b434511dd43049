package client

import "github.com/dpopspec/dpopspec/dpop"

// HonestPolicy returns the behaviour that the specifications ask for.
func HonestPolicy() *Policy {
	return &Policy{
		AcceptKey:   es256Only,
		Key:         func(r KeyRequest) *dpop.Key { return r.Key },
		LoginKey:    loginKey,
		Thumbprint:  thumbprint,
		Algorithm:   algorithm,
		Access:      func(own string, _ Attempt) string { return own },
		Body:        keepBody,
		NeedsProof:  func(Destination) bool { return true },
		Draft:       draft,
		Sign:        func(r ProofRequest, d dpop.Draft) (string, error) { return d.Sign(r.Key) },
		Present:     present,
		NonceScope:  nonceScope,
		ReadNonce:   readNonce,
		StoreNonce:  storeNonce,
		Challenges:  challenges,
		Demands:     demandsNonce,
		Accept:      bringsNonce,
		Retry:       retry,
		MaxAttempts: 2,
		// Two refreshes with one rotating refresh token would look like theft.
		MaxAcquisitions: 1,
		Serves:          outlives,
		Renews:          func(*Answer) bool { return false },
		RefreshToken:    newestRefreshToken,
		GivesUp:         refusedGrant,
		Redirect:        sameOrigin,
		TokenType:       tokenType,
		Logout:          func(forget func() string) string { return forget() },
		Assertion:       func(*dpop.Object) {},
		Audience:        tokenAudience,
		Presented:       presentedToken,
		Clock:           withinTolerance,
		Issuer:          sameIssuer,
		Resource:        sameResource,
		Endpoint:        secureEndpoint,
		Destination:     ownAPI,
		Authenticate:    authenticate,
		Documented:      asDocumented(),
		Push:            func(wanted bool, m *Metadata) bool { return wanted || m.PARRequired },
	}
}
