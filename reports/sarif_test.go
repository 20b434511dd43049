package reports

import (
	"encoding/json"
	"strings"
	"testing"
)

func sarifOf(t *testing.T, run Run) sarifRun {
	t.Helper()
	var out strings.Builder
	if err := WriteSARIF(&out, NewRedactor(sampleClientSecret).Run(run)); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	decoder := json.NewDecoder(strings.NewReader(out.String()))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("got %+v", log)
	}
	return log.Runs[0]
}

func TestSARIFHoldsAResultForEachDeviationUnderTheRuleOfItsRequirement(t *testing.T) {
	run := sarifOf(t, sampleRun())
	got := map[string]string{}
	for _, r := range run.Results {
		got[r.RuleID] = r.Level
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID {
			t.Errorf("rule %d is %s, not %s", r.RuleIndex, rule.ID, r.RuleID)
		}
		if r.Message.Text == "" || r.Fingerprints["dpopspecCase/v1"] == "" ||
			r.Locations[0].Physical.Region.StartLine == 0 {
			t.Errorf("incomplete: %+v", r)
		}
		if suppressed := len(r.Suppressions) > 0; suppressed != (r.RuleID == "RFC7638-3-01") {
			t.Errorf("%s: suppressed is %v", r.RuleID, suppressed)
		}
	}
	want := map[string]string{
		"RFC9449-4.3-43": "error", "RFC9449-7.1-05": "error", "RFC9449-4.3-58": "warning",
		"RFC9449-11.1-01": "note", "RFC7638-3-01": "error",
	}
	if len(run.Results) != len(want) {
		t.Errorf("got %v", got)
	}
	for id, level := range want {
		if got[id] != level {
			t.Errorf("%s: got level %q, want %q", id, got[id], level)
		}
	}
	if len(run.Tool.Driver.Rules) != len(sampleCatalogue()) {
		t.Errorf("%d rules", len(run.Tool.Driver.Rules))
	}
}

func TestSARIFTellsErrorsAsNotificationsOfTheTool(t *testing.T) {
	run := sarifOf(t, sampleRun())
	invocation := run.Invocations[0]
	if len(invocation.Notifications) != 1 ||
		!strings.Contains(invocation.Notifications[0].Message.Text, "adapter ended") ||
		invocation.ExitCode != 1 || invocation.EndTime != "2026-03-14T09:26:54Z" {
		t.Errorf("got %+v", invocation)
	}
	if sarifOf(t, Run{}).Invocations[0].ExecutionSuccessful {
		t.Error("a run that could not test is called successful")
	}
}

func TestACaseWithSeveralRequirementsOrNoneHasItsRule(t *testing.T) {
	run := sarifOf(t, Run{Strict: true, Cases: []Case{
		{ID: "a", Verdict: Failed, Feature: "my orders.feature", Requirements: []Requirement{must, should}},
		{ID: "b", Verdict: Warned},
	}})
	var ids []string
	for _, r := range run.Results {
		ids = append(ids, r.RuleID+" "+r.Level)
	}
	if strings.Join(ids, ",") != "M error,scenario error" {
		t.Errorf("got %v", ids)
	}
	if all, _ := run.Results[0].Properties["requirements"].([]any); len(all) != 2 {
		t.Errorf("the other requirement is lost: %v", run.Results[0].Properties)
	}
	if uri := run.Results[0].Locations[0].Physical.Artifact.URI; uri != "my%20orders.feature" {
		t.Errorf("got %s", uri)
	}
}
