package reports

import (
	"bytes"
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
		"authorization_server.clients[svc].secret", "give the secret", "2 cases of 2 could not be tested", "COULD NOT TEST",
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
