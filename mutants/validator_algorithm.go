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
func taking(takes func(alg string) bool, judge func(*dpop.Verification) error) gate {
	return gate{verifier: func(v *dpop.Verifier) {
		form := v.Check("form")
		v.Replace("form", func(p *dpop.Verification) error {
			if text := p.Proof.Text; strings.HasSuffix(text, ".") && strings.Count(text, ".") == 2 {
				p.Proof.Text += "AA" // the empty signature of an unsecured JWS
			}
			return form(p)
		})
		algorithm := v.Check("alg")
		v.Replace("alg", func(p *dpop.Verification) error {
			if name, err := p.Proof.Header.Text("alg"); err == nil && takes(name) {
				p.Proof.Algorithm = dpop.Algorithm{Name: name}
				return nil
			}
			return algorithm(p)
		})
		for _, name := range []string{"alg-key", "key-use"} {
			honest := v.Check(name)
			v.Replace(name, func(p *dpop.Verification) error {
				if takes(p.Proof.Algorithm.Name) {
					return nil
				}
				return honest(p)
			})
		}
		signature := v.Check("signature")
		v.Replace("signature", func(p *dpop.Verification) error {
			if takes(p.Proof.Algorithm.Name) {
				return judge(p)
			}
			return signature(p)
		})
	}}
}

func anything(*dpop.Verification) error { return nil }

// macOver verifies HS256 with secrets made from the key in the proof.
func macOver(secrets func(*dpop.Verification) [][]byte) func(*dpop.Verification) error {
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
func secretInKey() gate {
	mac := macOver(func(p *dpop.Verification) [][]byte {
		text, _ := p.Proof.JWK.Text("k")
		secret, _ := dpop.DecodeSegment(text)
		return [][]byte{secret}
	})
	g := taking(func(alg string) bool { return alg == "HS256" }, mac)
	symmetric := func(p *dpop.Verification) bool {
		kty, _ := p.Proof.JWK.Text("kty")
		return kty == "oct"
	}
	inner := g.verifier
	g.verifier = func(v *dpop.Verifier) {
		inner(v)
		// Such a key has no thumbprint here, so the binding is not compared either.
		for _, name := range []string{"private-key", "key", "binding"} {
			skipping(name, symmetric).verifier(v)
		}
	}
	return g
}

// denying takes every algorithm but those that it knows to be bad.
func denying(v *dpop.Verifier) {
	v.Algorithms = dpop.AlgorithmNames()
	taking(func(alg string) bool {
		_, known := dpop.FindAlgorithm(alg)
		return !known && alg != "" && !strings.HasPrefix(alg, "HS") && !strings.EqualFold(alg, "none")
	}, func(p *dpop.Verification) error {
		return signed(p, dpop.Algorithm{Hash: crypto.SHA256}, p.Proof.Key)
	}).verifier(v)
}

// algorithmBugs are bugs in judging alg.
var algorithmBugs = []bug{
	{"PV-045", "accepts alg none", []string{"RFC9449-4.3-23"}, nil,
		taking(func(alg string) bool { return alg == "none" }, anything)},
	{"PV-046", "refuses alg none in lower case alone", []string{"RFC9449-4.3-23"}, nil,
		taking(func(alg string) bool { return alg != "none" && strings.EqualFold(alg, "none") }, anything)},
	{"PV-047", "denies known bad algorithms in place of allowing good ones", []string{"RFC9449-4.3-25", "RFC9449-4.3-26"}, nil,
		gate{verifier: denying}},
	{"PV-048", "accepts a MAC with a secret in jwk", []string{"RFC9449-4.3-24"}, nil, secretInKey()},
	{"PV-049", "takes the public key for the secret of a MAC", []string{"RFC9449-4.3-24"}, nil,
		taking(func(alg string) bool { return alg == "HS256" }, macOver(publicTexts))},
	{"PV-050", "does not compare alg with what it advertises", []string{"RFC9449-4.3-26"}, nil,
		replacing("alg", func(p *dpop.Verification) error {
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
	{"PV-050", "refuses an algorithm that it advertises", []string{"RFC9449-4.3-27"}, nil,
		also("alg", func(p *dpop.Verification) error {
			if name, _ := p.Proof.Header.Text("alg"); name == "ES512" {
				return errors.New("the curve is not implemented")
			}
			return nil
		})},
	{"PV-052", "does not tie alg to the type of the key", []string{"RFC9449-4.3-28"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			v.Remove("alg-key")
			v.Replace("signature", func(p *dpop.Verification) error { return signed(p, p.Proof.Algorithm, p.Proof.Key) })
		}}},
}
