package forge

import (
	"crypto/rsa"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

// independent are the checks on which no later one builds, so that they can be
// taken out one by one.
var independent = []string{
	"size", "typ", "crit", "private-key", "alg-key", "key-use", "signature",
	"jti", "htm", "htu", "iat", "lifetime", "nonce", "ath", "binding",
}

// TestADefectIsTheOnlyThingWrong takes the checks out that may refuse a defect:
// everything else about the proof must then be found in order. Without that a
// refusal could not be attributed, and a party that lacks the check would not
// be seen.
func TestADefectIsTheOnlyThingWrong(t *testing.T) {
	tried := 0
	for _, d := range All() {
		builtOn := slices.ContainsFunc(d.Refused, func(c string) bool { return !slices.Contains(independent, c) })
		if d.Sound || d.Open || builtOn {
			continue
		}
		f, forged, ok := somewhere(t, d)
		if !ok {
			t.Errorf("%s: forgeable nowhere", d.Name())
			continue
		}
		tried++
		verifier := dpop.NewVerifier(testClock)
		verifier.Replace("signature", func(v *dpop.Verification) error { return BareSignature(&v.Proof, v.Proof.Key) })
		verifier.Remove(d.Refused...)
		if f.Nonce != "" {
			verifier.Nonces = onlyNonce(f.Nonce)
		}
		bound := f.Key.Thumbprint
		if d.Key != nil {
			bound = forged.Key.Thumbprint
		}
		request := dpop.Request{
			Method: f.Method, TargetURI: f.URI, Fields: forged.Fields, AccessToken: f.AccessToken, Bound: bound,
		}
		if _, refusal := verifier.Verify(request); refusal != nil {
			t.Errorf("%s: without %v refused by %v", d.Name(), d.Refused, refusal)
		}
	}
	if tried < 200 {
		t.Errorf("%d defects were tried", tried)
	}
}

// somewhere forges the defect on the first occasion that offers what it needs.
func somewhere(t *testing.T, d Defect) (Forgery, Forged, bool) {
	t.Helper()
	for _, name := range []string{
		"token endpoint", "API", "API with a nonce", "API with escapes", "API at its root", "method of its own",
		"API on the loopback",
	} {
		for _, algorithm := range algorithmsOfScenarios {
			f := testForgery(t, occasions[name], algorithm)
			if forged, err := d.Forge(f); err == nil {
				return f, forged, true
			}
		}
	}
	return Forgery{}, Forged{}, false
}

func TestTheSignaturesOfWeakRSAKeysAreSound(t *testing.T) {
	for _, c := range []struct {
		name     string
		exponent int64
		bits     int
	}{
		{"512", 65537, 512}, {"1024", 65537, 1024}, {"2047", 65537, 2047}, {"16384", 65537, 16384},
		{"2048", 1, 2048}, {"2048", 2, 2048}, {"2048", 3, 2048},
	} {
		for _, algorithms := range [][]string{{"RS256"}, {"PS256"}} {
			f := testForgery(t, occasions["token endpoint"], "ES256")
			f.Algorithms = algorithms
			d := Defect{Part: "jwk", Value: c.name, Apply: embedRSA(c.name, c.exponent)}
			forged, err := d.Forge(f)
			var not *NotForgeable
			if c.bits == 512 && algorithms[0] == "PS256" && errors.As(err, &not) {
				continue // no room for the salt
			}
			if err != nil {
				t.Fatalf("%s bits, exponent %d: %v", c.name, c.exponent, err)
			}
			proof := dpop.Proof{Text: forged.Proof}
			header, _, signature, err := dpop.SplitCompact(forged.Proof, dpop.DecodeSegment)
			if err != nil {
				t.Fatal(err)
			}
			proof.Signature = signature
			proof.Algorithm, _ = dpop.FindAlgorithm(algorithms[0])
			key := rsaKey(t, header)
			if key.N.BitLen() != c.bits {
				t.Errorf("%s: %d bits", c.name, key.N.BitLen())
			}
			if algorithms[0] == "PS256" && c.exponent < 3 {
				continue // crypto/rsa has no PSS for them
			}
			if err := BareSignature(&proof, key); err != nil {
				t.Errorf("%s bits, exponent %d, %s: %v", c.name, c.exponent, algorithms[0], err)
			}
			proof.Signature[0] ^= 1
			if BareSignature(&proof, key) == nil {
				t.Errorf("%s bits, exponent %d, %s: a tampered signature verifies", c.name, c.exponent, algorithms[0])
			}
		}
	}
}

func rsaKey(t *testing.T, header []byte) *rsa.PublicKey {
	t.Helper()
	object, err := dpop.ParseObject(header)
	if err != nil {
		t.Fatal(err)
	}
	value, _ := object.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		t.Fatal(err)
	}
	n, err := jwk.Octets("n")
	if err != nil {
		t.Fatal(err)
	}
	e, err := jwk.Octets("e")
	if err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
}

func TestADefectThatCarriesAnotherKeySaysSo(t *testing.T) {
	brought := 0
	for _, d := range All() {
		for _, algorithm := range algorithmsOfScenarios {
			f := testForgery(t, occasions["API with a nonce"], algorithm)
			_, thumbprint, err := d.Brings(f)
			if err != nil || thumbprint == "" || thumbprint == f.Key.Thumbprint {
				continue
			}
			brought++
			if !d.BringsKey() && !slices.Contains(d.Refused, "binding") {
				t.Errorf("a proof whose %s, by a key for %s, carries a key of which BringsKey knows nothing",
					d.Name(), algorithm)
			}
		}
	}
	if brought == 0 {
		t.Error("no defect carries another key")
	}
}

func TestASignatureWithANaturalLeadingZeroHasOneAndItsFullLength(t *testing.T) {
	for _, test := range []struct {
		value, algorithm string
		at, octets       int
	}{
		{"with a natural leading zero in r", "ES256", 0, 64}, {"with a natural leading zero in s", "ES256", 32, 64},
		{"with a natural leading zero in r", "ES384", 0, 96}, {"with a natural leading zero in s", "ES384", 48, 96},
		{"with a natural leading zero", "RS256", 0, 256}, {"with a natural leading zero", "PS256", 0, 256},
	} {
		d, err := Find("signature", test.value)
		if err != nil {
			t.Fatal(err)
		}
		f := testForgery(t, occasions["API"], test.algorithm)
		f.Algorithms = []string{test.algorithm}
		forged, err := d.Forge(f)
		if err != nil {
			t.Fatal(err)
		}
		_, _, signature, err := dpop.SplitCompact(forged.Proof, dpop.DecodeSegment)
		if err != nil || len(signature) != test.octets || signature[test.at] != 0 {
			t.Errorf("%s under %s: %d octets, %v", test.value, test.algorithm, len(signature), err)
		}
	}
}
