package mutants

import (
	"errors"
	"regexp"

	"github.com/dpopspec/dpopspec/dpop"
)

// ordinaryBugs are bugs that refuse proofs of an ordinary make.
var ordinaryBugs = []row{
	{id: "PV-203", variant: "uuid", does: "takes a UUID alone for a jti", breaks: ids{"RFC9449-4.2-19"},
		change: ofForm(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[\w-]{22}$`)},
	{id: "PV-203", variant: "word", does: "takes letters and digits alone for a jti", breaks: ids{"RFC9449-4.2-19"},
		change: ofForm(`^[\w-]+$`)},
	{id: "PV-203", variant: "long", does: "takes no jti of less than sixteen characters", breaks: ids{"RFC9449-4.2-19"},
		change: ofForm(`^.{16,}$`)},
	{id: "PV-203", variant: "short", does: "takes no jti of more than sixty-four characters",
		breaks: ids{"RFC9449-4.2-19"}, change: ofForm(`^.{1,64}$`)},
	{id: "PV-204", does: "takes no proof of more than 1 KiB", breaks: ids{"RFC9449-4.2-19"},
		change: inVerifier(func(v *dpop.Verifier) { v.MaxLength = 1 << 10 })},
	{id: "PV-205", does: "takes no nonce of more than 255 characters", breaks: ids{"RFC9449-4.2-19"},
		change: inVerifier(func(v *dpop.Verifier) {
			also("nonce", func(p *dpop.Verification) error {
				if nonce, _ := p.Proof.Claims.Text("nonce"); len(nonce) > 255 {
					return errors.New("the nonce is too long")
				}
				return nil
			})(v)
		})},
}

// ofForm takes a jti by its form.
func ofForm(form string) inVerifier {
	good := regexp.MustCompile(form)
	return also("jti", func(p *dpop.Verification) error {
		if !good.MatchString(p.Proof.ID) {
			return errors.New("jti has another form")
		}
		return nil
	})
}
