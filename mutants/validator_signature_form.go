package mutants

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// reshaped verifies what a function makes of a signature for algorithms whose names
// begin so.
func reshaped(algorithms string, shape func(signature []byte) []byte) inVerifier {
	return wrapping("signature", func(p *dpop.Verification, honest check) error {
		if err := honest(p); err == nil || !strings.HasPrefix(p.Proof.Algorithm.Name, algorithms) {
			return err
		}
		own := p.Proof.Signature
		p.Proof.Signature = shape(slices.Clone(own))
		err := signed(p, p.Proof.Algorithm, p.Proof.Key)
		p.Proof.Signature = own
		return err
	})
}

// unpadded takes a zero octet off each half, where there is one too many.
func unpadded(signature []byte) []byte {
	half := len(signature) / 2
	if len(signature)%2 != 0 || half%2 == 0 || signature[0] != 0 || signature[half] != 0 {
		return signature
	}
	return slices.Concat(signature[1:half], signature[half+1:])
}

// first keeps so many octets.
func first(octets int) func([]byte) []byte {
	return func(signature []byte) []byte { return signature[:min(octets, len(signature))] }
}

// signatureFormBugs are bugs in reading a signature of one kind.
var signatureFormBugs = []row{
	{id: "PV-142", variant: "halves", does: "takes the halves of an ECDSA signature for numbers of any length",
		breaks: ids{"RFC9449-4.3-32"}, change: reshaped("ES", unpadded)},
	{id: "PV-142", variant: "edwards-tail", does: "leaves out what stands behind an Ed25519 signature",
		breaks: ids{"RFC8032-5.1.7-01", "RFC9449-4.3-30"}, change: reshaped("EdDSA", first(64))},
	{id: "PV-142", variant: "pss-tail", does: "leaves out what stands behind a PSS signature",
		breaks: ids{"RFC8017-8.2.2-01"}, change: reshaped("PS", first(256))},
}
