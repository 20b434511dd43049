package forge

import (
	"slices"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/dpopspec/dpopspec/dpop"
)

// readWithGoJose verifies a proof as a careful application of go-jose alone
// would, and returns its claims.
func readWithGoJose(proof string) (map[string]any, error) {
	var names []jose.SignatureAlgorithm
	for _, name := range dpop.DefaultAlgorithms {
		names = append(names, jose.SignatureAlgorithm(name))
	}
	token, err := jwt.ParseSigned(proof, names)
	if err != nil {
		return nil, err
	}
	key := token.Headers[0].JSONWebKey
	if key == nil || !key.Valid() || !key.IsPublic() {
		return nil, jose.ErrCryptoFailure
	}
	var claims map[string]any
	return claims, token.Claims(key, &claims)
}

// lenient are the defects that go-jose alone accepts, and that only our own
// strict parsing refuses. A change in go-jose shows here.
var lenient = []string{
	"form is with trailing bits in the signature",
	"header is with invalid UTF-8",
	"header is with an unpaired surrogate in UTF-8",
	"header is nested a thousand levels deep",
	"header is nested a thousand objects deep",
	"jwk is with a line break in a member",
	"jwk is with a line break behind a member",
	"jwk is with trailing bits in a member",
	"jwk is for another alg",
	"jwk is for an unknown alg",
	"jwk is for encryption",
	"jwk is for the operation encrypt",
	"jwk is for no operation",
	"jwk is RSA of 1024 bits",
	"jwk is RSA of 2047 bits",
	"jwk is with d null",
	"jwk is text that works in an answer, as use",
	"jwk is text that works in an answer, as kid",
}

// TestGoJoseAloneAgreesOnFormAndSignature keeps our own strictness honest: what
// breaks form, algorithm, key or signature is refused by a library that shares
// no code with the forgery.
func TestGoJoseAloneAgreesOnFormAndSignature(t *testing.T) {
	agreed := 0
	var accepted []string
	for _, d := range All() {
		switch d.Part {
		case "form", "alg", "jwk", "signature", "header":
		default:
			continue
		}
		if d.Open {
			continue
		}
		f := testForgery(t, occasions["token endpoint"], "ES256")
		forged, err := d.Forge(f)
		if err != nil || forged.Proof == "" {
			continue
		}
		_, err = readWithGoJose(forged.Proof)
		if d.Sound && err != nil && forged.Key.Algorithm != "Ed25519" { // go-jose knows EdDSA only
			t.Errorf("%s: go-jose refuses what is sound: %v", d.Name(), err)
		}
		if !d.Sound && err == nil {
			accepted = append(accepted, d.Name())
			continue
		}
		agreed++
	}
	if !slices.Equal(accepted, lenient) {
		t.Errorf("go-jose alone accepts\n%s", strings.Join(accepted, "\n"))
	}
	if agreed < 200 {
		t.Errorf("agreed on %d only", agreed)
	}
}
