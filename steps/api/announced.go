package api

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
)

// listedAlgorithmsWork tries every announced algorithm that the harness can sign
// with.
func (w *Tester) listedAlgorithmsWork(where string) error {
	place, err := announcements.Of(where)
	if err != nil {
		return err
	}
	names, err := place.algorithms(w)
	if err != nil {
		return err
	}
	tried := 0
	for _, name := range names {
		if _, known := dpop.FindAlgorithm(name); !known {
			continue // registered, but not one that the harness signs with
		}
		if err := w.algorithmWorks(name); err != nil {
			return err
		}
		tried++
	}
	if tried == 0 {
		return world.NotApplicablef("the harness signs with none of the algorithms %q", names)
	}
	return nil
}

func (w *Tester) algorithmWorks(name string) error {
	key, err := w.KeyFor(name)
	if err != nil {
		return err
	}
	e, err := w.SendHonest("an honest proof with "+name, key)
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(e)
	return w.Expect(answer == world.Accepted, "a proof with the announced algorithm "+name+" to be accepted",
		p.Describe(e, nil))
}

// unboundIsTreatedSo sends an unbound token as Bearer and expects the answer that
// was announced.
func (w *Tester) unboundIsTreatedSo(where string) error {
	place, err := announcements.Of(where)
	if err != nil {
		return err
	}
	expected, because, err := place.takesUnbound(w)
	if err != nil {
		return err
	}
	if err := w.sendFault("an unbound token as Bearer"); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	e := w.Latest().Exchange
	answer, _ := p.Classify(e)
	wanted := "an unbound token as Bearer to be " + expected.String() + ", since " + because
	if err := w.Expect(answer == expected, wanted, p.Describe(e, nil)); err != nil {
		return err
	}
	if expected == world.Refused {
		return w.challengesWith(w.badProofStatuses())
	}
	return nil
}

func (w *Tester) unboundByMetadata() (world.Answer, string, error) {
	document, err := w.resourceMetadata()
	if err != nil {
		return world.Unclear, "", err
	}
	value, _ := document.Get("dpop_bound_access_tokens_required")
	if string(value) == "true" {
		return world.Refused, "dpop_bound_access_tokens_required is true", nil
	}
	return world.Accepted, "dpop_bound_access_tokens_required is not true", nil
}

func (w *Tester) unboundByChallenge() (world.Answer, string, error) {
	if err := w.sendFault("no credentials"); err != nil {
		return world.Unclear, "", err
	}
	challenges, err := w.challenges()
	if err != nil {
		return world.Unclear, "", err
	}
	if err := w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field"); err != nil {
		return world.Unclear, "", err
	}
	if _, offered := dpop.FindChallenge(challenges, "Bearer"); offered {
		return world.Accepted, "a Bearer challenge is offered", nil
	}
	if _, named := dpop.FindChallenge(challenges, dpop.Scheme); !named {
		return world.Unclear, "", noDPoPNamed()
	}
	return world.Refused, "only a DPoP challenge is offered", nil
}
