package proof

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// takes returns nil if the server under test advertises the algorithm for
// proofs, else why a proof with it means nothing here.
func (w *Prober) takes(algorithm string) error {
	if !slices.Contains(w.algorithms(), algorithm) {
		return world.NotApplicablef("the server does not advertise %s", algorithm)
	}
	return nil
}

func algorithmsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the server takes proofs with "([^"]+)" alone$`, (*Prober).takesAlone,
		"Lets an embedded server take and advertise one algorithm; a real one is taken as it is.",
		`Given the server takes proofs with "ES256" alone`)
}

// takesAlone leaves the server one algorithm.
func (w *Prober) takesAlone(algorithm string) error {
	if _, known := dpop.FindAlgorithm(algorithm); !known {
		return fmt.Errorf("no algorithm for proofs is called %q", algorithm)
	}
	only := func(v *dpop.Verifier) { v.Algorithms = []string{algorithm} }
	switch {
	case !w.EmbeddedEndpoint():
		return nil
	case w.AtAPI():
		return w.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { only(c.Verifier) })
	}
	return w.ArrangeAS(func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		for _, gate := range []*mockas.Gate{&c.Policy.Token, &c.Policy.PAR, &c.Policy.Userinfo} {
			gate.Adjust = only
		}
	})
}

// algorithms are those that the server under test advertises for proofs: the
// authorization server in its metadata (RFC 9449 §5.1), the API in its metadata
// (RFC 9728 §2) or its challenge (RFC 9449 §7.1); nil if it advertises none.
func (w *Prober) algorithms() []string {
	list := &w.announcedAlgorithms
	if !list.known {
		list.known = true
		if w.AtAPI() {
			list.names = w.apiAlgorithms()
		} else if metadata, err := w.Metadata(); err == nil {
			list.names = metadata.Algorithms
		}
	}
	return list.names
}

func (w *Prober) apiAlgorithms() []string {
	if w.EmbeddedAPI() {
		api, err := w.API(world.DefaultAPI)
		if err != nil {
			return nil
		}
		return api.Verifier.Algorithms
	}
	names, _ := w.challengedAlgorithms() // who does not answer announces nothing
	return names
}

// challengedAlgorithms are those of algs in the DPoP challenge of the API (RFC
// 9449 §7.1); nil if it has none. An API that takes Bearer tokens too may
// challenge a request without credentials for Bearer alone (§7.2), so a bad proof
// is sent to it next.
func (w *Prober) challengedAlgorithms() ([]string, error) {
	names, err := w.AlgorithmsWithoutCredentials()
	if err != nil || names != nil {
		return names, err
	}
	anotherMethod, err := forge.Find("htm", "another method")
	if err != nil {
		return nil, err
	}
	e, err := w.SendAside(Call{Title: "a bad proof, for the algorithms in its challenge", Defect: &anotherMethod})
	if err != nil {
		return nil, err
	}
	return target.ChallengedBy(e), nil
}
