package forge

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestEveryDefectIsRefusedByItsCheckAndEverySoundVariationIsTaken(t *testing.T) {
	for _, d := range All() {
		t.Run(d.Name(), func(t *testing.T) {
			tried := 0
			var reasons []string
			for name, occasion := range occasions {
				for _, algorithm := range algorithmsOfScenarios {
					if algorithm != "ES256" && occasion.Method != "GET" {
						continue // the kind of request is all the same to the other algorithms
					}
					f := testForgery(t, occasion, algorithm)
					if d.Part == "alg" && d.Sound {
						f.Algorithms = dpop.AlgorithmNames()
					}
					if name, found := strings.CutSuffix(d.Value, " though not advertised"); found {
						f.Algorithms = slices.DeleteFunc(dpop.AlgorithmNames(),
							func(n string) bool { return n == name })
					}
					forged, err := d.Forge(f)
					var not *NotForgeable
					if errors.As(err, &not) {
						reasons = append(reasons, not.Reason)
						continue
					}
					if err != nil {
						t.Fatalf("%s, %s: %v", name, algorithm, err)
					}
					tried++
					compare(t, name+", "+algorithm, d, judge(f, d, forged))
				}
			}
			if tried == 0 {
				slices.Sort(reasons)
				t.Errorf("forgeable on no occasion: %v", slices.Compact(reasons))
			}
		})
	}
}

func TestEveryForgedFieldCanBeSentOverHTTP(t *testing.T) {
	for _, d := range All() {
		forged, err := d.Forge(testForgery(t, occasions["API with a nonce"], "ES256"))
		if err != nil {
			continue // not on this occasion
		}
		if forged.Proof != "" && len(forged.Fields) != 1 || !strings.EqualFold(forged.FieldName, "DPoP") {
			t.Errorf("%s: %q, %d lines", d.Name(), forged.FieldName, len(forged.Fields))
		}
		for _, value := range forged.Fields {
			hidden := strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
			if hidden || value != strings.TrimSpace(value) {
				t.Errorf("%s: HTTP would change %.100q", d.Name(), value)
			}
		}
	}
}

func TestAnHonestForgeryIsAccepted(t *testing.T) {
	honest := Defect{Part: "nothing", Value: "wrong", Sound: true, Apply: nothing}
	for name, occasion := range occasions {
		f := testForgery(t, occasion, "ES256")
		forged, err := honest.Forge(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if refusal := judge(f, honest, forged); refusal != nil {
			t.Errorf("%s: %v", name, refusal)
		}
	}
}

func TestTheCatalogueIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	checks := dpop.CheckNames()
	for _, d := range All() {
		if seen[d.Name()] {
			t.Errorf("%s occurs twice", d.Name())
		}
		seen[d.Name()] = true
		if d.Says == "" || d.Apply == nil {
			t.Errorf("%s: no explanation, or nothing to do", d.Name())
		}
		if d.Sound == (len(d.Refused) > 0) && !d.Open {
			t.Errorf("%s: a sound variation names no check, a defect at least one", d.Name())
		}
		for _, check := range d.Refused {
			if !slices.Contains(checks, check) {
				t.Errorf("%s: no check is called %s", d.Name(), check)
			}
		}
	}
}
