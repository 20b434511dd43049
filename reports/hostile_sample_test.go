package reports

import (
	"fmt"
	"strings"
	"time"
)

// hostileWords are what strangers say who want a page to break: words without an end, text
// that runs from right to left, marks on marks, markup, and what ends an element.
func hostileWords() map[string]string {
	return map[string]string{
		"a word":  strings.Repeat("w", 10_000),
		"digits":  strings.Repeat("0123456789", 1000),
		"Arabic":  "العربية " + strings.Repeat("مرحبابالعالم", 800) + " \u202eevil\u202c",
		"emoji":   strings.Repeat("👩‍👩‍👧‍👦🏳️‍🌈", 400),
		"marks":   "Z" + strings.Repeat("\u0335\u0321", 600) + "algo",
		"markup":  `</pre></style></script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`,
		"quotes":  strings.Repeat(`"'`+"`"+`&amp;`, 300),
		"spaces":  strings.Repeat("\u00a0", 5000),
		"lines":   strings.Repeat("\n", 3000) + "end",
		"scripts": "javascript:document.title='owned'//" + strings.Repeat("/", 9000),
	}
}

// hostileRun is a run all of whose texts a stranger chose, a case for each way to break a
// page, among cases such as sampleRun has.
func hostileRun() Run {
	run := sampleRun()
	run.Catalogue = sampleCatalogue()
	words := hostileWords()
	for i, name := range []string{"a word", "digits", "Arabic", "emoji", "marks", "markup", "quotes", "spaces", "lines", "scripts"} {
		w := words[name]
		q := Requirement{ID: fmt.Sprintf("OWN-%s-%02d", w[:min(len(w), 12)], i), Section: w, Level: w, Verdict: "fail",
			Binds: []string{"rs"}, Text: w, Why: w, Remedy: w}
		run.Catalogue = append(run.Catalogue, q)
		run.Target = append(run.Target, Party{Role: "API", Name: w, Kind: "real", Where: "https://" + w,
			Capabilities: []Capability{{w, w, "seen"}}})
		verdict := []Verdict{Failed, Failed, Errored, Warned}[i%4]
		run.Cases = append(run.Cases, Case{
			ID: "hostile/" + w, Feature: w + ".feature", FeatureName: w, Line: 1, Scenario: w, Row: w, Endpoint: w,
			Subject: "rs", Requirements: []Requirement{q}, Verdict: verdict, Reason: w, Expected: w, Actual: w,
			Duration: time.Second, Steps: []Step{{"Given", w, 1, "passed"}, {"Then", w, 2, "failed"}}, Notes: []string{w},
			Heard: []Heard{{Party: w, Text: w, Ended: w}}, Repeat: "dpopspec run --id '" + w + "'",
			Exchanges: []Exchange{{Title: w, Request: "GET /" + w + " HTTP/1.1\nX: " + w, Response: "HTTP/1.1 500\n" + w,
				URL: "https://" + w, Proof: &Proof{Header: w, Claims: w, Problem: w}}},
		})
		run.SetUp = append(run.SetUp, Problem{Name: w, What: w, Answer: w, Key: w, Remedy: w})
		run.Measurements = append(run.Measurements, Measurement{Name: w, Unit: w, Value: 12})
		run.NotRun = append(run.NotRun, NotRun{w, w, false})
	}
	return run
}
