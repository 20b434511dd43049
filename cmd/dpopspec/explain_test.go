package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestExplainTellsPeopleAndPrograms(t *testing.T) {
	code, out := call(t, "explain", "RFC9449-4.3-43")
	if code != 0 || !strings.Contains(out, "run it") || strings.Contains(out, "\x1b") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	code, out = call(t, "explain", "RFC9449-4.3-43", "--format", "json")
	var e struct {
		Kind, Attack, Run string
		Scenarios         []struct{ Cases []string }
		Worth             map[string]string
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil || code != 0 || e.Kind != "requirement" || e.Attack == "" ||
		len(e.Scenarios) == 0 || e.Worth["rfc9449"] != "fail" {
		t.Errorf("exit code %d, %v\n%s", code, err, out)
	}
	if code, out = call(t, "explain", "not", "conformant"); code != 0 || !strings.Contains(out, "not conformant  (word)") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	for _, args := range [][]string{{"explain"}, {"explain", "RFC9449-4.3-4x"}, {"explain", "passed", "--format", "html"}} {
		if code, out = call(t, args...); code != 2 {
			t.Errorf("%q: exit code %d\n%s", args, code, out)
		}
	}
	if _, out = call(t, "explain", "RFC9449-4.3-4x"); !strings.Contains(out, "RFC9449-4.3-4") {
		t.Error("the nearest id is not named")
	}
}

func TestAFailureNamesWhatExplainsIt(t *testing.T) {
	feature := write(t, "own.feature", "Feature: own\n  @RFC9449-4.3-43 @rs\n  Scenario: one\n"+
		"    When the client calls \"GET /orders\"\n    Then the status is 404\n")
	if code, out := call(t, "run", feature, "--format", "pretty"); code != 1 ||
		!strings.Contains(out, "dpopspec explain RFC9449-4.3-43") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// What is asked for may be a stranger's, and long.
func TestAnIDThatIsNoneIsNotSaidAtLength(t *testing.T) {
	code, out := call(t, "explain", strings.Repeat("\x1b[2J\n::error::", 10_000))
	if code != exitUsage || len(out) > 2000 || strings.ContainsAny(out, "\x1b") || strings.Contains(out, "\n::") {
		t.Errorf("exit code %d: %.300q", code, out)
	}
}
