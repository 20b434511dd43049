package proof

import (
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
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

// unannounced ends a case whose proof was refused and is by another algorithm than the
// proof of its control, where the server announces none: nothing announced is not
// everything announced.
func (w *Prober) unannounced() error {
	defect := w.Latest().Defect
	if defect == nil || w.controlKey == nil || w.EmbeddedEndpoint() || w.algorithms() != nil {
		return nil
	}
	if alg := w.sentAlgorithm(); defect.Part != "alg" && (alg == "" || alg == w.controlKey.Algorithm) {
		return nil
	}
	return world.NotApplicablef("the server announces no algorithms, and takes no proof whose %s", defect.Name())
}

// sentAlgorithm is alg of the proof that was sent last; empty where that cannot be read.
func (w *Prober) sentAlgorithm() string {
	lines := w.Latest().Exchange.Fields.Values("DPoP")
	if len(lines) != 1 {
		return ""
	}
	header, _, _, err := dpop.SplitCompact(lines[0], dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	object, err := dpop.ParseObject(header)
	if err != nil {
		return ""
	}
	alg, _ := object.Text("alg")
	return alg
}

// algorithms are those that the server under test advertises for proofs: the
// authorization server in its metadata (RFC 9449 §5.1), the API in its metadata
// (RFC 9728 §2) or its challenge (RFC 9449 §7.1); nil if it advertises none.
func (w *Prober) algorithms() []string {
	list := &w.algorithmsAdvertised
	if !list.known {
		list.known = true
		if w.AtAPI() {
			list.names = w.apiAlgorithms()
		} else if metadata, err := w.Metadata(); err == nil {
			list.names = metadata.Advertised()
		}
	}
	return list.names
}

// apiAlgorithms are those of an API: of an embedded one as it is arranged, of a
// real one as its challenge says.
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
	ask := func() (string, error) {
		anotherMethod, err := forge.Find("htm", "another method")
		if err != nil {
			return "", err
		}
		e, err := w.SendAside(Call{Title: "a bad proof, for the algorithms in its challenge", Defect: &anotherMethod})
		if err != nil {
			return "", err
		}
		return strings.Join(target.ChallengedBy(e), " "), nil
	}
	told := ""
	if w.EmbeddedAPI() {
		told, err = ask()
	} else { // what costs a request is asked for once, and every forged proof needs it
		told, err = w.Session.FindOut("what algorithms does the API name to a bad proof?", ask)
	}
	if err != nil || told == "" {
		return nil, err
	}
	return strings.Fields(told), nil
}

// mustAdvertise is algorithms for a case that makes no sense where the server
// advertises none. An API is asked for its challenge.
func (w *Prober) mustAdvertise() ([]string, error) {
	if !w.AtAPI() {
		if names := w.algorithms(); names != nil {
			return names, nil
		}
		return nil, world.NotApplicablef("the metadata has no dpop_signing_alg_values_supported")
	}
	names, err := w.challengedAlgorithms()
	if err == nil && names == nil {
		err = world.NotApplicablef("the API's challenge has no algs")
	}
	return names, err
}
