package runner

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// around lets a handler of a test stand before an honest party: it reports whether
// it has answered.
type around func(w http.ResponseWriter, r *http.Request) bool

func (a around) before(party http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a == nil || !a(w, r) {
			party.ServeHTTP(w, r)
		}
	})
}

const (
	svc           = "client svc"
	otherAudience = "https://invoices.example"
)

// honest is a target of an honest authorization server and an honest API on
// loopback, each with something before it. Its client may use two grants.
func honest(t *testing.T, beforeAS, beforeAPI around, arrange ...func(*mockas.Config)) *target.Target {
	t.Helper()
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	const audience = "https://orders.example"
	clients := []mockas.Client{}
	for _, id := range []string{"svc", "spare"} {
		clients = append(clients, mockas.Client{
			ID: id, Secret: "secret of " + id, Auth: mockas.AuthPost, Grants: mockas.AllGrants,
			RedirectURIs: []string{"http://127.0.0.1/cb"}, AlwaysRefresh: true,
		})
	}
	listen := func(make func(origin string) http.Handler) string {
		server, err := wire.Listen(wire.Options{}, make)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		return server.URL
	}
	issuer := listen(func(origin string) http.Handler {
		config := mockas.Config{Key: key, Clients: clients, APIs: []mockas.API{{Audience: audience}, {Audience: otherAudience}}}
		for _, change := range arrange {
			change(&config)
		}
		server, err := mockas.New(origin, config)
		if err != nil {
			t.Fatal(err)
		}
		return beforeAS.before(server)
	})
	api := listen(func(origin string) http.Handler {
		return beforeAPI.before(mockrs.New(origin, mockrs.Config{
			Audience: audience, Issuer: issuer,
			Keys: func(context.Context) ([]dpop.PublicKey, error) {
				return []dpop.PublicKey{{JWK: key.JWK(), Key: key.Public(), Thumbprint: key.Thumbprint}}, nil
			},
		}))
	})
	configured := target.Default()
	configured.Limits.Timeout = 30 * time.Second
	configured.AuthorizationServer = &target.RealAuthorizationServer{Issuer: issuer, Clients: []target.RegisteredClient{{
		ID: "svc", Secret: "secret of svc", Auth: mockas.AuthPost, RedirectURI: "http://127.0.0.1/cb",
		Grants: []string{mockas.GrantClientCredentials, mockas.GrantCode, mockas.GrantRefresh},
	}}}
	configured.APIs = []target.RealAPI{{Name: "orders", URL: api, Audience: audience, Method: "GET", Path: "/orders"}}
	return configured
}

