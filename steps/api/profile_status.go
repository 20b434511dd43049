package api

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

// profileStatusSteps are about the status by which a resource server refuses, as
// the profile has it.
func profileStatusSteps(v *vocabulary.Vocabulary) {
	v.Word("refused-for", "What a resource server refuses a request for.", refusalCauses.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Then(`^the status is what the profile expects of {refused-for}$`, (*Tester).statusIsExpected,
		"The status must be among those that the profile expects of such a refusal (refusal_status).",
		"Then the status is what the profile expects of a bad proof")
	g.Then(`^the error invalid_dpop_proof is named$`, (*Tester).namesInvalidProof,
		"The error must stand in a challenge of the scheme DPoP, or in the JSON of the answer.",
		"Then the error invalid_dpop_proof is named")
}

var refusalCauses = vocabulary.Meanings[features.Cause]{
	"a missing proof": features.ProofMissing, "a bad proof": features.ProofBad, "a bad token": features.TokenBad,
}

func (w *Tester) statusIsExpected(of string) error {
	cause, err := refusalCauses.Of(of)
	if err != nil {
		return err
	}
	if w.Latest().Exchange == nil {
		return wrongOrder("a When step before this one")
	}
	expected, _ := w.Profile.RefusalStatus(cause)
	status := w.Latest().Exchange.Status
	return w.Expect(slices.Contains(expected, status), "status "+either(expected), fmt.Sprintf("status %d", status))
}

func (w *Tester) namesInvalidProof() error {
	e := w.Latest().Exchange
	if e == nil {
		return wrongOrder("a When step before this one")
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate")) // what cannot be read names nothing
	challenge, _ := dpop.FindChallenge(challenges, dpop.Scheme)
	inField, _ := challenge.Get("error")
	inBody := ""
	if body, err := dpop.ParseObject(e.Reply); err == nil {
		inBody, _ = body.Text("error")
	}
	holds := inField == dpop.InvalidProof || inBody == dpop.InvalidProof
	return w.Expect(holds, "the error "+dpop.InvalidProof, fmt.Sprintf("%q in the challenge, %q in the body", inField, inBody))
}
