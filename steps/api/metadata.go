package api

import (
	"cmp"
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
	v.Word("announcement", "Where an API says what it takes: in its metadata (RFC 9728 §2) or in a challenge.",
		announcements.Forms()...)
	g := vocabulary.For[Tester](v)
	g.Given(`^an API whose metadata (demand|do not demand) bound tokens$`, (*Tester).metadataDemand,
		"An API that publishes metadata, by which dpop_bound_access_tokens_required is true, or not (RFC 9728 §2).",
		"Given an API whose metadata demand bound tokens")
	g.Then(`^the metadata and the challenge list the same algorithms$`, (*Tester).metadataAgreesWithChallenge,
		"dpop_signing_alg_values_supported must list the same asymmetric algorithms as algs in the DPoP challenge "+
			"(RFC 9728 §2, RFC 9449 §7.1).",
		"Then the metadata and the challenge list the same algorithms")
	g.Then(`^the metadata lists the algorithm "([^"]+)"$`, (*Tester).metadataListsAlgorithm,
		"dpop_signing_alg_values_supported must hold the algorithm.",
		`Then the metadata lists the algorithm "ES256"`)
	g.Then(`^a proof with each algorithm of {announcement} is accepted$`, (*Tester).listedAlgorithmsWork,
		"For each algorithm in dpop_signing_alg_values_supported or algs a request with a key, a bound token "+
			"and an honest proof of that algorithm must be accepted.",
		"Then a proof with each algorithm of the challenge is accepted")
	g.Then(`^an unbound token is treated as {announcement} says$`, (*Tester).unboundIsTreatedSo,
		"dpop_bound_access_tokens_required true, or no Bearer challenge beside that of DPoP where no credentials came: "+
			"an unbound token as Bearer is refused with a DPoP challenge. Else it is not refused for lack of DPoP.",
		"Then an unbound token is treated as the metadata says")
}

// announcement is a place where an API says what it takes.
type announcement struct {
	algorithms   func(*Tester) ([]string, error)
	takesUnbound func(*Tester) (expected world.Answer, because string, err error)
}

var announcements = vocabulary.Meanings[announcement]{
	"the metadata":  {(*Tester).metadataAlgorithms, (*Tester).unboundByMetadata},
	"the challenge": {(*Tester).challengeAlgorithms, (*Tester).unboundByChallenge},
}

func (w *Tester) publishesMetadata() error {
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
	e, err := w.SendAside(proof.Call{Title: "a request without credentials", Bare: true, Nothing: true})
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

func (w *Tester) metadataDemand(demand string) error {
	if w.EmbeddedAPI() { // what it takes stands in its metadata
		mode := mockrs.Allowed
		if demand == "demand" {
			mode = mockrs.Required
		}
		if err := w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mode }); err != nil {
			return err
		}
	}
	if err := w.publishesMetadata(); err != nil {
		return err
	}
	value, _ := w.resourceState.metadata.Get("dpop_bound_access_tokens_required")
	if (string(value) == "true") != (demand == "demand") {
		return world.NotApplicablef("dpop_bound_access_tokens_required is %s", cmp.Or(string(value), "left out"))
	}
	return nil
}

// resourceMetadata returns the document that the Given step found.
func (w *Tester) resourceMetadata() (dpop.Object, error) {
	document := w.resourceState.metadata
	if document == nil {
		return nil, wrongOrder(`"Given an API that publishes metadata" before this step`)
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

// challengeAlgorithms are those of the latest challenge.
func (w *Tester) challengeAlgorithms() ([]string, error) {
	c, err := w.dpopChallenge()
	if err != nil {
		return nil, err
	}
	algs, found := c.Get("algs")
	if !found {
		return nil, world.NotApplicablef("the challenge has no algs")
	}
	return strings.Fields(algs), nil
}

func (w *Tester) metadataAgreesWithChallenge() error {
	names, err := w.metadataAlgorithms()
	if err != nil {
		return err
	}
	if err := w.sendFault("no credentials"); err != nil {
		return err
	}
	offered, err := w.challengeAlgorithms()
	if err != nil {
		return err
	}
	slices.Sort(names)
	slices.Sort(offered)
	return w.Expect(slices.Equal(names, offered), fmt.Sprintf("the algorithms of the metadata in algs: %q", names),
		fmt.Sprintf("%q", offered))
}

func (w *Tester) metadataListsAlgorithm(name string) error {
	names, err := w.metadataAlgorithms()
	if err != nil {
		return err
	}
	return w.Expect(slices.Contains(names, name), metadataAlgorithms+" with "+name, fmt.Sprintf("%q", names))
}
