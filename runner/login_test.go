package runner

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

var testPerson = loginpage.Person{Username: "alice", Password: "the pass word of alice"}

// paged is honest with a login page before its authorization server.
func paged(t *testing.T, shape loginpage.Shape, ways login.Settings) (*target.Target, *loginpage.Front) {
	t.Helper()
	var front *loginpage.Front
	configured := honest(t, func(w http.ResponseWriter, r *http.Request) bool {
		passed := false
		front.Stand(w, r, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true }))
		return !passed
	}, nil)
	front = loginpage.Before(nil, testPerson, shape)
	configured.AuthorizationServer.Clients[0].Ways = ways
	return configured, front
}

func byForm(password string) login.Settings {
	return login.Settings{Form: &login.Form{Username: testPerson.Username, Password: password}}
}

// needsCodes are cases that need a code, beside those that do not.
var needsCodes = []string{"RFC9449-4.3-43", "RFC9449-10-03", "RFC6749-4.1.2-01"}

func TestALoginPageTurnsNoVerdict(t *testing.T) {
	verdicts := func(run reports.Run) map[string]reports.Verdict {
		list := map[string]reports.Verdict{}
		for _, c := range run.Cases {
			list[c.ID] = c.Verdict
		}
		return list
	}
	plain := played(t, honest(t, nil, nil), needsCodes...)
	for _, shape := range []loginpage.Shape{loginpage.TwoPages, loginpage.EveryTime} {
		configured, front := paged(t, shape, byForm(testPerson.Password))
		run := played(t, configured, needsCodes...)
		want, codes := verdicts(plain), 0
		for id, got := range verdicts(run) {
			if got != want[id] {
				t.Errorf("%s: %s is %s, without a page %s", shape, id, got, want[id])
			}
			if strings.HasSuffix(id, "userinfo") && got == reports.Passed {
				codes++
			}
		}
		if logins, wrong := front.Counts(); logins != 1 || wrong != 0 || codes == 0 || found(run) != "" {
			t.Errorf("%s: %d logins, %d wrong, %d passed at userinfo; found %s", shape, logins, wrong, codes, found(run))
		}
	}
}

func TestALoginThatFailsIsSaidOnceAndTheRestRuns(t *testing.T) {
	for shape, key := range map[loginpage.Shape]string{
		loginpage.OnePage: "form.password", loginpage.Scripted: "browser", loginpage.Puzzled: "form", loginpage.Elsewhere: "hosts",
		loginpage.Enormous: "form",
	} {
		configured, front := paged(t, shape, byForm("a wrong password"))
		run := played(t, configured, needsCodes...)
		const blocked = "login of the client svc"
		if want := blocked + ": authorization_server.clients[svc].login." + key; found(run) != want {
			t.Errorf("%s: found %s, not %s", shape, found(run), want)
		}
		if got := verdictsAt(run, "userinfo"); got != "blocked by "+blocked {
			t.Errorf("%s: at userinfo: %s", shape, got)
		}
		if got := verdictsAt(run, "api"); got != "passed" {
			t.Errorf("%s: at the API: %s", shape, got)
		}
		if _, wrong := front.Counts(); wrong > 1 {
			t.Errorf("%s: %d wrong passwords", shape, wrong)
		}
		if run.ExitCode() != reports.ExitCouldNotTest {
			t.Errorf("%s: exit code %d", shape, run.ExitCode())
		}
	}
}

func TestAPageThatNobodyCanDealWithIsAskedForAFewTimes(t *testing.T) {
	configured, front := paged(t, loginpage.OnePage, login.Settings{})
	pages := 0
	front.Seen = func(r *http.Request) {
		if r.URL.Path == "/login" {
			pages++
		}
	}
	run := played(t, configured, "as-code/*", "RFC9449-4.3-43")
	skipped := 0
	for _, c := range run.Cases {
		if strings.Contains(c.Reason, "login: {form: {username: …, password: …}}, {command: […]}") {
			skipped++
		}
	}
	if skipped < 20 || pages > skipped/2 || found(run) != "" {
		t.Errorf("%d cases skipped for want of a login after %d pages; found %s", skipped, pages, found(run))
	}
}

