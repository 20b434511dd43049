package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// formRules are about the field, the header and the signature of a proof.
var formRules = vocabulary.Meanings[proofRule]{
	"is one token68 in a field of its own": each(func(p sentProof) string {
		if len(p.lines) != 1 {
			return fmt.Sprintf("%d DPoP field lines", len(p.lines))
		}
		return unless(dpop.IsToken68(p.text) && strings.Count(p.text, ".") == 2, "%q", mask.Head(p.text, 80))
	}),
	"is a compact JWS in strict base64url": each(func(p sentProof) string {
		if p.err != nil {
			return p.err.Error()
		}
		for _, name := range []string{"crit", "b64"} {
			if p.header.Has(name) {
				return "the header has " + name
			}
		}
		return p.signatureForm()
	}),
	"has the type dpop+jwt": each(func(p sentProof) string {
		typ, err := p.header.Text("typ")
		return unless(err == nil && typ == dpop.ProofType, "typ is %q", typ)
	}),
	"names a registered asymmetric signature algorithm": each(func(p sentProof) string {
		_, known := dpop.FindAlgorithm(p.algorithm())
		return unless(known, "alg is %q", p.algorithm())
	}),
	"names neither none nor a MAC": each(func(p sentProof) string {
		alg := p.algorithm()
		weak := strings.EqualFold(alg, "none") || strings.HasPrefix(strings.ToUpper(alg), "HS")
		return unless(!weak, "alg is %q", alg)
	}),
	"names an algorithm that the profile allows": eachInCase(func(a *Actor, p sentProof) string {
		allowed := a.Profile.ProofAlgorithms()
		return unless(len(allowed) == 0 || slices.Contains(allowed, p.algorithm()),
			"alg is %q, allowed are %v", p.algorithm(), allowed)
	}),
	"has nothing in its header but typ, alg and jwk": each(func(p sentProof) string {
		for _, m := range p.header {
			if !slices.Contains([]string{"typ", "alg", "jwk"}, m.Name) {
				return "the header has " + m.Name
			}
		}
		return ""
	}),
	"names Ed25519 rather than EdDSA": each(func(p sentProof) string {
		return unless(p.algorithm() != "EdDSA", "alg is EdDSA")
	}),
	"holds the public key that verifies it": each(func(p sentProof) string {
		key, err := p.key()
		if err != nil {
			return "jwk: " + err.Error()
		}
		return p.verifies(key)
	}),
	"holds no private or symmetric key": each(func(p sentProof) string {
		jwk, _ := p.jwk()
		if kty, _ := jwk.Text("kty"); kty == "oct" {
			return "jwk is a symmetric key"
		}
		private := dpop.PrivateMembers(jwk)
		return unless(len(private) == 0, "jwk has %v", private)
	}),
	"writes its key in full length and no longer": each(sentProof.keyForm),
	"has a key of sufficient length":              each(sentProof.keyLength),
	"has a signature of full length":              each(sentProof.signatureForm),
}
