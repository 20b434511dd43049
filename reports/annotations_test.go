package reports

import (
	"fmt"
	"strings"
	"testing"
)

func annotationsOf(t *testing.T, run Run) []string {
	t.Helper()
	var out strings.Builder
	if err := WriteAnnotations(&out, NewRedactor(sampleClientSecret).Run(run)); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestAFailureIsAnnotatedAtItsLine(t *testing.T) {
	lines := annotationsOf(t, sampleRun())
	want := "::error file=proof/htm.feature,line=12,title=A proof for another method is refused (GET) at token::" +
		"the token endpoint issued a token for a proof whose htm is GET, on a POST%0ARFC9449-4.3-43 §4.3 (8): "
	if len(lines) != 5 || !strings.HasPrefix(lines[0], want) {
		t.Errorf("got %d lines, first %q", len(lines), lines[0])
	}
	if !strings.HasPrefix(lines[3], "::warning file=proof/htu.feature,line=31,") {
		t.Errorf("got %q", lines[3])
	}
}

func TestAnAnnotationCannotBeForgedByItsText(t *testing.T) {
	lines := annotationsOf(t, Run{Cases: []Case{{
		Feature: "a,line=1::b%\n.feature", Scenario: "x::y,z:\r\n::error::forged", Verdict: Failed,
		Reason: "100%\r\n::set-env name=A::b",
	}}})
	if len(lines) != 1 {
		t.Fatalf("got %q", lines)
	}
	want := "::error file=a%2Cline=1%3A%3Ab%25%0A.feature,title=x%3A%3Ay%2Cz%3A ：%3Aerror%3A%3Aforged::" +
		"100%25 ：:set-env name=A::b"
	if lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
}

func TestOfManyFailuresTheLastAnnotationCountsTheRest(t *testing.T) {
	var run Run
	for i := range 25 {
		run.Cases = append(run.Cases, Case{Feature: fmt.Sprint("n", i), Verdict: Failed})
	}
	lines := annotationsOf(t, run)
	if len(lines) != 10 || lines[9] != "::error::16 more causes; see the reports of the run" {
		t.Errorf("got %d lines, last %q", len(lines), lines[len(lines)-1])
	}
}
