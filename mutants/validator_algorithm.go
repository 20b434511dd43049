package mutants

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// taking makes a verifier take proofs of some algorithms without a look at
// key and signature beyond what judge wants.
func taking(takes func(alg string) bool, judge check) inVerifier {
	return func(v *dpop.Verifier) {
		wrapping("form", func(p *dpop.Verification, honest check) error {
			if text := p.Proof.Text; strings.HasSuffix(text, ".") && strings.Count(text, ".") == 2 {
				p.Proof.Text += "AA" // the empty signature of an unsecured JWS
			}
			return honest(p)
		})(v)
		wrapping("alg", func(p *dpop.Verification, honest check) error {
			if name, err := p.Proof.Header.Text("alg"); err == nil && takes(name) {
				p.Proof.Algorithm = dpop.Algorithm{Name: name}
				return nil
			}
			return honest(p)
		})(v)
		for _, name := range []string{"alg-key", "key-use"} {
			skipping(name, func(p *dpop.Verification) bool { return takes(p.Proof.Algorithm.Name) })(v)
		}
		wrapping("signature", func(p *dpop.Verification, honest check) error {
			if takes(p.Proof.Algorithm.Name) {
				return judge(p)
			}
			return honest(p)
		})(v)
	}
}

func anything(*dpop.Verification) error { return nil }

// macOver verifies HS256 with secrets made from the key in the proof.
func macOver(secrets func(*dpop.Verification) [][]byte) check {
	return func(p *dpop.Verification) error {
		for _, secret := range secrets(p) {
			mac := hmac.New(sha256.New, secret)
			mac.Write(p.Proof.Input())
			if hmac.Equal(mac.Sum(nil), p.Proof.Signature) {
				return nil
			}
		}
		return errors.New("the MAC does not verify")
	}
}

// publicTexts are the texts of a public key that libraries confuse with a secret.
func publicTexts(p *dpop.Verification) [][]byte {
	der, err := x509.MarshalPKIXPublicKey(p.Proof.Key)
	if err != nil {
		return nil
	}
	return [][]byte{der, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), p.Proof.JWK.JSON()}
}

// secretInKey takes a key of the type oct.
func secretInKey(v *dpop.Verifier) {
	taking(func(alg string) bool { return alg == "HS256" }, macOver(func(p *dpop.Verification) [][]byte {
		return [][]byte{octets(p.Proof.JWK, "k")}
	}))(v)
	// Such a key has no thumbprint here, so the binding is not compared either.
	for _, name := range []string{"private-key", "key", "binding"} {
		skipping(name, func(p *dpop.Verification) bool { return kty(p) == "oct" })(v)
	}
}

// denying takes every algorithm but those that it knows to be bad.
func denying(v *dpop.Verifier) {
	v.Algorithms = dpop.AlgorithmNames()
	taking(func(alg string) bool {
		_, known := dpop.FindAlgorithm(alg)
		return !known && alg != "" && !strings.HasPrefix(alg, "HS") && !strings.EqualFold(alg, "none")
	}, func(p *dpop.Verification) error {
		return signed(p, dpop.Algorithm{Hash: crypto.SHA256}, p.Proof.Key)
	})(v)
}

// byAlgorithm takes the key that alg needs out of jwk, while the thumbprint is that of
// the key that kty names.
func byAlgorithm(p *dpop.Verification, honest check) error {
	if err := honest(p); err != nil {
		return err
	}
	for _, kty := range []string{"EC", "OKP", "RSA"} {
		other := p.Proof.JWK.Clone()
		other.Set("kty", kty)
		if key, err := dpop.ParsePublicKey(other); err == nil && p.Proof.Algorithm.Fits(key.Key) == nil {
			p.Proof.Key = key.Key
		}
	}
	return nil
}

// algorithmBugs are bugs in judging alg.
var algorithmBugs = []row{
	{id: "PV-045", does: "accepts alg none", breaks: ids{"RFC9449-4.3-23"},
		change: taking(func(alg string) bool { return alg == "none" }, anything)},
	{id: "PV-046", does: "refuses alg none in lower case alone", breaks: ids{"RFC9449-4.3-23"},
		change: taking(func(alg string) bool { return alg != "none" && strings.EqualFold(alg, "none") }, anything)},
	{id: "PV-047", does: "denies known bad algorithms in place of allowing good ones",
		breaks: ids{"RFC9449-4.3-25", "RFC9449-4.3-26"}, change: inVerifier(denying)},
	{id: "PV-048", does: "accepts a MAC with a secret in jwk", breaks: ids{"RFC9449-4.3-24"},
		change: inVerifier(secretInKey)},
	{id: "PV-049", does: "takes the public key for the secret of a MAC", breaks: ids{"RFC9449-4.3-24"},
		change: taking(func(alg string) bool { return alg == "HS256" }, macOver(publicTexts))},
	{id: "PV-050", variant: "unadvertised-taken", does: "does not compare alg with what it advertises",
		breaks: ids{"RFC9449-4.3-26"}, change: replacing("alg", func(p *dpop.Verification) error {
			name, err := p.Proof.Header.Text("alg")
			if err != nil {
				return err
			}
			var known bool
			if p.Proof.Algorithm, known = dpop.FindAlgorithm(name); !known {
				return errors.New("an unknown algorithm")
			}
			return nil
		})},
	{id: "PV-050", variant: "advertised-refused", does: "refuses an algorithm that it advertises",
		breaks: ids{"RFC9449-4.3-27"}, change: also("alg", func(p *dpop.Verification) error {
			if name, _ := p.Proof.Header.Text("alg"); name == "ES512" {
				return errors.New("the curve is not implemented")
			}
			return nil
		})},
	{id: "PV-052", does: "does not tie alg to the type of the key", breaks: ids{"RFC9449-4.3-28"},
		change: inVerifier(func(v *dpop.Verifier) {
			v.Remove("alg-key")
			byHand(v)
		})},
	{id: "PV-124", does: "takes the key for the signature by alg and the one for the thumbprint by kty",
		breaks: ids{"RFC9449-4.3-28", "RFC9449-4.3-31"}, change: wrapping("key", byAlgorithm)},
}
