package dpop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
)

// The algorithms of which one benchmark speaks for its kind.
var benchmarked = []string{"ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256"}

// BenchmarkBareSignature is the floor: what the cryptography alone costs.
func BenchmarkBareSignature(b *testing.B) {
	digest := sha256.Sum256([]byte("the signing input"))
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	signature, err := ecdsa.SignASN1(rand.Reader, ec, digest[:])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("ES256/sign", func(b *testing.B) {
		for b.Loop() {
			if _, err := ecdsa.SignASN1(rand.Reader, ec, digest[:]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ES256/verify", func(b *testing.B) {
		for b.Loop() {
			if !ecdsa.VerifyASN1(&ec.PublicKey, digest[:], signature) {
				b.Fatal("refused")
			}
		}
	})
	ed := mustKey(b, "EdDSA").Private().(ed25519.PrivateKey)
	edSignature := ed25519.Sign(ed, digest[:])
	b.Run("EdDSA/sign", func(b *testing.B) {
		for b.Loop() {
			ed25519.Sign(ed, digest[:])
		}
	})
	b.Run("EdDSA/verify", func(b *testing.B) {
		for b.Loop() {
			if !ed25519.Verify(ed.Public().(ed25519.PublicKey), digest[:], edSignature) {
				b.Fatal("refused")
			}
		}
	})
	r := mustKey(b, "RS256").Private().(*rsa.PrivateKey)
	b.Run("RS256/sign", func(b *testing.B) {
		for b.Loop() {
			if _, err := rsa.SignPKCS1v15(nil, r, crypto.SHA256, digest[:]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSign(b *testing.B) {
	for _, name := range benchmarked {
		key := mustKey(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := key.Sign([]byte("the signing input")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewProof(b *testing.B) {
	for _, name := range benchmarked {
		key := mustKey(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := NewProof(key, occasions["API"], testTime); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	o := occasions["API"]
	for _, name := range benchmarked {
		key := mustKey(b, name)
		proof, err := NewProof(key, o, testTime)
		if err != nil {
			b.Fatal(err)
		}
		request := Request{
			Method: o.Method, TargetURI: o.URI, Fields: []string{proof},
			AccessToken: o.AccessToken, Bound: key.Thumbprint,
		}
		verifier := NewVerifier(testClock)
		verifier.Replays = nil // the same proof again and again
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, refusal := verifier.Verify(request); refusal != nil {
					b.Fatal(refusal)
				}
			}
		})
	}
}
