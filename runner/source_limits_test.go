package runner

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/target"
)

func TestAFeatureFileThatIsTooLargeIsAnErrorWithItsPlace(t *testing.T) {
	const begin = "Feature: own\n\n  Scenario Outline: one\n"
	rows := func(n int) string { return "    Examples:\n      | x |\n" + strings.Repeat("      | 1 |\n", n) }
	for _, c := range []struct{ name, text, want string }{
		{"many rows", begin + "    When x\n" + rows(1_000_000), "own.feature:1:1: the file has more than"},
		{"rows of a large file", begin + "    When x\n" + rows(maxLines), "own.feature:20001:1: the file has more than"},
		{"many scenarios", "Feature: own\n" + strings.Repeat("  Scenario: one\n    When x\n", 100_000),
			"own.feature:20001:1: the file has more than"},
		{"rows of many steps", begin + strings.Repeat("    When x\n", 9_000) + rows(9_000), "own.feature:3:1: with the rows"},
		{"a large description", "Feature: own\n" + strings.Repeat("words ", maxFeature), "own.feature:1:1: the file has more than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := []Source{{Path: "own.feature", Text: []byte(c.text)}}
			_, err := NewPlanWith(steps.Standard(), source, target.Default(), Selection{})
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || len(err.Error()) > 1000 {
				t.Errorf("planned: %v", err)
			}
			found, err := Lint(source, steps.Standard())
			if err != nil || len(found) != 1 || !strings.HasPrefix(found[0].String(), c.want) {
				t.Errorf("linted: %v, %v", found, err)
			}
		})
	}
}

func TestALongLineThatIsWrongIsAShortErrorWithItsPlace(t *testing.T) {
	const begin = "Feature: own\n\n  Scenario: one\n"
	long := strings.Repeat("x", 1<<20)
	for name, text := range map[string]string{
		"an unknown step":  begin + "    When " + long + "\n",
		"unknown words":    begin + "    When " + strings.Repeat("call nonse the ", 1<<16) + "\n",
		"no step at all":   begin + "    When\n" + long + "\n",
		"a tag with space": begin + "    @" + long + " x\n",
	} {
		source := []Source{{Path: "own.feature", Text: []byte(text)}}
		found, err := Lint(source, steps.Standard())
		if err != nil || len(found) == 0 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
		for _, f := range found {
			if len(f.Message) > 2*maxShown || f.Line < 3 {
				t.Errorf("%s: line %d, %d octets: %.200s", name, f.Line, len(f.Message), f.Message)
			}
		}
		if _, err := NewPlanWith(steps.Standard(), source, target.Default(), Selection{}); err != nil && len(err.Error()) > 2*maxShown {
			t.Errorf("%s: an error of %d octets", name, len(err.Error()))
		}
	}
}
