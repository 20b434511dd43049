package steps

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
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
		if d.Doc == "" || strings.Contains(d.Doc, "\n") {
			t.Errorf("%s is explained by %q, not by one line", d.Written, d.Doc)
		}
		if below := strings.Contains(d.Example, "\n"); below != (d.Argument() != vocabulary.NoArgument) {
			t.Errorf("the example of %s does not show what stands below the step", d.Pattern)
		}
	}
}

// registration is a function that registers the steps of a file.
var registration = regexp.MustCompile(`(?m)^func (\w+Steps)\(v \*vocabulary\.Vocabulary\)`)

func TestEveryFileOfStepsIsOnTheListOfItsRoom(t *testing.T) {
	for _, room := range []string{"own", "proof", "server", "api", "client"} {
		list, err := os.ReadFile(room + "/register.go")
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range registration.FindAllStringSubmatch(string(text), -1) {
				if !regexp.MustCompile(`\b` + found[1] + `\b`).Match(list) {
					t.Errorf("%s: %s is not listed in %s/register.go", file, found[1], room)
				}
			}
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

var gherkinBlock = regexp.MustCompile("(?s)```gherkin\n(.*?)```")

func TestEveryStepThatTheGuideShowsExists(t *testing.T) {
	guide, err := os.ReadFile("../docs/writing-features.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, block := range gherkinBlock.FindAllStringSubmatch(string(guide), -1) {
		if strings.HasPrefix(block[1], "Feature:") {
			continue // it has steps of its own, and a test of dpoptest runs it
		}
		for line := range strings.Lines(block[1]) {
			keyword, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !slices.Contains([]string{"Given", "When", "Then", "And"}, keyword) {
				continue
			}
			shown++
			if found := Standard().Match(text); len(found) != 1 {
				t.Errorf("%q matches %d steps", text, len(found))
			}
		}
	}
	if shown < 20 {
		t.Errorf("only %d steps were found in the guide", shown)
	}
}
