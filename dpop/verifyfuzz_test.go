package dpop_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
)

// FuzzVerify gives the verifier any text for a proof. It must never panic, and
// never accept what nobody has signed. The workers of the fuzzer are processes
// of their own, so that keys and proofs must be the same in each.
func FuzzVerify(f *testing.F) {
	at := time.Unix(1562262616, 0)
	o := dpop.Occasion{Method: "POST", URI: "https://server.example.com/token"}
	key, err := dpop.ParseJWK([]byte(rfc8037Key))
	if err != nil {
		f.Fatal(err)
	}
	draft := dpop.NewDraft(key, o, at)
	draft.Claims.Set("jti", "the-same-in-every-process")
	edwards, err := draft.Sign(key) // the signature is deterministic, too
	if err != nil {
		f.Fatal(err)
	}
	signed := []string{rfcTokenProof, edwards}
	for _, seed := range append(signed, rfcResourceProof, "..", "e30.e30.AA") {
		f.Add(seed)
	}
	for _, d := range forge.All() {
		forged, err := d.Forge(forge.Forgery{Key: key, Occasion: o, Now: at, Draft: draft})
		if err == nil && !d.Sound && !d.Open && len(forged.Proof) < 4096 {
			f.Add(forged.Proof)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		verifier := dpop.NewVerifier(func() time.Time { return at })
		proof, refusal := verifier.Verify(dpop.Request{Method: o.Method, TargetURI: o.URI, Fields: []string{text}})
		if refusal != nil || lowOrderKey(proof) {
			return
		}
		// A signature of ECDSA has a twin; what it covers is what counts.
		for _, known := range signed {
			if strings.HasPrefix(known, string(proof.Input())+".") {
				return
			}
		}
		t.Errorf("accepted: %q", text)
	})
}

// lowOrderKey reports whether the key is an Ed25519 point for which anybody can
// sign.
func lowOrderKey(p *dpop.Proof) bool {
	x, err := p.JWK.Octets("x")
	return err == nil && p.Algorithm.Family == dpop.EdDSA && bytes.Equal(bytes.TrimRight(x[1:], "\x00"), nil)
}
