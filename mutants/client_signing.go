package mutants

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// resign changes the signature of each proof of an honest client.
func resign(change func(signature []byte) []byte) inClient {
	return func(p *client.Policy) {
		p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
			input := dpop.EncodeSegment(d.Header.JSON()) + "." + dpop.EncodeSegment(d.Claims.JSON())
			signature, err := r.Key.Sign([]byte(input))
			if err != nil {
				return "", err
			}
			return input + "." + dpop.EncodeSegment(change(signature)), nil
		}
	}
}

// halves are r and s of an ECDSA signature (RFC 7518 §3.4).
func halves(signature []byte) (r, s []byte) {
	return signature[:len(signature)/2], signature[len(signature)/2:]
}

// oneForAll is the key of every client on this machine.
var oneForAll = another()

// clientSigningBugs are wrong keys, algorithms and signatures, and proofs that
// are used again.
var clientSigningBugs = []row{
	{id: "CL-003", does: "one proof is used for several requests", breaks: ids{"RFC9449-4-01"},
		change: inClient(func(p *client.Policy) {
			var made sync.Map
			honest := p.Sign
			p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
				text, err := honest(r, d)
				kept, _ := made.LoadOrStore(r.Method+" "+string(r.Purpose), text)
				return kept.(string), err
			}
		})},
	{id: "CL-004", does: "the same proof on retry", breaks: ids{"RFC9449-7.3-01"},
		change: inClient(func(p *client.Policy) {
			honest := p.Sign
			p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
				if r.Previous != nil {
					return r.Previous.Text, nil
				}
				return honest(r, d)
			}
		})},
	{id: "CL-009", variant: "none", does: "alg none when metadata tempt", breaks: ids{"RFC9449-4.2-03"},
		change: tempted("none", func([]byte) []byte { return nil })},
	{id: "CL-009", variant: "hs256", does: "alg HS256 when metadata tempt", breaks: ids{"RFC9449-4.2-03"},
		change: tempted("HS256", func(input []byte) []byte {
			mac := hmac.New(sha256.New, []byte("a secret that both know"))
			mac.Write(input)
			return mac.Sum(nil)
		})},
	{id: "CL-015", does: "the ECDSA signature is DER", breaks: ids{"RFC9449-4.2-17"},
		change: resign(func(signature []byte) []byte {
			r, s := halves(signature)
			// Two integers always marshal.
			der, _ := asn1.Marshal([]*big.Int{new(big.Int).SetBytes(r), new(big.Int).SetBytes(s)})
			return der
		})},
	{id: "CL-016", does: "the signature is short when r or s is small", breaks: ids{"RFC7518-3.4-01"},
		change: resign(func(signature []byte) []byte {
			r, s := halves(signature)
			return append(append([]byte{}, withoutZeros(r)...), withoutZeros(s)...)
		})},
	{id: "CL-017", does: "an RSA key below 2048 bits", breaks: ids{"FAPI2-5.4.1-02"}, change: inClient(weakRSA)},
	{id: "CL-043", does: "the retry has the jti of the first request", breaks: ids{"RFC9449-8-09"},
		change: previous("jti")},
	{id: "CL-075", variant: "repetition", does: "makes the proof of a repetition before it waits",
		breaks: ids{"RFC9449-4.2-11", "RFC9449-7.3-01"}, change: previous("iat")},
	{id: "CL-075", variant: "ahead", does: "makes the proof of the next call ahead",
		breaks: ids{"RFC9449-4.2-11"}, change: inClient(func(p *client.Policy) {
			var last atomic.Int64
			claim("iat", func(r client.ProofRequest) any {
				now := r.Now.Unix()
				if before := last.Swap(now); before != 0 && r.Purpose == client.ForAPI {
					return before
				}
				return now
			})(p)
		})},
	{id: "CL-044", does: "the retry has a new key", breaks: ids{"RFC9449-8-09"},
		change: inClient(func(p *client.Policy) {
			fresh := another()
			p.Key = func(r client.KeyRequest) *dpop.Key {
				if r.Attempt.Number > 1 {
					return fresh()
				}
				return r.Key
			}
		})},
	{id: "CL-064", does: "the same key for several authorization servers",
		breaks: ids{"RFC9449-4.2-18", "FAPI2-6.x-01"},
		change: inClient(func(p *client.Policy) { p.Key = func(client.KeyRequest) *dpop.Key { return oneForAll() } })},
}

// tempted takes a weak algorithm where the metadata offer it first.
func tempted(weak string, sign func(input []byte) []byte) inClient {
	return func(p *client.Policy) {
		honestAlgorithm, honestSign := p.Algorithm, p.Sign
		p.Algorithm = func(key *dpop.Key, offered []string) (string, error) {
			for _, name := range offered {
				if strings.EqualFold(name, weak) {
					return weak, nil
				}
			}
			return honestAlgorithm(key, offered)
		}
		p.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
			if r.Algorithm != weak {
				return honestSign(r, d)
			}
			input := dpop.EncodeSegment(d.Header.JSON()) + "." + dpop.EncodeSegment(d.Claims.JSON())
			return input + "." + dpop.EncodeSegment(sign([]byte(input))), nil
		}
	}
}

// weakRSA presents a modulus and a signature of 1024 bits. Nobody can make such a key
// with Go's own library any more, so the signature is none.
func weakRSA(p *client.Policy) {
	modulus := make([]byte, 128)
	rand.Read(modulus) // crypto/rand never fails
	modulus[0] |= 0x80
	modulus[127] |= 1
	key := rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: 65537}
	p.Algorithm = func(*dpop.Key, []string) (string, error) { return "RS256", nil }
	redraft(func(_ client.ProofRequest, d *dpop.Draft) {
		var jwk dpop.Object
		jwk.Add("kty", "RSA")
		jwk.Add("n", dpop.EncodeSegment(key.N.Bytes()))
		jwk.Add("e", "AQAB")
		d.Header.Set("jwk", jwk)
	})(p)
	resign(func([]byte) []byte { return modulus })(p)
}
