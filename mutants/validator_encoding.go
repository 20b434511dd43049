package mutants

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"math/big"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
)

// groupOrder is that of Ed25519 (RFC 8032 §5.1).
var groupOrder, _ = new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)

// reduced verifies an Ed25519 signature whose S is not below the group order, as long
// as so many bits are enough for it.
func reduced(bits int) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
		key, edwards := p.Proof.Key.(ed25519.PublicKey)
		if err := honest(p); err == nil || !edwards || len(p.Proof.Signature) != ed25519.SignatureSize {
			return err
		}
		s := slices.Clone(p.Proof.Signature[32:])
		slices.Reverse(s)
		number := new(big.Int).SetBytes(s)
		if number.BitLen() > bits {
			return errSignature
		}
		number.Mod(number, groupOrder).FillBytes(s)
		slices.Reverse(s)
		return when(ed25519.Verify(key, p.Proof.Input(), slices.Concat(p.Proof.Signature[:32], s)))
	})
}

// pkcs1 is an encoded message of RSASSA-PKCS1-v1_5 (RFC 8017 §9.2), and what the
// digest of the signed text and its DigestInfo should be.
type pkcs1 struct{ block, info, digest []byte }

// decoding takes the encoded message apart where an honest verifier compares it whole.
func decoding(good func(pkcs1) bool) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
		key, isRSA := p.Proof.Key.(*rsa.PublicKey)
		err := honest(p)
		if err == nil || !isRSA || p.Proof.Algorithm.Name != "RS256" || len(p.Proof.Signature) != key.Size() {
			return err
		}
		signature := new(big.Int).SetBytes(p.Proof.Signature)
		if signature.Cmp(key.N) >= 0 {
			return err
		}
		power := signature.Exp(signature, big.NewInt(int64(key.E)), key.N)
		h := p.Proof.Algorithm.Hash.New()
		h.Write(p.Proof.Input())
		digest := h.Sum(nil)
		return when(good(pkcs1{
			block: power.FillBytes(make([]byte, key.Size())), info: slices.Concat(sha256Info, digest), digest: digest,
		}))
	})
}

// sha256Info is the DER that stands before a SHA-256 digest.
var sha256Info = []byte("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20")

// behind returns what stands behind block type 1 and its padding.
func (m pkcs1) behind() []byte {
	padding, rest, _ := bytes.Cut(m.block[2:], []byte{0})
	if !bytes.HasPrefix(m.block, []byte{0, 1}) || len(bytes.Trim(padding, "\xff")) > 0 {
		return nil
	}
	return rest
}

// parsed reads a DigestInfo and compares digest and hash, but not the parameters.
func (m pkcs1) parsed() bool {
	var info struct {
		Hash struct {
			Name       asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Digest []byte
	}
	_, err := asn1.Unmarshal(m.behind(), &info)
	return err == nil && info.Hash.Name.String() == "2.16.840.1.101.3.4.2.1" && bytes.Equal(info.Digest, m.digest)
}

// resized verifies an RSA signature whose length is not that of the modulus after it
// was made to fit.
func resized(fit func(signature []byte, size int) []byte) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
		key, isRSA := p.Proof.Key.(*rsa.PublicKey)
		if !isRSA {
			return honest(p)
		}
		return signedOver(p.Proof.Input(), fit(p.Proof.Signature, key.Size()), p.Proof.Algorithm, key)
	})
}

// encodingBugs are signatures that verify in more than one text.
var encodingBugs = []row{
	{id: "PV-126", variant: "three-bits", does: "bounds the S of an Ed25519 signature by its three highest bits alone",
		breaks: ids{"RFC8032-5.1.7-01"}, change: reduced(253)},
	{id: "PV-126", variant: "unbounded", does: "takes any S of an Ed25519 signature, and remembers proofs by it",
		breaks: ids{"RFC8032-5.1.7-01", "RFC9449-11.1-07"}, change: inVerifier(func(v *dpop.Verifier) {
			reduced(256)(v)
			under(func(p *dpop.Proof) {
				if p.Algorithm.Family == dpop.EdDSA {
					p.ID += p.Text
				}
			})(v)
		})},
	{id: "PV-127", variant: "tail", does: "does not look behind the digest in an RSA signature",
		breaks: ids{"RFC8017-8.2.2-01"},
		change: decoding(func(m pkcs1) bool { return bytes.HasPrefix(m.behind(), m.info) })},
	{id: "PV-127", variant: "parameters", does: "does not look at the parameters of the hash in an RSA signature",
		breaks: ids{"RFC8017-8.2.2-01"}, change: decoding(pkcs1.parsed)},
	{id: "PV-127", variant: "padding", does: "skips the padding of an RSA signature whatever it is",
		breaks: ids{"RFC8017-8.2.2-01"}, change: decoding(func(m pkcs1) bool {
			return bytes.HasPrefix(m.block, []byte{0, 1}) && bytes.HasSuffix(m.block, slices.Concat([]byte{0}, m.info))
		})},
	{id: "PV-127", variant: "block-type", does: "takes any block type of an RSA signature",
		breaks: ids{"RFC8017-8.2.2-01"}, change: decoding(func(m pkcs1) bool {
			m.block[1] = 1
			return bytes.Equal(m.behind(), m.info)
		})},
	{id: "PV-127", variant: "digest-alone", does: "looks for the digest at the end of an RSA signature",
		breaks: ids{"RFC8017-8.2.2-01"}, change: decoding(func(m pkcs1) bool {
			return len(m.behind()) == len(m.info) && bytes.HasSuffix(m.block, m.digest)
		})},
	{id: "PV-127", variant: "long", does: "takes zeros before an RSA signature", breaks: ids{"RFC8017-8.2.2-01"},
		change: resized(func(signature []byte, size int) []byte {
			for len(signature) > size && signature[0] == 0 {
				signature = signature[1:]
			}
			return signature
		})},
	{id: "PV-127", variant: "short", does: "takes an RSA signature without its leading zeros",
		breaks: ids{"RFC8017-8.2.2-01"}, at: []string{features.TokenEndpoint, features.API},
		change: resized(func(signature []byte, size int) []byte {
			return append(make([]byte, max(0, size-len(signature))), signature...)
		})},
	{id: "PV-127", variant: "cut", does: "cuts an RSA signature off at the length of the modulus",
		breaks: ids{"RFC8017-8.2.2-01"},
		change: resized(func(signature []byte, size int) []byte { return signature[:min(size, len(signature))] })},
}
