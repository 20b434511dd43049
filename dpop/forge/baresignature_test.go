package forge

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"math/big"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wycheproof"
)

// BareSignature checks the signature alone, with no eye for header and jwk.
// VerifySignature judges more than that: go-jose refuses private keys, crit,
// b64 and weak keys of its own accord. A party that leaves such a check out is
// seen to do so only where its signature check does not make up for it. RSA
// keys of any size and exponent are taken.
func BareSignature(p *dpop.Proof, key crypto.PublicKey) error {
	if verifies(p, key) {
		return nil
	}
	return errors.New("the signature does not verify")
}

func verifies(p *dpop.Proof, key crypto.PublicKey) bool {
	input, hash := p.Input(), p.Algorithm.Hash
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		octets := (k.Params().BitSize + 7) / 8
		if len(p.Signature) != 2*octets {
			return false
		}
		h := split(k, p.Signature)
		return ecdsa.Verify(k, digest(hash, input), h.r, h.s)
	case ed25519.PublicKey:
		return ed25519.Verify(k, input, p.Signature)
	case *rsa.PublicKey:
		if p.Algorithm.Family == dpop.PSS {
			options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			return rsa.VerifyPSS(k, hash, digest(hash, input), p.Signature, options) == nil
		}
		return verifiesPKCS1(k, hash, digest(hash, input), p.Signature)
	}
	return false
}

// verifiesPKCS1 is RFC 8017 §8.2.2 without any demand on the key: crypto/rsa
// refuses exponents and sizes that a careless party would take.
func verifiesPKCS1(key *rsa.PublicKey, hash crypto.Hash, sum, signature []byte) bool {
	s := new(big.Int).SetBytes(signature)
	octets := (key.N.BitLen() + 7) / 8
	if len(signature) != octets || s.Cmp(key.N) >= 0 {
		return false
	}
	padded := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, octets))
	expected, err := padPKCS1(hash, sum, octets)
	return err == nil && bytes.Equal(padded, expected)
}

func TestABareSignatureAgreesWithGoJoseOnHonestAndTamperedProofs(t *testing.T) {
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range dpop.AlgorithmNames() {
		key := keys[name]
		text, err := dpop.NewProof(key, occasions["API"], testTime)
		if err != nil {
			t.Fatal(err)
		}
		algorithm, _ := dpop.FindAlgorithm(name)
		_, _, signature, err := dpop.SplitCompact(text, dpop.DecodeSegment)
		if err != nil {
			t.Fatal(err)
		}
		proof := dpop.Proof{Text: text, Algorithm: algorithm, Signature: signature}
		if err := BareSignature(&proof, key.Public()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		proof.Text = "x" + proof.Text
		if BareSignature(&proof, key.Public()) == nil {
			t.Errorf("%s: verifies over another input", name)
		}
	}
}

// TestTheSignatureCheckAgreesWithWycheproof runs the vectors of bare signatures
// in the forms that JOSE uses: R || S, Ed25519, PKCS #1 and PSS.
func TestTheSignatureCheckAgreesWithWycheproof(t *testing.T) {
	for file, name := range map[string]string{
		"ecdsa_secp256r1_sha256_p1363_test.json":    "ES256",
		"ecdsa_secp384r1_sha384_p1363_test.json":    "ES384",
		"ecdsa_secp521r1_sha512_p1363_test.json":    "ES512",
		"ed25519_test.json":                         "Ed25519",
		"rsa_signature_2048_sha256_test.json":       "RS256",
		"rsa_pss_2048_sha256_mgf1_32_test.json":     "PS256",
		"rsa_pss_2048_sha256_mgf1_0_test.json":      "PS256",
		"rsa_pss_2048_sha256_mgf1sha1_20_test.json": "PS256",
	} {
		var vectors struct {
			TestGroups []struct {
				PublicKeyPEM string `json:"publicKeyPem"`
				SLen         *int
				MGFSHA       string
				Tests        []struct {
					TcID                      int
					Comment, Msg, Sig, Result string
				}
			}
		}
		wycheproof.Read(t, file, &vectors)
		algorithm, _ := dpop.FindAlgorithm(name)
		judged := 0
		for _, group := range vectors.TestGroups {
			key, err := dpop.ParsePublicPEM([]byte(group.PublicKeyPEM))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			// Another length of salt or another mask is no PS256 (RFC 7518 §3.5),
			// unless the case undoes it.
			other := group.SLen != nil && (*group.SLen != 32 || group.MGFSHA != "SHA-256")
			for _, c := range group.Tests {
				judged++
				message, msgErr := hex.DecodeString(c.Msg)
				signature, sigErr := hex.DecodeString(c.Sig)
				if msgErr != nil || sigErr != nil {
					t.Fatal(file, c.TcID)
				}
				proof := dpop.Proof{Text: string(message) + ".", Algorithm: algorithm, Signature: signature}
				want := c.Result == "valid" && !other || group.MGFSHA == "SHA-256" && c.Comment == "s_len changed to 32"
				if got := BareSignature(&proof, key) == nil; got != want && c.Result != "acceptable" {
					t.Errorf("%s %d (%s): %v, %s", file, c.TcID, c.Comment, got, c.Result)
				}
			}
		}
		if judged < 50 {
			t.Errorf("%s: %d cases", file, judged)
		}
	}
}
