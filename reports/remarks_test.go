package reports

import (
	"bytes"
	"strings"
	"testing"
)

// texts are the reports that people read, by format.
func texts(t *testing.T, run Run) map[string]string {
	t.Helper()
	written := map[string]string{}
	for _, name := range []string{"pretty", "markdown", "html"} {
		var out bytes.Buffer
		if err := formats()[name].write(&out, NewRedactor().Run(run)); err != nil {
			t.Fatal(err)
		}
		written[name] = strings.Join(strings.Fields(out.String()), " ")
	}
	return written
}

// clean is a run with one pass at an authorization server.
func clean() Run {
	return Run{
		Profile: "rfc9449", Level: "standard", Requests: 412,
		Target: []Party{{Role: "authorization server", Kind: "real"}},
		Cases:  []Case{{ID: "a", Verdict: Passed}},
	}
}

func TestEveryReportSaysTheLevelAndTheRequests(t *testing.T) {
	for name, text := range texts(t, clean()) {
		if !strings.Contains(text, "standard") || !strings.Contains(text, "412") {
			t.Errorf("%s does not: %s", name, text)
		}
	}
}

func TestACleanPassSaysWhatItCannotSayOfAFleet(t *testing.T) {
	const caveat = "One pass cannot tell instances apart"
	broken, repeated, embedded, client := clean(), clean(), clean(), clean()
	broken.Cases[0].Verdict = Failed
	repeated.Rounds = 5
	embedded.Target[0].Kind = "embedded"
	client.Target[0].Role = "client"
	for name, test := range map[string]struct {
		run  Run
		says bool
	}{
		"a clean pass": {clean(), true}, "a failure": {broken, false}, "five rounds": {repeated, false},
		"embedded servers": {embedded, false}, "a client": {client, false},
	} {
		for format, text := range texts(t, test.run) {
			if strings.Contains(text, caveat) != test.says {
				t.Errorf("%s, %s: it is said: %v", name, format, !test.says)
			}
		}
	}
}

func TestInstancesThatGaveThemselvesAwayAreNamed(t *testing.T) {
	run := clean()
	run.Target[0].Capabilities = []Capability{{Name: Instances, Value: "X-Served-By: a, b", How: "seen"}}
	for format, text := range texts(t, run) {
		const says = "Several instances, or one behind another, seem to answer for the authorization server: " +
			"X-Served-By: a, b."
		if !strings.Contains(text, says) {
			t.Errorf("%s: %s", format, text)
		}
	}
}

func TestADateThatIsNotTheClockThatJudgesIsTold(t *testing.T) {
	run := clean()
	const ahead = "he Date of https://as.example is 1h ahead of the clock by which it takes proofs"
	run.Target[0].Capabilities = []Capability{{Name: Clock, Value: "t" + ahead, How: "seen"}}
	for format, text := range texts(t, run) {
		if !strings.Contains(text, "T"+ahead+".") {
			t.Errorf("%s: %s", format, text)
		}
	}
}

func TestAFailureInSomeRoundsSaysInHowMany(t *testing.T) {
	run := clean()
	run.Rounds = 5
	run.Cases = []Case{
		{ID: "a", Scenario: "Sometimes", Verdict: Failed, Reason: "it did not hold", Rounds: 5, Broke: 2},
		{ID: "b", Scenario: "Always", Verdict: Warned, Reason: "it does not hold", Rounds: 5, Broke: 5},
	}
	for format, text := range texts(t, run) {
		if !strings.Contains(text, "in 2 of 5 rounds") || strings.Contains(text, "5 of 5") {
			t.Errorf("%s: %s", format, text)
		}
	}
}
