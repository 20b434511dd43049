package reports_test

import (
	"log"
	"strings"

	"github.com/dpopspec/dpopspec/reports"
)

// exampleRun is the run of the examples: an API that does not compare htm.
func exampleRun() reports.Run {
	requirement := reports.Requirement{
		ID: "RFC9449-4.3-42", Level: "MUST", Verdict: "fail", Binds: []string{"as", "rs"},
		Text: "htm matches the method of the request",
	}
	run := reports.Run{Tool: "dpopspec", Version: "v0.0.0", Profile: "rfc9449", Level: "full"}
	for _, row := range []string{"HEAD", "PUT", "DELETE"} {
		run.Cases = append(run.Cases, reports.Case{
			ID:      "proof-method/a-proof-for-another-method-is-refused/" + strings.ToLower(row) + "@api",
			Feature: "features/proof-method.feature", FeatureName: "The proof names the method of the request", Line: 7,
			Scenario: "A proof for another method is refused", Row: row, Endpoint: "api", Subject: "resource server",
			Requirements: []reports.Requirement{requirement}, Verdict: reports.Failed,
			Answer:   reports.Answer{Outcome: reports.Accepted, Status: 200},
			Expected: "the request to be refused", Actual: "200, accepted",
		})
	}
	return run
}

// runJSON is that run as a file has it.
func runJSON() string {
	var text strings.Builder
	if err := reports.WriteJSON(&text, reports.NewRedactor().Run(exampleRun())); err != nil {
		log.Fatal(err)
	}
	return text.String()
}
