package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// algorithmsSteps are about the algorithms that a server takes for proofs.
func algorithmsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^the server takes proofs with "([^"]+)" alone$`, (*Prober).takesAlone,
		"Lets an embedded server take and advertise one algorithm; a real one is taken as it is.",
		`Given the server takes proofs with "ES256" alone`)
	g.When(`^a proof of each algorithm is tried$`, (*Prober).tryAlgorithms,
		"Sends an honest proof by a key of each algorithm and notes which are accepted and which are advertised.",
		"When a proof of each algorithm is tried")
	g.Then(`^the accepted algorithms are the advertised ones$`, (*Prober).acceptedAreAdvertised,
		"Each advertised algorithm must have been accepted and no other.",
		"Then the accepted algorithms are the advertised ones")
	g.Then(`^the server lists Ed25519 wherever it lists EdDSA$`, (*Prober).listsEd25519,
		"Who advertises the polymorphic EdDSA should advertise the fully specified Ed25519 too (RFC 9864 §2).",
		"Then the server lists Ed25519 wherever it lists EdDSA")
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

func (w *Prober) tryAlgorithms() error {
	m := &w.algorithmsTried
	var err error
	if m.advertised, err = w.mustAdvertise(); err != nil {
		return err
	}
	for _, name := range dpop.AlgorithmNames() {
		switch accepted, err := w.takesAlgorithm(name); {
		case err != nil && !world.IsOutcome(err):
			return err
		case err != nil:
			m.unknown = append(m.unknown, name)
		case accepted:
			m.accepted = append(m.accepted, name)
		}
	}
	m.tried = true
	w.Measure("algorithms accepted", float64(len(m.accepted)), "")
	w.Measure("algorithms advertised", float64(len(m.advertised)), "")
	w.Observe("accepted: %s; advertised: %s", listing(m.accepted), listing(m.advertised))
	if m.unknown != nil {
		w.Observe("not tried, for no token could be had: %s", listing(m.unknown))
	}
	return nil
}

func listing(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (w *Prober) takesAlgorithm(name string) (bool, error) {
	p, err := w.At()
	if err != nil {
		return false, err
	}
	key, err := w.KeyFor(name)
	if err != nil {
		return false, err
	}
	e, err := w.SendHonest("an honest proof by a key for "+name, key)
	if err != nil {
		return false, err
	}
	switch answer, _ := p.Classify(e); answer {
	case world.Accepted:
		return true, nil
	case world.Refused, world.Challenged:
		return false, nil
	}
	return false, world.Inconclusivef("%s: %s", name, p.Describe(e, nil))
}

func (w *Prober) acceptedAreAdvertised() error {
	m := &w.algorithmsTried
	if !m.tried {
		return fmt.Errorf(`nothing was tried; put "When a proof of each algorithm is tried" first`)
	}
	known := func(names []string) []string {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.Contains(m.unknown, name)
		})
		slices.Sort(names)
		return names
	}
	return w.Expect(slices.Equal(known(m.accepted), known(m.advertised)),
		"the algorithms "+listing(known(m.advertised)), "accepted are "+listing(known(m.accepted)))
}

func (w *Prober) listsEd25519() error {
	if _, err := w.At(); err != nil {
		return err
	}
	names := w.algorithms()
	if names == nil {
		return world.NotApplicablef("the server advertises no algorithms")
	}
	lists := map[string]bool{}
	for _, name := range names {
		lists[name] = true
	}
	if !lists["EdDSA"] && !lists["Ed25519"] {
		return world.NotApplicablef("the server takes no Edwards curves")
	}
	return w.Expect(lists["Ed25519"], "Ed25519 among the algorithms", fmt.Sprint(names))
}
