package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// TestTheTableOfLevelsIsThatOfTheRanking: make levels writes it at the head of the
// ranking, with the cases that each level has.
func TestTheTableOfLevelsIsThatOfTheRanking(t *testing.T) {
	ranking, err := os.ReadFile("../../features/levels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile("../../docs/live-tenant.md")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := runner.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range features.Levels {
		configured := target.Default()
		configured.Limits.Level = level
		plan, err := runner.NewPlan(sources, configured, runner.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		begins := fmt.Sprintf("| `%s` | %d | ", level, len(plan.Cases))
		found := false
		for line := range strings.Lines(string(ranking)) {
			row, head := strings.CutPrefix(strings.TrimSpace(line), "# "+begins)
			if !head {
				continue
			}
			found = true
			if !strings.Contains(string(docs), begins+row) {
				t.Errorf("docs/live-tenant.md does not have the row %s%s", begins, row)
			}
			var requests int
			fmt.Sscan(row, &requests)
			if level == features.Quick && (requests == 0 || requests > 300) {
				t.Errorf("quick sends about %d requests", requests)
			}
		}
		if !found {
			t.Errorf("the head of features/levels.tsv has no row %s…: make levels", begins)
		}
	}
}
