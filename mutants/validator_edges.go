package mutants

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// forgetful remembers only proofs whose iat, seen from now, is one that it keeps.
func forgetful(keeps func(v *dpop.Verifier, ahead time.Duration) bool) inVerifier {
	return remembering(func(v *dpop.Verifier) dpop.Replays {
		honest := v.Replays
		return use(func(p *dpop.Proof, until time.Time) (bool, error) {
			iat, err := p.Claims.Number("iat")
			remembered := *p
			if err == nil && !keeps(v, time.Unix(int64(iat), 0).Sub(v.Clock())) {
				remembered.ID += dpop.NewID() // whether the memory works is asked all the same
			}
			return honest.Use(&remembered, until)
		})
	})
}

// edgeBugs are memories that reckon the life of a proof otherwise than the window of
// iat does.
var edgeBugs = []row{
	{id: "PV-140", variant: "old", does: "remembers a proof for ten seconds less than it is good for",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"},
		change: forgetful(func(v *dpop.Verifier, ahead time.Duration) bool { return ahead > 10*time.Second-v.Past })},
	{id: "PV-140", variant: "ahead", does: "remembers no proof that is ahead of its clock",
		breaks: ids{"RFC9449-11.1-02", "RFC9449-11.1-03"},
		change: forgetful(func(_ *dpop.Verifier, ahead time.Duration) bool { return ahead < 5*time.Second })},
}
