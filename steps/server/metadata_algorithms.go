package server

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

const algorithmsMember = "dpop_signing_alg_values_supported"

// listings judge the lists of algorithms in the documents that were read.
var listings = vocabulary.Meanings[func(*Tester) error]{
	"the algorithms of proofs":                (*Tester).listsAlgorithms,
	"the same algorithms in both documents":   (*Tester).documentsAgree,
	"asymmetric algorithms alone":             (*Tester).listsAsymmetric,
	"the algorithms that the profile demands": (*Tester).listsRequired,
	"no algorithm that the profile forbids":   (*Tester).listsAllowed,
}

func (w *Tester) metadataLists(what string) error {
	judge, err := listings.Of(what)
	if err != nil {
		return err
	}
	return judge(w)
}

// listed reads the list of algorithms strictly: an array of strings.
func listed(document dpop.Object) (list []string, text string) {
	value, found := document.Get(algorithmsMember)
	if !found {
		return nil, "no " + algorithmsMember
	}
	text = algorithmsMember + " " + string(value)
	if json.Unmarshal(value, &list) != nil || slices.Contains(list, "") {
		return nil, text
	}
	return list, text
}

func (w *Tester) listsAlgorithms() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := listed(document)
		return w.Expect(len(list) > 0, "algorithms of proofs in "+address, text)
	})
}

func (w *Tester) documentsAgree() error {
	known := &w.documents
	if len(known.found) == 1 {
		return world.NotApplicablef("there is only one metadata document, %s", known.urls[0])
	}
	var first string
	return w.everyDocument(func(address string, document dpop.Object) error {
		_, text := listed(document)
		if first == "" {
			first = text
		}
		return w.Expect(text == first, first+" as in "+known.urls[0], text+" in "+address)
	})
}

// symmetric tells algorithms that a proof must not use whatever a server says:
// none, MACs and key management (RFC 7518 §3.1, §4.1).
func symmetric(name string) bool {
	for _, prefix := range []string{"HS", "A1", "A2", "PBES2", "RSA", "ECDH-ES"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.EqualFold(name, "none") || name == "dir"
}

func (w *Tester) listsAsymmetric() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := listed(document)
		if list == nil {
			return world.NotApplicablef("%s announces no algorithms", address)
		}
		seen := map[string]bool{}
		for _, name := range list {
			if err := w.Expect(!symmetric(name) && !seen[name], "asymmetric signatures, each once", text); err != nil {
				return err
			}
			if _, known := dpop.FindAlgorithm(name); !known {
				w.Observe("announces %s, which is not tried here", name)
			}
			seen[name] = true
		}
		return nil
	})
}

func (w *Tester) listsRequired() error {
	required := w.Profile.RequiredAlgorithms()
	if required == nil {
		return world.NotApplicablef("the profile %s demands no particular algorithm", w.Profile.Name)
	}
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := listed(document)
		for _, name := range required {
			if err := w.Expect(slices.Contains(list, name), name+" in "+address, text); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *Tester) listsAllowed() error {
	allowed := w.Profile.ProofAlgorithms()
	if len(allowed) == 0 {
		return world.NotApplicablef("the profile %s forbids no asymmetric algorithm", w.Profile.Name)
	}
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := listed(document)
		for _, name := range list {
			err := w.Expect(slices.Contains(allowed, name), fmt.Sprintf("none but %v in %s", allowed, address), text)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
