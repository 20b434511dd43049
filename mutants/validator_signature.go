package mutants

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

var errSignature = errors.New("the signature does not verify")

// signed verifies the signature of a proof over its own text.
func signed(p *dpop.Verification, a dpop.Algorithm, key crypto.PublicKey) error {
	return signedOver(p.Proof.Input(), p.Proof.Signature, a, key)
}

// signedOver verifies a signature by the type of the key, as verifiers do that
// ask no further: alg gives the hash alone.
func signedOver(input, signature []byte, a dpop.Algorithm, key crypto.PublicKey) error {
	if k, ok := key.(ed25519.PublicKey); ok {
		return when(ed25519.Verify(k, input, signature))
	}
	hash := a.Hash
	if hash == 0 {
		hash = crypto.SHA256
	}
	h := hash.New()
	h.Write(input)
	digest := h.Sum(nil)
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return when(ecdsa.Verify(k, digest, r, s))
	case *rsa.PublicKey:
		return when(rsa.VerifyPKCS1v15(k, hash, digest, signature) == nil || rsa.VerifyPSS(k, hash, digest, signature, nil) == nil)
	}
	return errSignature
}

func when(holds bool) error {
	if holds {
		return nil
	}
	return errSignature
}

// overText verifies over a text that a stricter parser would not take.
func overText(p *dpop.Verification, input string) error {
	return signedOver([]byte(input), p.Proof.Signature, p.Proof.Algorithm, p.Proof.Key)
}

// registered verifies with the key that it saw first, as a server does that
// knows its client's key from the registration; the proof's own key is what
// tokens are bound to.
func registered(v *dpop.Verifier) {
	var once sync.Once
	var known crypto.PublicKey
	v.Replace("signature", func(p *dpop.Verification) error {
		once.Do(func() { known = p.Proof.Key })
		return signed(p, p.Proof.Algorithm, known)
	})
}

// keeping parses the key of a name once.
func keeping(v *dpop.Verifier) {
	var lock sync.Mutex
	kept := map[string]crypto.PublicKey{}
	honest := v.Check("signature")
	v.Replace("signature", func(p *dpop.Verification) error {
		kid, err := p.Proof.JWK.Text("kid")
		if err != nil {
			return honest(p)
		}
		lock.Lock()
		defer lock.Unlock()
		if kept[kid] == nil {
			kept[kid] = p.Proof.Key
		}
		own := p.Proof.Key
		p.Proof.Key = kept[kid]
		err = honest(p)
		p.Proof.Key = own
		return err
	})
}

// certified verifies with the key of a certificate in x5c, if there is one.
func certified(v *dpop.Verifier) {
	certifiedBy(v, func(p *dpop.Verification) dpop.Object { return p.Proof.Header })
}

func certifiedBy(v *dpop.Verifier, in func(*dpop.Verification) dpop.Object) {
	honest := v.Check("signature")
	v.Replace("signature", func(p *dpop.Verification) error {
		value, found := in(p).Get("x5c")
		if !found {
			return honest(p)
		}
		var chain []string
		if err := json.Unmarshal(value, &chain); err != nil || len(chain) == 0 {
			return errSignature
		}
		der, err := base64.StdEncoding.DecodeString(chain[0])
		if err != nil {
			return err
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		return signed(p, p.Proof.Algorithm, certificate.PublicKey)
	})
}

// careless takes a key that cannot be read for one that need not verify.
func careless(v *dpop.Verifier) {
	unread := func(p *dpop.Verification) bool { return p.Proof.Key == nil }
	for _, name := range []string{"jwk", "key"} {
		honest := v.Check(name)
		v.Replace(name, func(p *dpop.Verification) error {
			_ = honest(p) // what cannot be read is not used
			return nil
		})
	}
	for _, name := range []string{"alg-key", "key-use", "signature", "binding"} {
		skipping(name, unread).verifier(v)
	}
}

// signatureBugs are bugs in verifying the signature.
var signatureBugs = []bug{
	{"PV-054", "verifies only if jwk can be read", []string{"RFC9449-4.3-30", "RFC9449-4.3-35"}, nil, gate{verifier: careless}},
	{"PV-055", "verifies over JSON that it has written anew", []string{"RFC7515-5.2-01"}, nil,
		replacing("signature", func(p *dpop.Verification) error {
			return overText(p, dpop.EncodeSegment(p.Proof.Header.JSON())+"."+dpop.EncodeSegment(p.Proof.Claims.JSON()))
		})},
	{"PV-056", "verifies with the client's registered key, not with jwk", []string{"RFC9449-4.3-31"}, nil, gate{verifier: registered}},
	{"PV-056", "keeps keys by their kid and verifies with the first of that name", []string{"RFC9449-4.3-31"}, nil, gate{verifier: keeping}},
	{"PV-058", "verifies with the key in the x5c of jwk and binds to jwk", []string{"RFC9449-4.3-31"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			certifiedBy(v, func(p *dpop.Verification) dpop.Object { return p.Proof.JWK })
		}}},
	{"PV-058", "verifies with the key in x5c and binds to the one in jwk", []string{"RFC9449-4.3-31"}, nil, gate{verifier: certified}},
	{"PV-061", "accepts a signature of zeros", []string{"RFC9449-4.3-33"}, nil,
		skipping("signature", func(p *dpop.Verification) bool { return len(bytes.Trim(p.Proof.Signature, "\x00")) == 0 })},
}
