package runner

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/approval"
	"github.com/dpopspec/dpopspec/internal/login"
	"github.com/dpopspec/dpopspec/internal/loginpage"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// deviceCases are those in which every grant gives a token.
const deviceCases = "RFC9449-5-02"

// withDevices is paged where devices wait for a person, who logs in to approve them.
func withDevices(
	t *testing.T, shape loginpage.Shape, ways login.Settings, approves *target.DeviceApproval,
) (*target.Target, *loginpage.Front) {
	t.Helper()
	front := loginpage.Before(nil, testPerson, shape)
	if approves == nil {
		front.Also = []string{mockas.PathVerify}
	}
	configured := honest(t, func(w http.ResponseWriter, r *http.Request) bool {
		passed := false
		front.Stand(w, r, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true }))
		return !passed
	}, nil, func(c *mockas.Config) { c.ManualDevices = true })
	as := configured.AuthorizationServer
	as.Clients[0].Ways = ways
	as.Clients[0].Grants = append(as.Clients[0].Grants, mockas.GrantDevice)
	as.DeviceApproval = approves
	return configured, front
}

// verdictsOf are the verdicts of cases with a word in their id, each once.
func verdictsOf(run reports.Run, word string) string {
	var list []string
	for _, c := range run.Cases {
		if verdict := string(c.Verdict); strings.Contains(c.ID, word) && !slices.Contains(list, verdict) {
			list = append(list, verdict)
		}
	}
	return strings.Join(list, ", ")
}

func TestDevicesAreApprovedAsTheConfigurationSays(t *testing.T) {
	for name, row := range map[string]struct {
		ways     login.Settings
		approves *target.DeviceApproval
	}{
		"by form":  {ways: byForm(testPerson.Password)},
		"by login": {byForm(testPerson.Password), &target.DeviceApproval{Login: "svc"}},
		"by request": {byForm(testPerson.Password), &target.DeviceApproval{Request: &approval.Request{
			Method: "POST", URL: mockas.PathVerify, Form: url.Values{"user_code": {"{user_code}"}},
		}}},
		"by program": {byForm(testPerson.Password), &target.DeviceApproval{Program: &approval.Program{Args: []string{
			"sh", "-c", `exec curl -sf --data-urlencode "user_code=$DPOPSPEC_USER_CODE" "$DPOPSPEC_VERIFICATION_URI"`,
		}}}},
	} {
		t.Run(name, func(t *testing.T) {
			configured, front := withDevices(t, loginpage.OnePage, row.ways, row.approves)
			run := played(t, configured, deviceCases)
			if got := verdictsOf(run, "device-code"); got != "passed" || found(run) != "" {
				t.Errorf("device grant: %s; found %s", got, found(run))
			}
			if logins, wrong := front.Counts(); logins != 1 || wrong != 0 {
				t.Errorf("%d logins, %d wrong", logins, wrong)
			}
		})
	}
}

func TestAnApprovalThatFailsIsSaidOnce(t *testing.T) {
	for name, row := range map[string]struct {
		ways     login.Settings
		approves *target.DeviceApproval
	}{
		"a login": {ways: byForm("a wrong password")},
		"a request": {byForm(testPerson.Password), &target.DeviceApproval{Request: &approval.Request{
			Method: "POST", URL: mockas.PathVerify, Form: url.Values{"code": {"{user_code}"}},
		}}},
		"a program":         {byForm(testPerson.Password), &target.DeviceApproval{Program: &approval.Program{Args: []string{"false"}}}},
		"a missing program": {byForm(testPerson.Password), &target.DeviceApproval{Program: &approval.Program{Args: []string{"./nobody"}}}},
		"a request that does nothing": {byForm(testPerson.Password), &target.DeviceApproval{Request: &approval.Request{
			Method: "GET", URL: mockas.PathVerify + "?user_code={user_code}",
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			configured, _ := withDevices(t, loginpage.OnePage, row.ways, row.approves)
			run := played(t, configured, deviceCases)
			if got := verdictsOf(run, "device-code"); got != "skipped" {
				t.Errorf("device grant: %s", got)
			}
			if got := strings.Count(found(run), "authorization_server.device_approval"); got != 1 {
				t.Errorf("found %s", found(run))
			}
			if got := verdictsOf(run, "client-credentials"); !strings.Contains(got, "passed") {
				t.Errorf("the rest: %s", got)
			}
		})
	}
}