func TestAConsentThatIsRefusedIsSaidOnce(t *testing.T) {
	ways := byForm(testPerson.Password)
	ways.Form.Consent = "No"
	configured, _ := paged(t, loginpage.EveryTime, ways)
	run := played(t, configured, needsCodes...)
	if want := "client svc, authorization_code: authorization_server.clients[svc].login"; found(run) != want {
		t.Errorf("found %s, not %s", found(run), want)
	}
	if got := verdictsAt(run, "userinfo"); got != "blocked by client svc, authorization_code" {
		t.Errorf("at userinfo: %s", got)
	}
}

func TestASessionThatEndsInMidRunWithAnotherPasswordIsSaidOnce(t *testing.T) {
	configured, front := paged(t, loginpage.OnePage, byForm(testPerson.Password))
	front.Sessions, front.Changes = 2, 1
	configured.AuthorizationServer.Clients[0].Grants = []string{mockas.GrantCode}
	run := played(t, configured, "as-code/*")
	if want := "login of the client svc: authorization_server.clients[svc].login.form.password"; found(run) != want {
		t.Errorf("found %s, not %s", found(run), want)
	}
	if logins, wrong := front.Counts(); logins != 1 || wrong != 1 {
		t.Errorf("%d logins, %d wrong passwords", logins, wrong)
	}
	for _, c := range run.Cases {
		if c.Verdict == reports.Failed || c.Verdict == reports.Errored {
			t.Errorf("%s: %s, %s", c.ID, c.Verdict, c.Reason)
		}
	}
}

func TestAPushedRequestOfALoginCarriesAProofWhereItIsWanted(t *testing.T) {
	for push, want := range map[login.Push]string{login.PushProof: "with", login.PushPlain: "without", login.PushNever: "none"} {
		ways := byForm(testPerson.Password)
		ways.Push = push
		configured, front := paged(t, loginpage.OnePage, ways)
		got := map[string]bool{}
		front.Seen = func(r *http.Request) {
			if r.URL.Path != "/par" {
				return
			}
			if len(r.Header["Dpop"]) > 0 {
				got["with"] = true
			} else {
				got["without"] = true
			}
		}
		configured.AuthorizationServer.Clients[0].Grants = []string{mockas.GrantCode}
		run := played(t, configured, pushingCases...)
		if verdicts := verdictsAt(run, "userinfo"); verdicts != "passed" {
			t.Errorf("%s: at userinfo: %s", push, verdicts)
		}
		if len(got) > 1 || want != "none" && !got[want] {
			t.Errorf("%s: pushed %v", push, got)
		}
	}
}

// pushingCases redeem codes by several keys.
var pushingCases = []string{
	"proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@token",
	"proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@userinfo",
	"api-challenge/every-algorithm-that-the-challenge-lists-is-accepted@userinfo",
}

// An authorization endpoint that breaks down each time must not be asked by every case,
// and as often again to exclude chance.
func TestAnAuthorizationEndpointThatBreaksDownIsGivenUp(t *testing.T) {
	for name, ways := range map[string]login.Settings{"redirects": {}, "form": byForm(testPerson.Password)} {
		asked := 0
		configured := honest(t, func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/authorize" {
				return false
			}
			asked++
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}, nil)
		configured.AuthorizationServer.Clients[0].Ways = ways
		run := played(t, configured, needsCodes...)
		if got, want := found(run), "login of the client svc: authorization_server.clients[svc].login"; got != want {
			t.Errorf("%s: found %s, not %s", name, got, want)
		}
		if got := verdictsAt(run, "api"); got != "passed" || asked > 20 {
			t.Errorf("%s: at the API: %s; asked %d times", name, got, asked)
		}
	}
}
