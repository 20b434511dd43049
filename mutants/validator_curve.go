package mutants

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
)

// curveBugs are bugs in telling the curves of a key.
var curveBugs = []row{
	{id: "PV-206", variant: "p-192", does: "takes keys on a curve of 192 bits",
		breaks: ids{"RFC9449-4.3-37"}, change: onCurve("P-192")},
	{id: "PV-206", variant: "fapi-p-192", does: "takes keys on a curve of 192 bits",
		breaks: ids{"FAPI2-5.4.1-02"}, profile: "fapi2", at: fapiProbed, change: onCurve("P-192")},
	{id: "PV-206", variant: "fapi-ed448", does: "takes EdDSA on whatever curve", breaks: ids{"FAPI2-5.4.1-01"},
		profile: "fapi2", at: fapiProbed, change: onCurve("Ed448")},
	{id: "PV-206", variant: "fapi-secp256k1", does: "takes ES256K", breaks: ids{"FAPI2-5.4.1-01"},
		profile: "fapi2", at: fapiProbed, change: onCurve("secp256k1")},
}

// fapiProbed is where the cases of the profile are.
var fapiProbed = slices.Concat(withoutToken, atAPI)

// onCurve accepts keys on one more curve. That the signature is not looked at either makes
// no difference to what is sent here, which is sound.
func onCurve(crv string) inVerifier {
	on := func(p *dpop.Verification) bool {
		jwk, _ := p.Proof.Header.Get("jwk")
		object, err := dpop.ParseObject(jwk)
		text, _ := object.Text("crv")
		return err == nil && text == crv
	}
	return func(v *dpop.Verifier) {
		for _, name := range []string{"alg", "alg-key", "signature"} {
			skipping(name, on)(v)
		}
		wrapping("key", func(p *dpop.Verification, honest check) error {
			if !on(p) {
				return honest(p)
			}
			jwk, _ := p.Proof.Header.Get("jwk")
			object, _ := dpop.ParseObject(jwk)
			p.Proof.Thumbprint = dpop.TokenHash(required(object))
			return nil
		})(v)
	}
}

// required writes the members of which a thumbprint is made (RFC 7638 §3.2, RFC 8037 §2).
func required(jwk dpop.Object) string {
	member := func(name string) string { text, _ := jwk.Text(name); return text }
	if y := member("y"); y != "" {
		return fmt.Sprintf(`{"crv":%q,"kty":"EC","x":%q,"y":%q}`, member("crv"), member("x"), y)
	}
	return fmt.Sprintf(`{"crv":%q,"kty":"OKP","x":%q}`, member("crv"), member("x"))
}
