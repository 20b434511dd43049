package mutants

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

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
func certified(in func(*dpop.Verification) dpop.Object) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
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
		wrapping(name, func(p *dpop.Verification, honest check) error {
			_ = honest(p) // what cannot be read is not used
			return nil
		})(v)
	}
	for _, name := range []string{"alg-key", "key-use", "signature", "binding"} {
		skipping(name, unread)(v)
	}
}

// signatureBugs are bugs in verifying the signature.
var signatureBugs = []row{
	{id: "PV-054", does: "verifies only if jwk can be read", breaks: ids{"RFC9449-4.3-30", "RFC9449-4.3-35"},
		change: inVerifier(careless)},
	{id: "PV-055", does: "verifies over JSON that it has written anew", breaks: ids{"RFC7515-5.2-01"},
		change: replacing("signature", func(p *dpop.Verification) error {
			return overText(p, dpop.EncodeSegment(p.Proof.Header.JSON())+"."+dpop.EncodeSegment(p.Proof.Claims.JSON()))
		})},
	{id: "PV-056", variant: "registered", does: "verifies with the client's registered key, not with jwk",
		breaks: ids{"RFC9449-4.3-31", "RFC9449-5-02", "RFC9449-6-01", "RFC9449-10.1-05"}, change: inVerifier(registered)},
	{id: "PV-056", variant: "by-kid", does: "keeps keys by their kid and verifies with the first of that name",
		breaks: ids{"RFC9449-4.3-31"}, change: inVerifier(keeping)},
	{id: "PV-058", variant: "x5c-of-jwk", does: "verifies with the key in the x5c of jwk and binds to jwk",
		breaks: ids{"RFC9449-4.3-31"},
		change: certified(func(p *dpop.Verification) dpop.Object { return p.Proof.JWK })},
	{id: "PV-058", variant: "x5c-of-header", does: "verifies with the key in x5c and binds to the one in jwk",
		breaks: ids{"RFC9449-4.3-31"},
		change: certified(func(p *dpop.Verification) dpop.Object { return p.Proof.Header })},
	{id: "PV-061", does: "accepts a signature of zeros", breaks: ids{"RFC9449-4.3-33"},
		change: skipping("signature", func(p *dpop.Verification) bool {
			return len(bytes.Trim(p.Proof.Signature, "\x00")) == 0
		})},
}
