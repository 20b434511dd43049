package forge

import (
	"slices"
	"strings"
)

// Needs is what a defect asks of the occasion and the aids.
type Needs struct {
	// Algorithms are those of which the scenario's key must have one; empty:
	// any. The first is the best choice.
	Algorithms []string
	// AccessToken, NoAccessToken: a resource server, an authorization server.
	AccessToken, NoAccessToken bool
	// JWT: an access token that is a JWT.
	JWT bool
	// Nonce: the server has handed one out.
	Nonce bool
	// The aids of the same name.
	Keys, Other, ServerKey, OtherToken, OldNonce, OtherNonce, Canary bool
}

// Suits reports whether a key for that algorithm serves the defect.
func (n Needs) Suits(algorithm string) bool {
	return len(n.Algorithms) == 0 || slices.Contains(n.Algorithms, algorithm)
}

func (n Needs) missing(f Forgery, ownKey bool) error {
	if !ownKey && !n.Suits(f.Key.Algorithm) {
		return lacking("it needs a key for " + strings.Join(n.Algorithms, ", ") + ", not for " + f.Key.Algorithm)
	}
	for _, need := range []struct {
		lacks  bool
		reason string
	}{
		{n.AccessToken && f.AccessToken == "", "it needs an access token"},
		{n.NoAccessToken && f.AccessToken != "", "it needs a request without access token"},
		{n.Nonce && f.Nonce == "", "it needs a server that hands out nonces"},
		{n.Keys && f.Keys == nil, "it needs key pairs for other algorithms"},
		{n.Other && f.Other == nil, "it needs the key pair of another party"},
		{n.ServerKey && f.ServerKey == nil, "it needs a public key of the server"},
		{n.JWT && strings.Count(f.AccessToken, ".") != 2, "it needs an access token that is a JWT"},
		{n.OtherToken && f.OtherToken == "", "it needs another access token"},
		{n.OldNonce && f.OldNonce == "", "it needs an expired nonce"},
		{n.OtherNonce && f.OtherNonce == "", "it needs a nonce of another server"},
		{n.Canary && f.Canary == "", "it needs a canary URL"},
	} {
		if need.lacks {
			return lacking(need.reason)
		}
	}
	return nil
}
