package forge

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"slices"
)

// pkcs1Defects are encoded messages that differ from the one of RFC 8017 §9.2 and
// that are read all the same by who takes them apart in place of comparing them
// whole (§8.2.2). Each is signed by the client's own key: with a small exponent
// anybody can do so without it (CVE-2006-4339 and its successors).
func pkcs1Defects() []Defect {
	row := func(value, says string, encode func(m pkcs1) []byte) Defect {
		return bad("signature", value, says, func(f *Forgery) error {
			key, ok := rawOf(f.Key)
			if !ok {
				return errors.New("the key is none of this process")
			}
			hash := hashOf(f.Key.Algorithm)
			f.Sign = func(input []byte) ([]byte, error) {
				return key.sign(encode(pkcs1{hash, digest(hash, input), key.octets()}))
			}
			return nil
		}, "signature")
	}
	return needing(Needs{Algorithms: rsaPKCS1},
		row("with short padding and a tail", "eight octets FF, and random octets behind the digest", func(m pkcs1) []byte {
			return m.tailed(bytes.Repeat([]byte{0xff}, 8))
		}),
		row("with a tail and no padding", "no octet FF, and random octets behind the digest",
			func(m pkcs1) []byte { return m.tailed(nil) }),
		row("with padding of another octet", "AA in place of FF",
			func(m pkcs1) []byte { return m.padded(1, 0xaa, m.info()) }),
		row("with the padding of encryption", "block type 2",
			func(m pkcs1) []byte { return m.padded(2, 0xff, m.info()) }),
		row("with a hash that has parameters", "random octets where NULL belongs",
			func(m pkcs1) []byte { return m.padded(1, 0xff, m.withParameters()) }),
		row("with a digest of an unknown hash", "random octets where the name of the hash belongs", func(m pkcs1) []byte {
			info := m.info()
			return m.padded(1, 0xff, append(random(len(info)-len(m.sum)), m.sum...))
		}),
	)
}

// pkcs1 is what an encoded message is made of.
type pkcs1 struct {
	hash   crypto.Hash
	sum    []byte
	octets int
}

// info is the DigestInfo.
func (m pkcs1) info() []byte { return slices.Concat(digestInfo[m.hash], m.sum) }

// withParameters is a DigestInfo in DER whose hash has a long octet string for
// parameters.
func (m pkcs1) withParameters() []byte {
	prefix := digestInfo[m.hash]
	name := prefix[4 : len(prefix)-4] // behind the heads of the two sequences, before NULL and the head of the digest
	junk := random(100)
	algorithm := slices.Concat(name, []byte{4, byte(len(junk))}, junk)
	algorithm = slices.Concat([]byte{0x30, byte(len(algorithm))}, algorithm)
	body := slices.Concat(algorithm, []byte{4, byte(len(m.sum))}, m.sum)
	return slices.Concat([]byte{0x30, 0x81, byte(len(body))}, body)
}

// padded fills the block up with an octet.
func (m pkcs1) padded(kind, octet byte, info []byte) []byte {
	padding := bytes.Repeat([]byte{octet}, m.octets-len(info)-3)
	return slices.Concat([]byte{0, kind}, padding, []byte{0}, info)
}

// tailed fills the block up behind the digest.
func (m pkcs1) tailed(padding []byte) []byte {
	block := slices.Concat([]byte{0, 1}, padding, []byte{0}, m.info())
	return append(block, random(m.octets-len(block))...)
}

func random(octets int) []byte {
	data := make([]byte, octets)
	rand.Read(data) // crypto/rand never fails
	return data
}
