package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// application is a program that calls an API when its URL is requested. It keeps
// its tokens and nonces as long as it runs.
type application struct{ orders *client.Fetcher }

// startApplication returns the target that tests the application.
func startApplication(t *testing.T, policy func(*client.Policy)) *target.Target {
	t.Helper()
	trigger := &target.Trigger{AuthorizationServer: freeAddress(t), API: freeAddress(t)}
	honest := client.HonestPolicy()
	if policy != nil {
		policy(honest)
	}
	c, err := client.New(client.Options{
		Issuer: "http://" + trigger.AuthorizationServer, ClientID: "confidential", ClientSecret: "confidential-secret",
		UseDPoP: true, GenerateKey: true, Policy: honest,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	options := client.FetcherOptions{BaseURL: "http://" + trigger.API, Audience: "https://orders.example"}
	orders, err := c.Fetcher(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&application{orders})
	t.Cleanup(server.Close)
	trigger.URL = server.URL + "/api/call?path={path}&method={method}"
	configured := target.Default()
	configured.Client = &target.RealClient{Trigger: trigger}
	return configured
}

// freeAddress is one at which nobody listens, below the ports that systems give to
// whoever asks for any: another test's connection may take one of these before
// the server that is to listen there does.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if listener, err := net.Listen("tcp", address); err == nil {
			listener.Close()
			return address
		}
	}
	t.Fatal("no port of a hundred is free")
	return ""
}

func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.URL.Query()
	init := &client.Init{Method: call.Get("method")}
	switch init.Method {
	case "QUERY":
		http.Error(w, "no call of this application", http.StatusNotImplemented)
		return
	case "POST", "PUT", "PATCH":
		init.Body = strings.NewReader(`{"amount":7}`)
	}
	answer, err := a.orders.Fetch(r.Context(), call.Get("path"), init)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(min(answer.StatusCode, 599))
	_, _ = io.Copy(w, answer.Body)
}

// triggered runs the cases of a selection against an application.
func triggered(t *testing.T, configured *target.Target, ids ...string) []reports.Case {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: ids, Subjects: []target.Role{target.ClientRole}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 4})
	if err != nil {
		t.Fatal(err)
	}
	return run.Cases
}

func TestASoundApplicationBehindATriggerURLPassesWhatApplies(t *testing.T) {
	count := map[reports.Verdict]int{}
	for _, c := range triggered(t, startApplication(t, nil)) {
		count[c.Verdict]++
		switch c.Verdict {
		case reports.Passed, reports.Noted, reports.Skipped:
		default:
			t.Errorf("%s: %s: %s; expected %s; got %s", c.ID, c.Verdict, c.Reason, c.Expected, c.Actual)
		}
		if c.Verdict == reports.Skipped && c.Reason == "" {
			t.Errorf("%s is skipped without a reason", c.ID)
		}
	}
	if count[reports.Passed] < 80 || count[reports.Skipped] == 0 {
		t.Errorf("%v", count)
	}
}

func TestABugOfAnApplicationBehindATriggerURLIsFound(t *testing.T) {
	redrafted := func(change func(*dpop.Draft)) func(*client.Policy) {
		return func(p *client.Policy) {
			honest := p.Draft
			p.Draft = func(r client.ProofRequest) dpop.Draft {
				d := honest(r)
				change(&d)
				return d
			}
		}
	}
	tests := []struct {
		name, breaks string
		policy       func(*client.Policy)
	}{
		{"no ath", "RFC9449-4.2-12", redrafted(func(d *dpop.Draft) { d.Claims.Delete("ath") })},
		{"htm in lower case", "RFC9449-4.2-08", redrafted(func(d *dpop.Draft) {
			method, _ := d.Claims.Text("htm")
			d.Claims.Set("htm", strings.ToLower(method))
		})},
		{"one jti for all", "RFC9449-4-01", redrafted(func(d *dpop.Draft) {
			d.Claims.Set("jti", "always-this-one-and-no-other")
		})},
		{"no answer to challenges", "RFC9449-9-03", func(p *client.Policy) { p.MaxAttempts = 1 }},
		{"the nonce of a success is not kept", "RFC9449-8.2-03", func(p *client.Policy) {
			p.StoreNonce = func(*client.Nonces, string, *client.Answer) {}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			failed, others := 0, ""
			for _, c := range triggered(t, startApplication(t, test.policy), test.breaks) {
				if c.Verdict == reports.Failed {
					failed++
				} else if others += string(c.Verdict) + ": " + c.Reason + "; "; c.Verdict == reports.Errored {
					t.Errorf("%s: %s", c.ID, c.Reason)
				}
			}
			if failed == 0 {
				t.Errorf("no case of %s failed; %s", test.breaks, others)
			}
		})
	}
}

func TestAnAddressThatIsTakenIsToldBeforeTheFirstCase(t *testing.T) {
	configured := startApplication(t, nil)
	listener, err := net.Listen("tcp", configured.Client.Trigger.API)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	session, err := target.Open(t.Context(), configured)
	if err == nil {
		session.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "free "+configured.Client.Trigger.API) {
		t.Errorf("%v", err)
	}
}

func TestAnApplicationThatCallsNothingIsNotPraised(t *testing.T) {
	configured := startApplication(t, func(p *client.Policy) {
		p.Endpoint = func(name, _, _ string) error { return errors.New("no call of " + name) }
	})
	for _, c := range triggered(t, configured) {
		if c.ID == plainFlow {
			expect(t, map[string]reports.Case{c.ID: c}, c.ID, reports.Failed, "no call of")
		} else if c.Verdict != reports.Inconclusive && c.Verdict != reports.Skipped {
			t.Errorf("%s: %s: expected %s; got %s", c.ID, c.Verdict, c.Expected, c.Actual)
		}
	}
}
