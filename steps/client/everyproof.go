package client

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func proofSteps(v *vocabulary.Vocabulary) {
	v.Word("proof-rule", "What is said of each proof of the client.", proofRules.Forms()...)
	v.Word("proof-flaw", "What no proof of the client may be.", proofFlaws.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^every proof {proof-rule}$`, (*Actor).everyProof,
		"States something about every proof that the client has sent in this case.",
		"Then every proof has the type dpop+jwt")
	g.Then(`^no proof {proof-flaw}$`, (*Actor).noProof,
		"The client must have sent no such proof; it may have sent none at all.",
		"Then no proof is sent")
	g.Then(`^the API gets proofs with ES384 or none$`, (*Actor).es384OrNone,
		"Proofs sent to the API must be signed with ES384; none is as good.",
		"Then the API gets proofs with ES384 or none")
	g.Then(`^the client signs with one of the listed algorithms or stops$`, (*Actor).listedAlgorithms,
		"Every proof must be signed with a listed algorithm; without a proof the client must report an error.",
		"Then the client signs with one of the listed algorithms or stops")
}

// proofRules are all rules of proofs.
var proofRules = joined(formRules, claimRules, seriesRules)

func joined(tables ...vocabulary.Meanings[proofRule]) vocabulary.Meanings[proofRule] {
	all := vocabulary.Meanings[proofRule]{}
	for _, rules := range tables {
		maps.Copy(all, rules)
	}
	return all
}

func (a *Actor) everyProof(text string) error {
	rule, err := proofRules.Of(text)
	if err != nil {
		return err
	}
	all := a.sentTo("")
	judged := proofsIn(ofKinds(all, rule.kinds))
	if len(judged) > 0 {
		if problem := rule.judge(a, slices.Clone(judged)); problem != "" {
			return a.Expect(false, "that every proof "+text, problem)
		}
	}
	switch {
	case a.early != nil:
		return a.began() // sound so far, but not all that was to be seen
	case slices.Contains(a.acts, toAPI) && len(a.sentTo(toAPI)) == 0:
		_, err := a.requests(toAPI) // the proofs that the scenario is about were never made
		return err
	case len(judged) > 0:
		return a.Expect(true, "that every proof "+text, fmt.Sprintf("so it is with all %d", len(judged)))
	case rule.spared != "" && len(ofKinds(all, rule.kinds)) > 0:
		return world.NotApplicablef("%s", rule.spared)
	case a.Session.Triggered() && len(proofsIn(all)) > 0:
		return world.NotApplicablef("the application sent nothing there in this case: it had what it needed")
	}
	return a.withoutProofs()
}

// ofKinds are the requests of some kinds; nil: all.
func ofKinds(list []sent, kinds []string) []sent {
	if kinds == nil {
		return list
	}
	var found []sent
	for _, s := range list {
		if slices.Contains(kinds, s.kind) {
			found = append(found, s)
		}
	}
	return found
}

// proofFlaws say what is wrong with a proof, or nothing.
var proofFlaws = vocabulary.Meanings[func(sentProof) string]{
	"is sent": func(p sentProof) string { return "one was sent to the " + p.kind },
	"is unsigned or authenticated with a MAC": func(p sentProof) string {
		_, known := dpop.FindAlgorithm(p.algorithm())
		return unless(known, "alg %q", p.algorithm())
	},
}

func (a *Actor) noProof(text string) error {
	flaw, err := proofFlaws.Of(text)
	if err != nil {
		return err
	}
	return a.noProofWith("that no proof "+text, a.sentTo(""), flaw)
}

func (a *Actor) es384OrNone() error {
	return a.noProofWith("proofs with ES384, or none", a.sentTo(toAPI), func(p sentProof) string {
		return unless(p.algorithm() == "ES384", "a proof with %s", p.algorithm())
	})
}

// noProofWith states that requests have no proof with a flaw.
func (a *Actor) noProofWith(expected string, list []sent, flaw func(sentProof) string) error {
	all := proofsIn(list)
	for _, p := range all {
		if said := flaw(p); said != "" {
			return a.Expect(false, expected, said)
		}
	}
	return a.expect(true, expected, fmt.Sprintf("so it is with all %d; %s", len(all), a.ending()))
}

func (a *Actor) listedAlgorithms() error {
	all, want := proofsIn(a.sentTo("")), a.algorithms
	for _, p := range all {
		if !slices.Contains(want, p.algorithm()) {
			return a.Expect(false, fmt.Sprintf("one of %v, or an error", want), "a proof with "+p.algorithm())
		}
	}
	if len(all) > 0 {
		return a.Expect(true, fmt.Sprintf("one of %v", want), "so it is")
	}
	return a.expect(a.problem != nil, fmt.Sprintf("one of %v, or an error", want), a.ending())
}
