package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// failing is a feature of so many scenarios that fail, and of as many that pass.
func failing(t *testing.T, n int) string {
	t.Helper()
	text := "Feature: orders\n"
	for i := range n {
		text += fmt.Sprintf("  Scenario: wrong %d\n    When the client calls \"GET /orders\"\n    Then the status is 404\n", i)
		text += fmt.Sprintf("  Scenario: right %d\n    When the client calls \"GET /orders\"\n    Then the status is 200\n", i)
	}
	return write(t, "orders.feature", text)
}

type cutRun struct {
	Verdict     string
	Interrupted bool
	Cut         string
	Summary     struct{ Total, Failed, Known int }
	NotRun      []struct{ ID, Reason string } `json:"not_run"`
}

func TestARunEndsAfterSoManyFailures(t *testing.T) {
	feature := failing(t, 30)
	for _, most := range []int{1, 3} {
		report := filepath.Join(t.TempDir(), "run.json")
		code, out := call(t, "run", feature, "--max-failures", fmt.Sprint(most), "--parallel", "2", "--format", "pretty,json:"+report)
		var run cutRun
		text, err := os.ReadFile(report)
		if err == nil {
			err = json.Unmarshal(text, &run)
		}
		if err != nil {
			t.Fatal(err)
		}
		if code != 1 || run.Verdict != "not conformant" || !run.Interrupted || run.Summary.Failed < most ||
			run.Summary.Failed > most+1 || len(run.NotRun) != 60-run.Summary.Total {
			t.Errorf("%d: exit code %d, %+v, %d not run", most, code, run.Summary, len(run.NotRun))
		}
		reason := fmt.Sprintf("--max-failures %d was reached", most)
		if !strings.Contains(run.Cut, reason) || !strings.Contains(run.NotRun[0].Reason, reason) ||
			!strings.Contains(strings.Join(strings.Fields(out), " "), "The run was cut short: "+reason) {
			t.Errorf("%d: cut by %q\n%s", most, run.Cut, out)
		}
	}
}

func TestFailuresThatAreKnownEndNoRun(t *testing.T) {
	feature := failing(t, 4)
	known := ""
	for i := range 4 {
		known += fmt.Sprintf("orders/wrong-%d  # for now\n", i)
	}
	code, out := call(t, "run", feature, "--max-failures", "1", "--known", write(t, "known.txt", known), "--format", "pretty")
	if code != 0 || strings.Contains(out, "cut short") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	// Of a run that is cut, what is known stays known, and no entry is called out of date.
	known = "orders/wrong-0  # for now\norders/right-3  # for now\n"
	code, out = call(t, "run", feature, "--max-failures", "1", "--parallel", "1", "--known", write(t, "known.txt", known), "--format", "pretty")
	if code != 1 || !strings.Contains(out, "1 known") || strings.Contains(out, "out of date") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestANumberOfFailuresIsOneOrMore(t *testing.T) {
	for _, n := range []string{"0", "-1", "x"} {
		if code, out := call(t, "run", "--max-failures", n); code != 2 || !strings.Contains(out, "max-failures") {
			t.Errorf("%s: exit code %d\n%s", n, code, out)
		}
	}
}