// played runs a few cases of each endpoint, or those of the ids.
func played(t *testing.T, configured *target.Target, ids ...string) reports.Run {
	t.Helper()
	if ids == nil {
		ids = []string{"RFC9449-4.3-43"} // refused at each endpoint
	}
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// verdictsAt are the verdicts of the cases at an endpoint, each once.
func verdictsAt(run reports.Run, endpoint string) string {
	var list []string
	for _, c := range run.Cases {
		verdict := string(c.Verdict)
		if c.Blocked != "" {
			verdict = "blocked by " + c.Blocked
		}
		if c.Verdict == reports.Skipped && c.Blocked == "" {
			continue // what the party has not
		}
		if c.Endpoint == endpoint && !slices.Contains(list, verdict) {
			list = append(list, verdict)
		}
	}
	return strings.Join(list, ", ")
}

// found describes the problems of the set-up.
func found(run reports.Run) string {
	var list []string
	for _, p := range run.SetUp {
		list = append(list, p.Name+": "+p.Key)
	}
	return strings.Join(list, "; ")
}

func answer(w http.ResponseWriter, status int, body string) bool {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
	return true
}

// form reads the form of a request and leaves it as it was.
func form(r *http.Request) url.Values {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	values, _ := url.ParseQuery(string(body))
	return values
}

func TestASetUpThatWorksHasNoProblem(t *testing.T) {
	run := played(t, honest(t, nil, nil))
	for _, endpoint := range []string{"token", "par", "userinfo", "api"} {
		if got := verdictsAt(run, endpoint); got != "passed" {
			t.Errorf("at %s: %s", endpoint, got)
		}
	}
	if found(run) != "" || run.ExitCode() != reports.ExitConformant {
		t.Errorf("%s; exit code %d", found(run), run.ExitCode())
	}
}

func TestWhatDoesNotWorkBlocksWhatRestsOnItAndNothingElse(t *testing.T) {
	withClient := func(change func(*target.RegisteredClient)) func(*target.Target) {
		return func(t *target.Target) { change(&t.AuthorizationServer.Clients[0]) }
	}
	for name, test := range map[string]struct {
		as, api                  around
		change                   func(*target.Target)
		found                    string
		token, par, userinfo, rs string
	}{
		"a wrong secret": {
			change: withClient(func(c *target.RegisteredClient) { c.Secret = "wrong" }),
			found:  svc + ": authorization_server.clients[svc].secret",
			token:  "blocked by " + svc, par: "blocked by " + svc, userinfo: "blocked by " + svc, rs: "blocked by " + svc,
		},
		"another way of authentication": {
			change: withClient(func(c *target.RegisteredClient) { c.Auth = mockas.AuthBasic }),
			found:  svc + ": authorization_server.clients[svc].auth",
			token:  "blocked by " + svc, par: "blocked by " + svc, userinfo: "blocked by " + svc, rs: "blocked by " + svc,
		},
		"a redirect URI that is not registered": {
			change: withClient(func(c *target.RegisteredClient) { c.RedirectURI = "http://127.0.0.1/other" }),
			found:  svc + ", authorization_code: authorization_server.clients[svc].redirect_uri",
			token:  "passed", par: "blocked by " + svc + ", authorization_code",
			userinfo: "blocked by " + svc + ", authorization_code", rs: "passed",
		},
		"a client that may not use the grant": {
			as: func(w http.ResponseWriter, r *http.Request) bool {
				return form(r).Get("grant_type") == "client_credentials" && answer(w, 400, `{"error":"unauthorized_client"}`)
			},
			found: svc + ", client_credentials: authorization_server.clients[svc].grants",
			token: "passed", par: "passed", userinfo: "passed", rs: "blocked by " + svc + ", client_credentials",
		},
		"a scope that the client may not have": {
			as: func(w http.ResponseWriter, r *http.Request) bool {
				return form(r).Get("scope") == "admin" && r.URL.Path == "/token" && answer(w, 400, `{"error":"invalid_scope"}`)
			},
			change: func(t *target.Target) {
				t.APIs[0].Scope, t.AuthorizationServer.Clients[0].Grants = "admin", []string{mockas.GrantClientCredentials}
			},
			found: svc + ", client_credentials: apis.orders.scope",
			token: "blocked by " + svc + ", client_credentials", par: "passed", userinfo: "",
			rs: "blocked by " + svc + ", client_credentials",
		},
		"a wrong audience": {
			change: func(t *target.Target) { t.APIs[0].Audience = otherAudience },
			found:  "the API orders: apis.orders.audience",
			token:  "passed", par: "passed", userinfo: "passed", rs: "blocked by the API orders",
		},
		"a probe that leads nowhere": {
			api: func(w http.ResponseWriter, r *http.Request) bool {
				return r.URL.Path == "/orders" && answer(w, 404, `{}`)
			},
			found: "the API orders: apis.orders.probe",
			token: "passed", par: "passed", userinfo: "passed", rs: "blocked by the API orders",
		},
		"userinfo that answers with an error and status 200": {
			as: func(w http.ResponseWriter, r *http.Request) bool {
				return r.URL.Path == "/userinfo" && answer(w, 200, `{"status":"error"}`)
			},
			found: "the userinfo endpoint: authorization_server.clients[svc].scope",
			token: "passed", par: "passed", userinfo: "blocked by the userinfo endpoint", rs: "passed",
		},
		"one client of two": {
			change: func(t *target.Target) {
				spare := t.AuthorizationServer.Clients[0]
				spare.ID, spare.Secret = "spare", "secret of spare"
				t.AuthorizationServer.Clients[0].Secret = "wrong"
				t.AuthorizationServer.Clients = append(t.AuthorizationServer.Clients, spare)
			},
			found: svc + ": authorization_server.clients[svc].secret",
			token: "passed", par: "passed", userinfo: "passed", rs: "passed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			longtable.Thinned(t)
			configured := honest(t, test.as, test.api)
			if test.change != nil {
				test.change(configured)
			}
			run := played(t, configured)
			if found(run) != test.found {
				t.Errorf("found %s; want %s", found(run), test.found)
			}
			for endpoint, want := range map[string]string{
				"token": test.token, "par": test.par, "userinfo": test.userinfo, "api": test.rs,
			} {
				if got := verdictsAt(run, endpoint); got != want {
					t.Errorf("at %s: %s; want %s", endpoint, got, want)
				}
			}
			if run.ExitCode() != reports.ExitCouldNotTest {
				t.Errorf("exit code %d", run.ExitCode())
			}
		})
	}
}

