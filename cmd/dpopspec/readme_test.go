package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/hostile"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// TestTheNumbersOfTheReadmeAreThoseOfTheProject counts what the README counts.
func TestTheNumbersOfTheReadmeAreThoseOfTheProject(t *testing.T) {
	catalogue, err := features.Load()
	if err != nil {
		t.Fatal(err)
	}
	list, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	sources, err := runner.ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := runner.NewPlan(sources, target.Default(), runner.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range []string{
		fmt.Sprintf("%d mutants", len(list)),
		fmt.Sprintf("%d cases", len(plan.Cases)),
		fmt.Sprintf("all %d requirements", len(catalogue.All())),
		fmt.Sprintf("%d ways of misbehaving", len(hostile.All())),
		"Go " + goVersion(t),
	} {
		if !strings.Contains(string(readme), sentence) {
			t.Errorf("README.md does not say %q: write the number anew", sentence)
		}
	}
}

// TestEveryProfileIsListedWherePeopleLook names the places that list profiles.
func TestEveryProfileIsListedWherePeopleLook(t *testing.T) {
	profiles, err := features.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"../../README.md", "../../docs/profiles.md", "init.yaml", "../../target/dpopspec.schema.json",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range profiles {
			if !strings.Contains(string(text), p.Name) {
				t.Errorf("%s does not name the profile %s", file, p.Name)
			}
		}
	}
}

// TestTheAlgorithmsOfProfilesAreKnown: a misspelt one would be left out of what an
// embedded server takes, without a word.
func TestTheAlgorithmsOfProfilesAreKnown(t *testing.T) {
	profiles, err := features.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range profiles {
		for _, name := range slices.Concat(p.ProofAlgorithms(), p.RequiredAlgorithms()) {
			if _, known := dpop.FindAlgorithm(name); !known {
				t.Errorf("the profile %s names the algorithm %s, which is none that dpop knows", p.Name, name)
			}
		}
	}
}

// goVersion is what go.mod asks for.
func goVersion(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if version, found := strings.CutPrefix(line, "go "); found {
			return strings.TrimSpace(version)
		}
	}
	t.Fatal("go.mod names no version of Go")
	return ""
}
