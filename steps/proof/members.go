package proof

import (
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// membersSteps are about what a proof must hold (RFC 9449 §4.2).
func membersSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Then(`^its proof needs no more members$`, (*Prober).needsNoMore,
		"The request must succeed with a proof that holds what RFC 9449 §4.2 requires and nothing more. "+
			"If it only does with more members, that is the finding; if it never does, the case is inconclusive.",
		"Then its proof needs no more members")
}

func (w *Prober) needsNoMore() error {
	p, attempt, err := w.Judge("accepted")
	if err != nil {
		return err
	}
	const expected = "a proof of the required members alone to be accepted"
	actual := p.Describe(attempt.Exchange, nil)
	if answer, _ := p.Classify(attempt.Exchange); answer == world.Accepted {
		return w.Expect(true, expected, actual)
	}
	if err := w.sendDefect(furnished); err != nil {
		return err
	}
	if answer, _ := p.Classify(w.Latest().Exchange); answer != world.Accepted {
		return world.Inconclusivef("no honest proof is accepted, with more members neither: %s", actual)
	}
	return w.Expect(false, expected, actual+"; with exp, nbf, iss, sub, aud and kid it is accepted")
}

// furnished gives a proof the members that other JWTs have.
var furnished = forge.Defect{
	Part: "proof", Value: "furnished with every member that others know",
	Apply: func(f *forge.Forgery) error {
		f.Draft.Claims.Set("nbf", f.Now.Unix()-10)
		f.Draft.Claims.Set("exp", f.Now.Unix()+60)
		f.Draft.Claims.Set("iss", "client")
		f.Draft.Claims.Set("sub", "client")
		f.Draft.Claims.Set("aud", world.OriginOf(f.URI))
		f.Draft.Header.Set("kid", f.Key.Thumbprint)
		return nil
	},
}