// everySecond answers 401 to every second of some requests, the first included.
func everySecond(of func(*http.Request) bool, body string) around {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) bool {
		return of(r) && n.Add(1)%2 == 1 && answer(w, 401, body)
	}
}

func TestAPartyThatRefusesHonestProofsIsNoProblemOfTheSetUp(t *testing.T) {
	proved := func(r *http.Request) bool { return len(r.Header["Dpop"]) > 0 }
	for name, test := range map[string]struct{ as, api around }{
		"invalid_dpop_proof": {as: func(w http.ResponseWriter, r *http.Request) bool {
			return proved(r) && r.URL.Path == "/token" && answer(w, 400, `{"error":"invalid_dpop_proof"}`)
		}},
		"a server error": {as: func(w http.ResponseWriter, r *http.Request) bool {
			return proved(r) && r.URL.Path == "/token" && answer(w, 500, `{}`)
		}},
		"another error with a proof alone": {as: func(w http.ResponseWriter, r *http.Request) bool {
			return proved(r) && r.URL.Path == "/token" && answer(w, 401, `{"error":"invalid_client"}`)
		}},
		"a client that is refused every second time": {as: everySecond(func(r *http.Request) bool {
			return r.URL.Path == "/token"
		}, `{"error":"invalid_client"}`)},
		"an API that refuses every second time": {api: everySecond(func(r *http.Request) bool {
			return r.URL.Path == "/orders"
		}, `{}`)},
		"an API that takes bearer tokens alone": {api: func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
				return answer(w, 200, `{}`)
			}
			return answer(w, 401, `{}`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			longtable.Thinned(t)
			run := played(t, honest(t, test.as, test.api))
			if found(run) != "" {
				t.Errorf("found %s", found(run))
			}
			endpoint := "token"
			if test.api != nil {
				endpoint = "api"
			}
			fickle := strings.Contains(name, "every second time")
			if got := verdictsAt(run, endpoint); strings.Contains(got, "blocked") || strings.Contains(got, "passed") && !fickle {
				t.Errorf("at %s: %s", endpoint, got)
			}
		})
	}
}

func TestNothingIsSentForACaseThatIsBlocked(t *testing.T) {
	var requests atomic.Int32
	count := func(http.ResponseWriter, *http.Request) bool { requests.Add(1); return false }
	configured := honest(t, count, count)
	configured.AuthorizationServer.Clients[0].Secret = "wrong"
	few := played(t, configured, "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@api")
	spent := requests.Swap(0)
	many := played(t, configured, "proof-*")
	if len(many.Cases) < 100*len(few.Cases) || requests.Load() > spent+10 {
		t.Errorf("%d requests for %d cases, %d for %d", spent, len(few.Cases), requests.Load(), len(many.Cases))
	}
}

func TestAnAPIThatAnswersAnHonestRequestWithAnErrorAndStatus200CannotBeTested(t *testing.T) {
	configured := honest(t, nil, func(w http.ResponseWriter, r *http.Request) bool {
		return answer(w, 200, `{"status":"error"}`)
	})
	run := played(t, configured, "proof-method/*")
	if len(run.SetUp) != 1 || run.SetUp[0].Key != "apis.orders.probe" || !strings.Contains(verdictsAt(run, "api"), "blocked") {
		t.Errorf("%+v, at the API: %s", run.SetUp, verdictsAt(run, "api"))
	}
}

func TestAPartyThatAnswersNoMoreIsGivenUpOnce(t *testing.T) {
	var requests atomic.Int32
	configured := honest(t, nil, func(_ http.ResponseWriter, r *http.Request) bool {
		if requests.Add(1) > 20 {
			<-r.Context().Done() // silent for ever
			return true
		}
		return false
	})
	configured.Limits.Timeout = time.Second
	run := played(t, configured, "RFC9449-4.3-42", "RFC9449-4.3-43")
	if len(run.SetUp) != 1 || !strings.Contains(run.SetUp[0].What, "answers no more, at ") {
		t.Fatalf("%+v", run.SetUp)
	}
	if got := verdictsAt(run, "api"); !strings.Contains(got, "blocked") || strings.Contains(got, "failed") {
		t.Errorf("at the API: %s", got)
	}
	if errored := run.Summary().Errored; errored >= mostErrored || run.ExitCode() != reports.ExitCouldNotTest {
		t.Errorf("%d errored, exit code %d", errored, run.ExitCode())
	}
}

