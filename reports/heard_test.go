package reports

import (
	"strings"
	"testing"
)

func TestEveryFormatForPeopleTellsWhatAServerOfOursSaid(t *testing.T) {
	const secret = "fgR5-secret-of-the-api"
	c := Case{ID: "a", Verdict: Failed, Expected: "x", Actual: "y", Requirements: sampleRequirement("RFC9449-4.3-43"),
		Heard: []Heard{{"the API orders", "panic: no key\x1b[2J " + secret, "it ended with exit code 2"}}}
	run := NewRedactor(secret).Run(Run{Cases: []Case{c}})
	for _, name := range []string{"pretty", "html", "junit", "markdown", "json"} {
		var out strings.Builder
		if err := formats()[name].to(&out, run); err != nil {
			t.Fatal(name, err)
		}
		for _, want := range []string{"the API orders", "panic: no key", "it ended with exit code 2"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
		if strings.Contains(out.String(), secret) || strings.Contains(out.String(), "\x1b[2J") {
			t.Errorf("%s shows a secret or an escape", name)
		}
	}
}
