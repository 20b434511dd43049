package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func metadataSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Given(`^the API publishes metadata$`, (*Tester).apiPublishesMetadata,
		"The API has a protected resource metadata document (RFC 9728), where its challenge says or at the well-known place. A real API without one makes the case not applicable.",
		"Given the API publishes metadata")
	g.Then(`^the algorithms of the metadata are those of the challenge$`, (*Tester).metadataAgreesWithChallenge,
		"dpop_signing_alg_values_supported must list the same asymmetric algorithms as algs in the DPoP challenge (RFC 9728 §2, RFC 9449 §7.1).",
		"Then the algorithms of the metadata are those of the challenge")
	g.Then(`^a proof with each algorithm of the metadata is accepted$`, (*Tester).metadataAlgorithmsWork,
		"For each announced algorithm a request with a key, a bound token and an honest proof of that algorithm must be accepted.",
		"Then a proof with each algorithm of the metadata is accepted")
	g.Then(`^an unbound token is treated as the metadata says$`, (*Tester).unboundAsMetadataSays,
		"dpop_bound_access_tokens_required true: an unbound token as Bearer is refused with a DPoP challenge; false or left out: it is not refused for lack of DPoP (RFC 9728 §2).",
		"Then an unbound token is treated as the metadata says")
	g.Then(`^an unbound token is treated as the challenges say$`, (*Tester).unboundAsChallengesSay,
		"Where a request without credentials is answered with a Bearer challenge, an unbound token as Bearer must be accepted; where the DPoP challenge stands alone, refused.",
		"Then an unbound token is treated as the challenges say")
	g.Then(`^the metadata lists the algorithm "([^"]+)"$`, (*Tester).metadataListsAlgorithm,
		"dpop_signing_alg_values_supported must hold the algorithm.",
		`Then the metadata lists the algorithm "ES256"`)
}

func (w *Tester) apiPublishesMetadata() error {
	resource, err := w.Resource(world.DefaultAPI)
	if err != nil {
		return err
	}
	address, err := w.metadataAddress(resource)
	if err != nil {
		return err
	}
	e, err := w.Send("protected resource metadata", wire.Request{Method: "GET", URL: address})
	if err != nil {
		return err
	}
	document, err := dpop.ParseObject(e.Reply)
	if e.Status != 200 || err != nil {
		return world.NotApplicablef("the API publishes no metadata: %s answers %d", address, e.Status)
	}
	w.resourceState.metadata = document
	return nil
}

// metadataAddress is what the challenge says, else the well-known place. It
// never leads to another host.
func (w *Tester) metadataAddress(resource world.Resource) (string, error) {
	e, err := w.SendAside(proof.Call{Title: "a request without credentials", Bare: true, Present: nowhere})
	if err != nil {
		return "", err
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	for _, c := range challenges {
		if address, found := c.Get("resource_metadata"); found && strings.HasPrefix(address, resource.Origin+"/") {
			return address, nil
		}
	}
	return mockrs.MetadataURL(resource.Origin), nil
}

// resourceMetadata returns the document that the Given step found.
func (w *Tester) resourceMetadata() (dpop.Object, error) {
	document := w.resourceState.metadata
	if document == nil {
		return nil, wrongOrder(`"Given the API publishes metadata" before this step`)
	}
	return document, nil
}

const metadataAlgorithms = "dpop_signing_alg_values_supported"

func (w *Tester) metadataAlgorithms() ([]string, error) {
	document, err := w.resourceMetadata()
	if err != nil {
		return nil, err
	}
	value, found := document.Get(metadataAlgorithms)
	if !found {
		return nil, world.NotApplicablef("the metadata has no %s", metadataAlgorithms)
	}
	var names []string
	isList := json.Unmarshal(value, &names) == nil && len(names) > 0
	if err := w.Expect(isList, metadataAlgorithms+", a list of names", string(value)); err != nil {
		return nil, err
	}
	return names, w.areAsymmetric(names, fmt.Sprintf("%q", names))
}

func (w *Tester) metadataAgreesWithChallenge() error {
	names, err := w.metadataAlgorithms()
	if err != nil {
		return err
	}
	if err := w.sendFault("", "", "", "no credentials"); err != nil {
		return err
	}
	c, err := w.dpopChallenge()
	if err != nil {
		return err
	}
	text, found := c.Get("algs")
	if !found {
		return world.NotApplicablef("the challenge has no algs")
	}
	offered := strings.Fields(text)
	slices.Sort(names)
	slices.Sort(offered)
	return w.Expect(slices.Equal(names, offered), fmt.Sprintf("the algorithms of the metadata in algs: %q", names), fmt.Sprintf("%q", offered))
}

func (w *Tester) metadataAlgorithmsWork() error {
	names, err := w.metadataAlgorithms()
	if err != nil {
		return err
	}
	return w.algorithmsWork(names)
}

// algorithmsWork tries every announced algorithm that the harness can sign with.
func (w *Tester) algorithmsWork(names []string) error {
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
	e, err := w.Honest("an honest proof with "+name, key)
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(e)
	return w.Expect(answer == world.Accepted, "a proof with the announced algorithm "+name+" to be accepted", p.Describe(e, nil))
}

func (w *Tester) metadataListsAlgorithm(name string) error {
	names, err := w.metadataAlgorithms()
	if err != nil {
		return err
	}
	return w.Expect(slices.Contains(names, name), metadataAlgorithms+" with "+name, fmt.Sprintf("%q", names))
}

func (w *Tester) unboundAsMetadataSays() error {
	document, err := w.resourceMetadata()
	if err != nil {
		return err
	}
	value, _ := document.Get("dpop_bound_access_tokens_required")
	if string(value) == "true" {
		return w.unboundIs(world.Refused, "dpop_bound_access_tokens_required is true")
	}
	return w.unboundIs(world.Accepted, "dpop_bound_access_tokens_required is not true")
}

func (w *Tester) unboundAsChallengesSay() error {
	if err := w.sendFault("", "", "", "no credentials"); err != nil {
		return err
	}
	challenges, err := w.challenges()
	if err != nil {
		return err
	}
	if err := w.Expect(len(challenges) > 0, "a challenge", "no WWW-Authenticate field"); err != nil {
		return err
	}
	if _, offered := dpop.FindChallenge(challenges, "Bearer"); offered {
		return w.unboundIs(world.Accepted, "a Bearer challenge is offered")
	}
	return w.unboundIs(world.Refused, "only a DPoP challenge is offered")
}

// unboundIs sends an unbound token as Bearer and expects the answer that was
// announced.
func (w *Tester) unboundIs(expected world.Answer, because string) error {
	if err := w.sendFault("", "", "", "an unbound token as Bearer"); err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	answer, _ := p.Classify(w.Latest().Exchange)
	if err := w.Expect(answer == expected, "an unbound token as Bearer to be "+expected.String()+", since "+because, p.Describe(w.Latest().Exchange, nil)); err != nil {
		return err
	}
	if expected == world.Refused {
		return w.carriesDPoPChallenge()
	}
	return nil
}