// throttle answers 429 to those requests that a function of their number names.
func throttle(requests *atomic.Int32, refuses func(n int32) bool) around {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		if !refuses(requests.Add(1)) {
			return false
		}
		w.Header().Set("Retry-After", "0")
		return answer(w, 429, `{}`)
	}
}

func TestAPartyThatThrottlesNowAndThenIsTestedToTheEnd(t *testing.T) {
	var requests atomic.Int32
	run := played(t, honest(t, nil, throttle(&requests, func(n int32) bool { return n%7 == 0 })), "RFC9449-4.3-42")
	if got := verdictsAt(run, "api"); got != "passed" || found(run) != "" {
		t.Errorf("at the API: %s; found %s", got, found(run))
	}
	if requests.Load() < 14 {
		t.Errorf("%d requests: none was refused twice", requests.Load())
	}
}

func TestAPartyThatThrottlesForEverIsGivenUpOnce(t *testing.T) {
	var requests atomic.Int32
	run := played(t, honest(t, nil, throttle(&requests, func(n int32) bool { return n > 20 })), "RFC9449-4.3-42", "RFC9449-4.3-43")
	if len(run.SetUp) != 1 || run.SetUp[0].Key != "limits.rate" || run.ExitCode() != reports.ExitCouldNotTest {
		t.Errorf("%+v; exit code %d", run.SetUp, run.ExitCode())
	}
	if got := verdictsAt(run, "api"); strings.Contains(got, "failed") || !strings.Contains(got, "blocked") {
		t.Errorf("at the API: %s", got)
	}
	if requests.Load() > 40 {
		t.Errorf("%d requests", requests.Load())
	}
}

// mostErrored is more than the cases that a silent party may cost.
const mostErrored = 10

func TestAnAPIThatEndsInMidRunIsSaidOnceWithItsExitCode(t *testing.T) {
	if testing.Short() {
		// The compiler takes longer than all that -short leaves; CI runs it.
		t.Skip("it builds a program")
	}
	script := filepath.Join(t.TempDir(), "api")
	// The API is this test's; the program only says where it is, and ends when told.
	told := filepath.Join(t.TempDir(), "told")
	text := "#!/bin/sh\necho '{\"url\": \"'$API'\"}'\nwhile [ ! -e " + told + " ]; do sleep 0.05; done\n" +
		"echo out of memory >&2\nexit 9\n"
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	configured := honest(t, nil, func(_ http.ResponseWriter, _ *http.Request) bool {
		if requests.Add(1) > 20 {
			os.WriteFile(told, nil, 0o600)
			panic(http.ErrAbortHandler)
		}
		return false
	})
	api := &configured.APIs[0]
	api.Command = target.Command{Args: []string{script}, Env: map[string]string{"API": api.URL}}
	api.URL = ""
	run := played(t, configured, "RFC9449-4.3-42", "RFC9449-4.3-43")
	if len(run.SetUp) != 1 || !strings.Contains(run.SetUp[0].Answer, "exit code 9") ||
		!strings.Contains(run.SetUp[0].Answer, "out of memory") || run.SetUp[0].Key != "apis.orders.command" {
		t.Fatalf("%+v", run.SetUp)
	}
	if got := verdictsAt(run, "api"); !strings.Contains(got, "blocked") {
		t.Errorf("at the API: %s", got)
	}
}

func TestARunIsCutShortWhenItsTimeIsOver(t *testing.T) {
	configured := honest(t, nil, nil)
	configured.Limits.Time = time.Nanosecond
	run := played(t, configured, "RFC9449-4.3-42")
	if !run.Interrupted || len(run.Cases) != 0 || run.ExitCode() != reports.ExitCouldNotTest {
		t.Errorf("%d cases, exit code %d", len(run.Cases), run.ExitCode())
	}
	if len(run.SetUp) == 0 || run.SetUp[len(run.SetUp)-1].Key != "limits.time" || len(run.NotRun) == 0 {
		t.Errorf("%+v, %d not run", run.SetUp, len(run.NotRun))
	}
}
