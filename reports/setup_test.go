package reports

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// unfit is a run whose client has a wrong secret.
func unfit() Run {
	return Run{
		Tool: "dpopspec", Profile: "rfc9449",
		SetUp: []Problem{{
			Name: "client svc", What: "the client svc gets no token by client_credentials",
			Answer: "401, error invalid_client (" + sampleClientSecret + ")",
			Key:    "authorization_server.clients[svc].secret", Remedy: "give the secret that it is registered with",
		}},
		Cases: []Case{
			blocked("client svc", Case{ID: "a", Verdict: Skipped, Reason: "could not test: the client svc", Requirements: []Requirement{must}}),
			blocked("client svc", Case{ID: "b", Verdict: Skipped, Reason: "could not test: the client svc", Requirements: []Requirement{must}}),
		},
	}
}

func TestAProblemOfTheSetUpIsSaidOnceInTheTerminal(t *testing.T) {
	var b bytes.Buffer
	if err := WriteTerminal(&b, NewRedactor(sampleClientSecret).Run(unfit()), Terminal{}); err != nil {
		t.Fatal(err)
	}
	out := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"the client svc gets no token by client_credentials", "401, error invalid_client",
		"authorization_server.clients[svc].secret", "give the secret", "not tested 2 of 2 cases", "COULD NOT TEST",
	} {
		if strings.Count(out, want) != 1 {
			t.Errorf("%q stands there %d times", want, strings.Count(out, want))
		}
	}
	if strings.Contains(out, sampleClientSecret) {
		t.Error("it shows the secret")
	}
	if t.Failed() {
		t.Log(b.String())
	}
}

func TestWhereNothingButTheSetUpIsBrokenOneScreenSaysSo(t *testing.T) {
	run := unfit()
	run.Target = []Party{{Role: "API", Name: "orders", Kind: "real"}}
	for range 40 {
		run.Cases = append(run.Cases,
			Case{ID: "c", Verdict: Skipped, Key: "apis", Reason: "there is no second API", Requirements: []Requirement{should}})
	}
	run.Cases = append(run.Cases, Case{ID: "d", Verdict: Passed})
	const skips, steps, caveat = "no second API", "steps to take first", "One pass cannot tell"
	out := terminal(t, run, Terminal{})
	for _, more := range []string{skips, steps, caveat, must.ID} {
		if strings.Contains(out, more) {
			t.Errorf("%q is said too", more)
		}
	}
	if !strings.Contains(out, "1 mandatory requirement could not be tested") || !strings.Contains(out, "2 of 43 cases") {
		t.Error("it does not say what that costs")
	}
	run.Cases = append(run.Cases, Case{ID: "e", Verdict: Failed})
	if out := terminal(t, run, Terminal{}); !strings.Contains(out, skips) || !strings.Contains(out, steps) ||
		strings.Count(out, run.SetUp[0].What) != 1 {
		t.Errorf("something else is broken:\n%s", out)
	}
	if t.Failed() {
		t.Log("\n" + out)
	}
}

func TestOfManyProblemsOfTheSetUpTheTerminalExplainsTheFirst(t *testing.T) {
	run := unfit()
	for i := range 40 {
		p := run.SetUp[0]
		p.Name = fmt.Sprint(i)
		run.SetUp = append(run.SetUp, p)
	}
	out := terminal(t, run, Terminal{})
	if n := strings.Count(out, "\n"); n > 60 || strings.Count(out, "remedy") != explainedProblems ||
		strings.Count(out, "look at") != namedProblems || !strings.Contains(out, "26 more problems of the set-up") {
		t.Errorf("%d lines\n%s", n, out)
	}
}

func TestAProblemOfTheSetUpIsTheFirstAnnotation(t *testing.T) {
	run := unfit()
	run.Cases = append(run.Cases, badAPI(30, 20).Cases...)
	var b strings.Builder
	if err := WriteAnnotations(&b, NewRedactor().Run(run)); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "::error title=the client svc gets no token by client_credentials::") {
		t.Errorf("got %s", b.String())
	}
}

func TestAProblemOfTheSetUpComesBackFromJSON(t *testing.T) {
	var b bytes.Buffer
	run := unfit()
	if err := WriteJSON(&b, NewRedactor().Run(run)); err != nil {
		t.Fatal(err)
	}
	back, err := ReadJSON(&b)
	if err != nil || !reflect.DeepEqual(back.SetUp, run.SetUp) || back.Cases[0].Blocked != "client svc" {
		t.Errorf("%v: %+v", err, back)
	}
}

func TestMergedRunsSayAProblemOfTheSetUpOnce(t *testing.T) {
	merged, err := Merge(unfit(), unfit())
	if err != nil || len(merged.SetUp) != 1 || merged.ExitCode() != ExitCouldNotTest {
		t.Errorf("%v: %+v", err, merged.SetUp)
	}
}
