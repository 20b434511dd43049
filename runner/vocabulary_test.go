package runner

import (
	"slices"
	"strings"
	"testing"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

// TestTheVocabularyIsSmallAndEveryStepServes plays no case: it counts what the
// built-in scenarios are made of. A vocabulary that grows with the scenarios does
// not compose: give a step a word, see vocabulary.Word.
func TestTheVocabularyIsSmallAndEveryStepServes(t *testing.T) {
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := features.Load()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := features.FindProfile("")
	if err != nil {
		t.Fatal(err)
	}
	v := steps.Standard()
	cases, err := Expand(sources, target.Default(), catalogue, profile, v)
	if err != nil {
		t.Fatal(err)
	}
	used := map[*vocabulary.Definition]bool{}
	for _, c := range cases {
		for _, s := range c.steps {
			used[s.definition] = true
		}
	}
	for i := range v.Definitions {
		if d := &v.Definitions[i]; !d.Own && !used[d] {
			t.Errorf("no scenario uses the step %s", d.Written)
		}
	}
	if n, scenarios := len(v.Definitions), countScenarios(t, sources); 2*n > scenarios {
		t.Errorf("%d definitions serve %d scenarios: more than one for two", n, scenarios)
	}
	for _, word := range v.Words {
		if !slices.ContainsFunc(v.Definitions, func(d vocabulary.Definition) bool {
			return strings.Contains(d.Written, "{"+word.Name+"}")
		}) {
			t.Errorf("no step uses the word {%s}", word.Name)
		}
	}
}

// countScenarios counts scenarios as they are written, not rows of examples.
func countScenarios(t *testing.T, sources []Source) int {
	t.Helper()
	files, err := parseAll(sources)
	if err != nil {
		t.Fatal(err)
	}
	written := map[*messages.Scenario]bool{}
	for _, file := range files {
		for _, s := range file {
			written[s.scenario] = true
		}
	}
	return len(written)
}
