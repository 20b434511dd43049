package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is wrong with the words of a command line is told before anything is run, and a file
// by its own name.
func TestAMistakeIsToldBeforeAnythingRuns(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "shop.feature")
	const text = "Feature: Shop\n  Scenario: One\n    Given these values\n    | a |\n    | b | c |\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(folder, "gone", "k.txt")
	for want, args := range map[string][]string{
		"--parallel: -1 is no number":                       {"run", "--parallel", "-1"},
		"--reveal: there is no file of --har":               {"run", "--reveal"},
		"--fail-on: \"passed\"":                             {"run", "--fail-on", "passed"},
		"--format: unknown format \"xml\"":                  {"run", "--format", "xml"},
		"known deviations: open " + nowhere:                 {"run", "--known", nowhere},
		nowhere + ":":                                       {"lint", "-c", nowhere, file},
		file + ":5:5: inconsistent cell count":              {"run", file},
		file + ":5:5: inconsistent cell count within the t": {"lint", file},
	} {
		code, out := call(t, args...)
		if code != exitUsage || !strings.Contains(out, want) || strings.Contains(out, "running") {
			t.Errorf("%v: exit code %d, %.400s; want %q", args, code, out, want)
		}
	}
}
