package steps

import (
	"os"
	"strings"
	"testing"
)

// firstLine is the step of an example, without keyword and what stands below it.
func firstLine(example string) string {
	line, _, _ := strings.Cut(example, "\n")
	_, text, _ := strings.Cut(line, " ")
	return text
}

func TestEveryExampleMatchesItsOwnStepAlone(t *testing.T) {
	v := Standard()
	for i := range v.Definitions {
		d := &v.Definitions[i]
		found := v.Match(firstLine(d.Example))
		if len(found) != 1 || found[0] != d {
			t.Errorf("the example %q of %s matches %d definitions", d.Example, d.Pattern, len(found))
		}
		if below := strings.Contains(d.Example, "\n"); below != (d.Argument() != NoArgument) {
			t.Errorf("the example of %s does not show what stands below the step", d.Pattern)
		}
	}
}

func TestThePublishedVocabularyIsFresh(t *testing.T) {
	published, err := os.ReadFile("../docs/steps.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(published) != Standard().Markdown() {
		t.Error("docs/steps.md is stale; make it anew: go run ./cmd/dpopspec steps --format markdown > docs/steps.md")
	}
}
