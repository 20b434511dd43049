package reports

import (
	"slices"
	"strings"
	"testing"
)

func TestTheStepsToTakeFirstAreThoseThatHelpMostCases(t *testing.T) {
	var run Run
	many := func(n int, c Case) {
		for range n {
			run.Cases = append(run.Cases, c)
		}
	}
	const clients = "authorization_server.clients"
	many(1750, Case{Verdict: Skipped, Key: clients, Reason: "no client may use authorization_code"})
	many(1, Case{Verdict: Skipped, Key: "apis", Reason: "no second API"})
	many(900, Case{Verdict: Skipped, Reason: "the server asks for no nonce"}) // nothing to do about that
	many(500, Case{Verdict: Skipped, Key: clients, Rare: true, Reason: "nobody vouches for a client"})
	many(60, Case{Verdict: Skipped, Key: "--aggressive", Reason: "tagged @aggressive"})
	many(40, Case{Verdict: Inconclusive, Blocked: "client svc"})
	many(12, found(Failed, "key", "token", granted))
	many(3, found(Failed, "htu", "token", granted))
	run.SetUp = []Problem{{Name: "client svc", What: "the client svc gets no token", Key: clients}}
	var got []string
	for _, a := range run.StepsFirst() {
		got = append(got, a.line())
	}
	want := []string{
		"40 cases could not be tested: the client svc gets no token → authorization_server.clients",
		"1,750 cases were skipped: no client may use authorization_code → authorization_server.clients",
		"12 of 15 failures have one cause: A key is refused, authorization server at token",
		"1 case was skipped: no second API → apis",
		"60 cases were skipped: tagged @aggressive → --aggressive",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAPartyThatGrantsEverythingIsToldSo(t *testing.T) {
	run := badAPI(100, manyCauses)
	text := run.StepsFirst()[0].Text
	if !strings.Contains(text, "100 of 100 failures are requests that the authorization server granted, of 8 causes") {
		t.Errorf("got %s", text)
	}
	run = badAPI(100, manyCauses-1)
	if text := run.StepsFirst()[0].Text; strings.Contains(text, "granted") {
		t.Errorf("a few missing checks: got %s", text)
	}
}

// blockedRun could test nothing, for its client gets no token.
func blockedRun() Run {
	run := sampleRun()
	run.Level, run.Requests = "standard", 2431
	run.SetUp = []Problem{{
		Name: "client svc", What: "the client svc gets no token at the token endpoint by client_secret_basic",
		Answer: "401, error invalid_client", Key: "authorization_server.clients",
		Remedy: "Compare its secret with what is registered.",
	}}
	for i := range run.Cases {
		c := &run.Cases[i]
		c.Verdict, c.Blocked, c.Reason = Inconclusive, "client svc", "blocked: the client svc gets no token"
	}
	return run
}

func TestWhatIsWrongWithTheSetUpIsToldOnceAndFirst(t *testing.T) {
	for name, f := range formats() {
		var out strings.Builder
		if err := f.write(&out, NewRedactor().Run(blockedRun())); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(`\_`, "_", "<br>", "").Replace(out.String())
		for _, want := range []string{
			"the client svc gets no token at the token endpoint", "invalid_client", "authorization_server.clients",
		} {
			if name != "junit" && !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", name, want)
			}
		}
		requests := strings.Contains(text, "2,431 requests") || strings.Contains(text, "2431")
		if !requests && name != "annotations" {
			t.Errorf("%s does not tell of the requests", name)
		}
		if !strings.Contains(text, "standard") && name != "annotations" {
			t.Errorf("%s does not tell of the level", name)
		}
	}
	out := terminal(t, blockedRun(), Terminal{})
	if lines := strings.Count(out, "\n"); lines > 40 || !strings.HasPrefix(out, "\n‼ the client svc gets no token") ||
		!strings.Contains(out, "not tested    15 of 15 cases") {
		t.Errorf("%d lines:\n%s", lines, out)
	}
}

func TestWhatFewHaveIsTheLastReasonForASkip(t *testing.T) {
	run := sampleRun()
	run.Cases = nil
	for range 9 {
		run.Cases = append(run.Cases, Case{Verdict: Skipped, Rare: true, Key: "apis", Reason: "no replicas"})
	}
	run.Cases = append(run.Cases, Case{Verdict: Skipped, Reason: "no nonce"}, Case{Verdict: Passed})
	out := terminal(t, run, Terminal{})
	if first, last := strings.Index(out, "no nonce"), strings.Index(out, "no replicas"); first < 0 || last < first {
		t.Errorf("%s", out)
	}
	if strings.Contains(out, "steps to take first") {
		t.Errorf("what few have is no step:\n%s", out)
	}
}
