package runner

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// openAPI is a real API that answers every request so, and the target that it is.
func openAPI(t *testing.T, answer http.HandlerFunc) *target.Target {
	t.Helper()
	configured := target.Default()
	serve := func(string) (string, func(), error) {
		server := httptest.NewServer(answer)
		return server.URL, server.Close, nil
	}
	configured.APIs = []target.RealAPI{{Name: "orders", Method: "GET", Path: "/orders", Serve: serve}}
	return configured
}

// ran are the results of cases, by id.
func ran(t *testing.T, configured *target.Target, s Selection) []reports.Case {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, s)
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run.Cases
}

const otherCase = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@api"

func TestAFindingHasTheAnswerThatTellsItsCause(t *testing.T) {
	granting := openAPI(t, func(http.ResponseWriter, *http.Request) {})
	var served atomic.Bool
	refusing := openAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" && served.CompareAndSwap(false, true) {
			return // what a preflight asks; else that would be a matter of the set-up
		}
		w.Header().Set("WWW-Authenticate", `DPoP error="invalid_token", error_description="wrong audience"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	for _, test := range []struct {
		name    string
		target  *target.Target
		verdict reports.Verdict
		want    reports.Answer
		kind    string
	}{
		{"granted", granting, reports.Failed, reports.Answer{Outcome: reports.Accepted, Status: 200}, ""},
		{
			"every request but the first refused", refusing, reports.Inconclusive,
			reports.Answer{Outcome: reports.Refused, Status: 401, Code: "invalid_token", Words: "wrong audience"},
			"the positive control failed: an honest proof got %s",
		},
	} {
		c := ran(t, test.target, Selection{IDs: []string{otherCase}})[0]
		if c.Verdict != test.verdict || c.Answer != test.want || c.Kind != test.kind {
			t.Errorf("%s: %s, %+v, %q (%s)", test.name, c.Verdict, c.Answer, c.Kind, c.Reason)
		}
	}
}

// The words of a refusal of one probe are about that probe: with them each would be a
// cause of its own.
func TestWhereAProbeToldNothingTheWordsAboutItAreNoPartOfTheCause(t *testing.T) {
	const id = "proof-key/a-weak-rsa-key-is-refused/rsa-of-1024-bits@api"
	c := ran(t, binding(t, true, false), Selection{IDs: []string{id}})[0]
	if c.Verdict != reports.Inconclusive || c.Answer.Code != "invalid_dpop_proof" || c.Answer.Words != "" {
		t.Errorf("%s, %+v", c.Verdict, c.Answer)
	}
}

func TestASkippedCaseNamesTheKeyThatWouldLetItRun(t *testing.T) {
	granting := openAPI(t, func(http.ResponseWriter, *http.Request) {})
	keys := map[string]int{}
	for _, c := range ran(t, granting, Selection{IDs: []string{"api-replicas/*", "api-effects/*"}}) {
		if c.Verdict == reports.Skipped {
			keys[c.Key]++
		}
	}
	if keys["apis.orders.replicas"] == 0 || keys["--aggressive"] == 0 {
		t.Errorf("got %v", keys)
	}
}

func TestAnErrorBeganWhereItIsInnermost(t *testing.T) {
	root := errors.New("connection refused")
	err := fmt.Errorf("b: %w", errors.Join(fmt.Errorf("a: %w", root), errors.New("another")))
	if got := innermost(err); got != root {
		t.Errorf("got %v", got)
	}
}

func TestEveryAnswerHasItsOutcome(t *testing.T) {
	for answer, outcome := range outcomeOf {
		if outcome == "" || answer.String() == "" {
			t.Errorf("%v is called %q", answer, outcome)
		}
	}
	if len(outcomeOf) != 5 {
		t.Errorf("%d answers", len(outcomeOf))
	}
}
