package client

import "fmt"

// proofRule is what a step "every proof …" says. It is judged by what the client
// sent in the whole case.
type proofRule struct {
	kinds  []string                         // requests whose proofs it is about; nil: all
	judge  func(*Actor, []sentProof) string // says what is wrong, or nothing
	spared string                           // why there may be no such proof; empty: there must be
}

// each judges every proof by itself.
func each(judge func(sentProof) string) proofRule {
	return eachInCase(func(_ *Actor, p sentProof) string { return judge(p) })
}

// eachInCase judges every proof by itself, in the light of the case.
func eachInCase(judge func(*Actor, sentProof) string) proofRule {
	return proofRule{judge: func(a *Actor, all []sentProof) string {
		for _, p := range all {
			if said := judge(a, p); said != "" {
				return fmt.Sprintf("at the %s: %s", p.kind, said)
			}
		}
		return ""
	}}
}

// at limits a rule to the proofs of some requests.
func (r proofRule) at(kinds ...string) proofRule {
	r.kinds = kinds
	return r
}

// orNone says why a client may send no proof of the kind.
func (r proofRule) orNone(why string) proofRule {
	r.spared = why
	return r
}
