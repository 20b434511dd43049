package client

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
)

// sentProof is one proof of the client, taken apart as far as it goes.
type sentProof struct {
	sent
	lines  []string // DPoP field lines
	text   string
	header dpop.Object
	claims dpop.Object
	err    error // why it could not be taken apart
}

// proofsIn returns the proofs of those requests that carry one.
func proofsIn(list []sent) []sentProof {
	var found []sentProof
	for _, s := range list {
		lines := s.Fields.Values("DPoP")
		if len(lines) == 0 {
			continue
		}
		p := sentProof{sent: s, lines: lines, text: lines[0]}
		p.header, p.claims, p.err = readProof(p.text)
		found = append(found, p)
	}
	return found
}

// claim returns a claim that is a string, else nothing.
func (p sentProof) claim(name string) string {
	text, _ := p.claims.Text(name)
	return text
}

func (p sentProof) algorithm() string {
	alg, _ := p.header.Text("alg")
	return alg
}

func (p sentProof) jwk() (dpop.Object, error) {
	value, _ := p.header.Get("jwk")
	return dpop.ParseObject(value)
}

func (p sentProof) key() (*dpop.PublicKey, error) {
	jwk, err := p.jwk()
	if err != nil {
		return nil, err
	}
	return dpop.ParsePublicKey(jwk)
}

// thumbprint returns that of the key in the header, else nothing.
func (p sentProof) thumbprint() string {
	key, err := p.key()
	if err != nil {
		return ""
	}
	return key.Thumbprint
}

// signature returns the octets of the JWS signature.
func (p sentProof) signature() ([]byte, error) {
	_, _, signature, err := dpop.SplitCompact(p.text, dpop.DecodeSegment)
	return signature, err
}

// verifies says why the signature is not one by the key.
func (p sentProof) verifies(key *dpop.PublicKey) string {
	signature, err := p.signature()
	if err != nil {
		return err.Error()
	}
	algorithm, _ := dpop.FindAlgorithm(p.algorithm())
	proof := dpop.Proof{Text: p.text, Header: p.header, Claims: p.claims, Signature: signature, Algorithm: algorithm}
	return whyNot(dpop.VerifySignature(&proof, key.Key))
}

// signatureForm demands the fixed length of RFC 7518 §3.4.
func (p sentProof) signatureForm() string {
	signature, err := p.signature()
	if err != nil {
		return err.Error()
	}
	want := map[string]int{"ES256": 64, "ES384": 96, "ES512": 132, "EdDSA": 64, "Ed25519": 64}[p.algorithm()]
	return unless(want == 0 || len(signature) == want,
		"the %s signature has %d octets", p.algorithm(), len(signature))
}

// keyForm demands coordinates of full length (RFC 7518 §6.2.1.2) and the
// shortest form of n and e (§6.3.1).
func (p sentProof) keyForm() string {
	jwk, err := p.jwk()
	if err != nil {
		return "jwk: " + err.Error()
	}
	crv, _ := jwk.Text("crv")
	lengths := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}
	for _, name := range []string{"x", "y", "n", "e"} {
		text, err := jwk.Text(name)
		if err != nil {
			continue
		}
		octets, err := dpop.DecodeSegment(text)
		switch want := lengths[crv]; {
		case err != nil:
			return name + ": " + err.Error()
		case want > 0 && len(octets) != want:
			return fmt.Sprintf("%s has %d octets, %s needs %d", name, len(octets), crv, want)
		case (name == "n" || name == "e") && len(octets) > 0 && octets[0] == 0:
			return name + " begins with a zero octet"
		}
	}
	return ""
}

// keyLength demands 2048 bits of RSA keys and 224 of EC keys.
func (p sentProof) keyLength() string {
	key, err := p.key()
	if err != nil {
		return "jwk: " + err.Error()
	}
	switch k := key.Key.(type) {
	case *rsa.PublicKey:
		return unless(k.N.BitLen() >= 2048, "an RSA key of %d bits", k.N.BitLen())
	case *ecdsa.PublicKey:
		return unless(k.Curve.Params().BitSize >= 224, "an EC key of %d bits", k.Curve.Params().BitSize)
	}
	return ""
}
