package server

import (
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

func parse(t *testing.T, text string) dpop.Object {
	t.Helper()
	object, err := dpop.ParseObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func TestNoMalformedThumbprintIsAnHonestOne(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	if sum := dpop.TokenHash(string(thumbprintInput(key))); sum != key.Thumbprint {
		t.Fatalf("the input of the thumbprint hashes to %s, not to %s", sum, key.Thumbprint)
	}
	for _, flaw := range []string{
		"empty", "42 characters long", "44 characters long", "padded", "in the plain base64 alphabet",
		"4096 characters long", "a SHA-384 thumbprint", "a SHA-512 thumbprint",
	} {
		values, err := flawedJKT(key, flaw)
		if err != nil || len(values) != 1 || dpop.Thumbprint43(values[0]) {
			t.Errorf("%s: %q, %v", flaw, values, err)
		}
	}
	if values, err := flawedJKT(key, "given twice"); err != nil || len(values) != 2 || values[0] == values[1] {
		t.Errorf("given twice: %q, %v", values, err)
	}
	if _, err := flawedJKT(key, "upside down"); err == nil {
		t.Error("an unknown flaw is no error")
	}
}

func TestMisspeltNamesAreFoundAndOthersLeftAlone(t *testing.T) {
	document := parse(t, `{"dpop_signing_alg_values_supported":[],"dpop_signing_alg_values":[],`+
		`"DPoP_Bound_Access_Tokens":true,"dpop_bound_access_token":true,"dpop_jkt":"","issuer":"x","dpop":1}`)
	got := misspelt(document)
	if want := []string{"dpop_signing_alg_values", "DPoP_Bound_Access_Tokens"}; !slices.Equal(got, want) {
		t.Errorf("misspelt %q, want %q", got, want)
	}
}

func TestOnlyAStringInsideTheObjectCnfIsAConfirmation(t *testing.T) {
	for text, want := range map[string]string{
		`{"cnf":{"jkt":"abc"}}`:            "abc",
		`{"jkt":"abc"}`:                    "",
		`{"cnf":{"jwk":{"jkt":"abc"}}}`:    "",
		`{"cnf":{"jkt":["abc"]}}`:          "",
		`{"cnf":"abc"}`:                    "",
		`{"cnf":{"JKT":"abc"}}`:            "",
		`{"cnf":{"jkt":"abc","x5t":"d"}}`:  "abc",
		`{"Cnf":{"jkt":"abc"},"cnf":null}`: "",
	} {
		if got := world.Confirmation(parse(t, text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestSymmetricAndKeyManagementAlgorithmsAreNoProofAlgorithms(t *testing.T) {
	for _, name := range []string{
		"none", "NONE", "HS256", "A128KW", "A256GCMKW", "dir", "RSA-OAEP", "RSA1_5",
		"ECDH-ES+A128KW", "PBES2-HS256+A128KW",
	} {
		if !symmetric(name) {
			t.Errorf("%s is taken for a signature", name)
		}
	}
	for _, name := range append(dpop.AlgorithmNames(), "ES256K", "Ed448", "ML-DSA-65") {
		if symmetric(name) {
			t.Errorf("%s is taken for none", name)
		}
	}
}
