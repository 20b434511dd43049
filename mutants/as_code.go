package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// binding is how a server collects the key that a code is bound to.
type binding = func(place mockas.Place, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error)

// without leaves one of the two ways of binding a code out at a place.
func without(place mockas.Place, parameter, proofs bool) func(*mockas.Policy) {
	return bindingInstead(func(honest binding) binding {
		return func(at mockas.Place, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
			if at == place && parameter {
				dpopJKT = ""
			}
			if at == place && proofs {
				proof = nil
			}
			return honest(at, dpopJKT, proof)
		}
	})
}

func bindingInstead(change func(honest binding) binding) func(*mockas.Policy) {
	return func(p *mockas.Policy) { p.BindCode = change(p.BindCode) }
}

// codeFaults are bugs in binding authorization codes, and at the PAR endpoint.
var codeFaults = []fault{
	{"AS-029", "the PAR endpoint asks for no nonce though the token endpoint does", []string{"RFC9449-10.1-07"}, func(p *mockas.Policy) {
		p.PAR.Adjust = func(v *dpop.Verifier) { v.Remove("nonce") }
	}},
	{"AS-030", "dpop_jkt is ignored", []string{"RFC9449-10-01"}, without(mockas.AtAuthorize, true, false)},
	{"AS-033", "dpop_jkt is ignored in a pushed request", []string{"RFC9449-10.1-01"}, without(mockas.AtPAR, true, false)},
	{"AS-035", "the proof of a pushed request is ignored", []string{"RFC9449-10.1-02"}, without(mockas.AtPAR, false, true)},
	{"AS-036", "the proof of a pushed request is not verified", []string{"RFC9449-10.1-03"}, func(p *mockas.Policy) {
		p.PAR.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			return unjudged(v, r), nil
		}
	}},
	{"AS-037", "the PAR endpoint wants a proof wherever dpop_jkt comes", []string{"RFC9449-10.1-05"}, bindingInstead(func(honest binding) binding {
		return func(at mockas.Place, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
			if at == mockas.AtPAR && dpopJKT != "" && proof == nil {
				return "", &mockas.Error{Status: http.StatusBadRequest, Code: dpop.InvalidProof, Description: "a proof must come with dpop_jkt"}
			}
			return honest(at, dpopJKT, proof)
		}
	})},
	{"AS-038", "a proof and the dpop_jkt of another key are taken together", []string{"RFC9449-10.1-04"}, bindingInstead(func(honest binding) binding {
		return func(at mockas.Place, dpopJKT string, proof *dpop.Proof) (string, *mockas.Error) {
			if proof != nil {
				dpopJKT = ""
			}
			return honest(at, dpopJKT, proof)
		}
	})},
	{"AS-039", "the PAR endpoint takes proofs for the token endpoint", []string{"RFC9449-10.1-11"}, func(p *mockas.Policy) {
		p.PAR.Target = func(origin string, _ *http.Request) string { return dpop.TargetURI(origin, mockas.PathToken) }
		p.PAR.Judge = func(v *dpop.Verifier, r dpop.Request, _ mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			own := r
			own.TargetURI = r.TargetURI[:len(r.TargetURI)-len(mockas.PathToken)] + mockas.PathPAR
			if proof, refusal := v.Verify(own); refusal == nil {
				return proof, nil
			}
			return v.Verify(r)
		}
	}},
	{"AS-040", "dpop_jkt beside a request_uri overrides the pushed binding", []string{"RFC9449-10.1-06"}, func(p *mockas.Policy) {
		p.MergeBinding = func(pushed, front string) string {
			if front != "" {
				return front
			}
			return pushed
		}
	}},
}
