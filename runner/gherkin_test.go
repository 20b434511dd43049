package runner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// sightings keeps what steps were given, byte for byte.
type sightings struct{ values []string }

func (s *sightings) vocabulary() *vocabulary.Vocabulary {
	keep := func(w *world.World, values ...string) error {
		s.values = append(s.values, values...)
		return w.Expect(true, "values", "values")
	}
	return steps.Standard().With(func(v *vocabulary.Vocabulary) {
		g := vocabulary.For[world.World](v)
		g.Then(`^I see (.*)$`, func(w *world.World, text string) error {
			return keep(w, text)
		}, "Keeps.", "Then I see it")
		g.Then(`^the text is$`, func(w *world.World, text *godog.DocString) error {
			return keep(w, text.MediaType, text.Content)
		}, "Keeps.", "Then the text is")
		g.Then(`^the table is$`, func(w *world.World, table *godog.Table) error {
			for _, row := range table.Rows {
				for _, cell := range row.Cells {
					if err := keep(w, cell.Value); err != nil {
						return err
					}
				}
			}
			return nil
		}, "Keeps.", "Then the table is")
		g.Then(`^(\d+) of (-?\d+) and (\S+)$`, func(w *world.World, small uint8, n int, f float64) error {
			return keep(w, fmt.Sprint(small, n, f))
		}, "Keeps.", "Then 1 of -2 and 0.5")
	})
}

// sees runs the steps of one scenario and returns its result and what they saw.
func sees(t *testing.T, scenario string) (reports.Case, []string) {
	t.Helper()
	var s sightings
	source := []Source{{Path: "own.feature", Text: []byte("Feature: own\n" + scenario)}}
	plan, err := NewPlanWith(s.vocabulary(), source, target.Default(), Selection{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, target.Default(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run.Cases[0], s.values
}

func TestAStepGetsWhatStandsInTheFileByteForByte(t *testing.T) {
	const fence = "```"
	for _, test := range []struct {
		name, scenario string
		want           []string
	}{
		{"a text", "Scenario: one\n  Then I see # \"|\\ ünd \"\"\"\n", []string{"# \"|\\ ünd \"\"\""}},
		{"an empty value at the end",
			"Scenario Outline: one\n  Then I see <x>\n  Examples:\n    | x |\n    | |\n", []string{""}},
		{"a value of two lines",
			"Scenario Outline: one\n  Then I see a<x>:\n  Examples:\n    | x |\n    | 1\\n2 |\n", nil},
		{"numbers", "Scenario: one\n  Then 255 of -2 and 0.5\n", []string{"255 -2 0.5"}},
		{"a doc string",
			"Scenario: one\n  Then the text is\n    \"\"\"application/json\n" +
				"      {\"a\": \"\\\\n\"}  \n\n    \t|x\n    \"\"\"\n",
			[]string{"application/json", "  {\"a\": \"\\\\n\"}  \n\n\t|x"}},
		{"marks of a doc string within one",
			"Scenario: one\n  Then the text is\n    " + fence + "\n    \\\"\\\"\\\"\n    \"\"\"\n    " + fence + "\n",
			[]string{"", "\\\"\\\"\\\"\n\"\"\""}},
		{"a table", "Scenario: one\n  Then the table is\n    | a\\|b | c\\\\d | e\\nf |\n    | \"\" | # | |\n",
			[]string{"a|b", "c\\d", "e\nf", "\"\"", "#", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, got := sees(t, test.scenario)
			if test.want == nil { // a pattern's dot ends at a line break
				const reason = "own.feature:3:3: no step is called"
				if result.Verdict != reports.Errored || !strings.Contains(result.Reason, reason) {
					t.Errorf("%s: %s", result.Verdict, result.Reason)
				}
			} else if result.Verdict != reports.Passed || !slices.Equal(got, test.want) {
				t.Errorf("%s (%s), sightings %q, want %q", result.Verdict, result.Reason, got, test.want)
			}
		})
	}
}

func TestANumberThatDoesNotFitIsAMistakeOfTheScenario(t *testing.T) {
	result, _ := sees(t, "Scenario: one\n  Then 256 of -2 and 0.5\n")
	const reason = `own.feature:3:3: the step "256 of -2 and 0.5": "256" is no uint8`
	if result.Verdict != reports.Errored || !strings.Contains(result.Reason, reason) {
		t.Errorf("%s: %s", result.Verdict, result.Reason)
	}
}

func TestALineMayBeAsLongAsOneLikes(t *testing.T) {
	longtable.Once(t)
	for _, size := range []int{64<<10 - 1, 64 << 10, 1 << 20} {
		long := strings.Repeat("x", size)
		for name, scenario := range map[string]string{
			"a step":       "Scenario: one\n  Then I see " + long + "\n",
			"a doc string": "Scenario: one\n  Then the text is\n    \"\"\"\n    " + long + "\n    \"\"\"\n",
			"a cell":       "Scenario: one\n  Then the table is\n    | " + long + " |\n",
			"a comment":    "# " + long + "\nScenario: one\n  Then I see " + long + "\r\n",
			"the last":     "Scenario: one\n  Then I see " + long,
		} {
			result, got := sees(t, scenario)
			if result.Verdict != reports.Passed || len(got) == 0 || got[len(got)-1] != long {
				t.Errorf("%s of %d octets: %s (%.200s)", name, size, result.Verdict, result.Reason)
			}
			source := Source{Path: "own.feature", Text: []byte("Feature: own\n" + scenario)}
			if found, err := Lint([]Source{source}, new(sightings).vocabulary()); err != nil || found != nil {
				t.Errorf("%s of %d octets: lint: %.200v, %v", name, size, found, err)
			}
		}
	}
}
