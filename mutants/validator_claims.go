package mutants

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// claimBugs are bugs in judging the claims of a proof.
var claimBugs = []bug{
	{"PV-016", "htm not checked at all", []string{"RFC9449-4.3-13", "RFC9449-4.3-42"}, nil,
		gate{verifier: func(v *dpop.Verifier) { v.Remove("htm") }}},
	{"PV-018", "htm compared ignoring case", []string{"RFC9449-4.3-43"}, nil,
		gate{verifier: func(v *dpop.Verifier) {
			v.Replace("htm", func(p *dpop.Verification) error {
				htm, err := p.Proof.Claims.Text("htm")
				if err == nil && !strings.EqualFold(htm, p.Method) {
					err = fmt.Errorf("htm is %q", htm)
				}
				return err
			})
		}}},
}
