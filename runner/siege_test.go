package runner

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/hostile"
	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// How long a hostile server may keep a request waiting: briefly where the verdict
// is an error even if a sound answer takes longer than that, as it may on a busy
// machine; else as long as it takes.
const (
	brief    = 500 * time.Millisecond
	generous = 30 * time.Second
)

// mostAsked is how many requests a case may come to that a server would keep for ever. Each
// of them ends at the limit; that one does not is for the time limit of go test to find.
const mostAsked = 300

// sieges are the places and moments of a misbehaviour: at the metadata, at the
// token endpoint, there after the positive control, at an API, and there after
// the positive control.
var sieges = []struct {
	name, endpoint, path string
	sound                int32 // requests answered soundly before
}{
	{"metadata", "token", "/.well-known/", 0},
	{"token", "token", "/token", 0},
	{"token, later", "token", "/token", 1},
	{"api", "api", "/orders", 0},
	{"api, later", "api", "/orders", 1},
}

// The verdict on each misbehaviour at each siege. What breaks the connection or
// HTTP is an error, and who answers 429 for ever lets nothing be tested. What cannot be read as grant or refusal tells nothing. An
// API that answers 200 to a bad proof has served it, whatever the body: failed;
// so has a token endpoint that answers with an access_token of any kind. A
// refusal with an outlandish body is still one.
var verdictsOn = map[string]string{
	"closed at once":              "errored errored errored errored errored",
	"deaf":                        "errored errored errored errored errored",
	"garbage instead of TLS":      "errored errored errored errored errored",
	"silent":                      "errored errored errored errored errored",
	"reset":                       "errored errored errored errored errored",
	"hangs up":                    "errored errored errored errored errored",
	"hangs up in the status line": "errored errored errored errored errored",
	"hangs up in the fields":      "errored errored errored errored errored",
	"hangs up in the body":        "errored errored errored errored errored",
	"reset in the body":           "errored errored errored errored errored",
	"silent after the fields":     "errored errored errored errored errored",
	"drips the fields":            "errored errored errored errored errored",
	"drips the body":              "errored errored errored errored errored",
	"another protocol":            "errored errored errored errored errored",
	"HTTP/0.9":                    "errored errored errored errored errored",
	"binary":                      "errored errored errored errored errored",
	"no status":                   "errored errored errored errored errored",
	"status of six digits":        "errored errored errored errored errored",
	"a length that is no number":  "errored errored errored errored errored",
	"a negative length":           "errored errored errored errored errored",
	"two lengths":                 "errored errored errored errored errored",
	"a length too long":           "errored errored errored errored errored",
	"a length too short":          "errored inconclusive inconclusive failed failed",
	"broken chunks":               "errored errored errored errored errored",
	"a chunk too large":           "errored errored errored errored errored",
	"a field without a colon":     "errored errored errored errored errored",
	"NUL in a field":              "errored errored errored errored errored",
	"a protocol switched":         "errored inconclusive inconclusive inconclusive inconclusive",
	"an endless body":             "errored errored errored errored errored",
	"endless chunks":              "errored errored errored errored errored",
	"an endless field":            "errored errored errored errored errored",
	"endless fields":              "errored errored errored errored errored",
	"an endless status line":      "errored errored errored errored errored",
	"endless early hints":         "errored errored errored errored errored",
	"endless continues":           "errored errored errored errored errored",
	"endless trailers":            "errored errored errored errored errored",
	"a gzip bomb":                 "errored inconclusive inconclusive failed failed",
	"gzip that is none":           "errored inconclusive inconclusive failed failed",
	"broken JSON":                 "errored inconclusive inconclusive failed failed",
	"not JSON":                    "errored inconclusive inconclusive failed failed",
	"a JSON array":                "errored inconclusive inconclusive failed failed",
	"deep JSON":                   "errored inconclusive inconclusive failed failed",
	"a duplicate member":          "errored inconclusive inconclusive failed failed",
	"invalid UTF-8":               "errored inconclusive inconclusive failed failed",
	"a byte order mark":           "errored inconclusive inconclusive failed failed",
	"an empty body":               "errored inconclusive inconclusive failed failed",
	"null":                        "errored inconclusive inconclusive failed failed",
	"a token that is a number":    "errored failed failed failed failed",
	"HTML":                        "errored inconclusive inconclusive failed failed",
	"no content":                  "errored inconclusive inconclusive failed failed",
	"a server error":              "errored inconclusive failed inconclusive failed",
	"unavailable":                 "errored inconclusive failed inconclusive failed",
	"a redirect loop":             "errored inconclusive inconclusive inconclusive inconclusive",
	"a redirect elsewhere":        "errored inconclusive inconclusive inconclusive inconclusive",
	"a redirect to nowhere":       "errored inconclusive inconclusive inconclusive inconclusive",
	"429 at once":                 "errored errored errored errored errored",
	"429 for a day":               "errored errored errored errored errored",
	"endless challenges":          "errored inconclusive inconclusive inconclusive inconclusive",
	"a nonce of a megabyte":       "errored inconclusive inconclusive inconclusive inconclusive",
	"a challenge without nonce":   "errored inconclusive inconclusive inconclusive inconclusive",
	"an error of a megabyte":      "errored inconclusive passed inconclusive passed",
	"broken challenges":           "errored inconclusive passed inconclusive passed",
	"terminal escapes":            "errored inconclusive passed inconclusive passed",
	"another issuer":              "errored inconclusive inconclusive failed failed",
	"endpoints elsewhere":         "inconclusive inconclusive inconclusive failed failed",
	"endpoints that are no URLs":  "errored inconclusive inconclusive failed failed",
}

// moment says of a request whether the server misbehaves at it.
type moment = func(*http.Request) bool

// after lets n requests with proofs to a path pass, and what comes without one
// before.
func after(n int32, path string) moment {
	var seen atomic.Int32
	return func(r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, path) || r.Header["Dpop"] == nil && seen.Load() < n {
			return false
		}
		return seen.Add(1) > n
	}
}

// besiegedAS is an authorization server that is sound but for a misbehaviour,
// and the target that it is.
func besiegedAS(t *testing.T, m hostile.Misbehaviour, when moment) (*hostile.Server, *target.Target) {
	t.Helper()
	sound := func(origin string) (http.Handler, error) {
		var config mockas.Config
		world.StandardAS(&config)
		return mockas.New(origin, config)
	}
	server, err := hostile.Listen(hostile.Options{Misbehaviour: m, When: when, Sound: sound})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	configured := target.Default()
	client := target.RegisteredClient{
		ID: "confidential", Secret: "confidential-secret", Auth: "client_secret_post",
		Grants: []string{"client_credentials"},
	}
	configured.AuthorizationServer = &target.RealAuthorizationServer{
		Issuer: server.URL, Clients: []target.RegisteredClient{client},
	}
	_, port, _ := strings.Cut(server.Lure(), ":")
	configured.Connection.Resolve = []map[string]string{{"collector.example:" + port: server.Lure()}}
	return server, configured
}

// besiegedAPI is an API that takes everything, but for a misbehaviour.
func besiegedAPI(t *testing.T, m hostile.Misbehaviour, when moment) (*hostile.Server, *target.Target) {
	t.Helper()
	sound := func(string) (http.Handler, error) {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), nil
	}
	server, err := hostile.Listen(hostile.Options{Misbehaviour: m, When: when, Sound: sound})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	configured := target.Default()
	serve := func(string) (string, func(), error) { return server.URL, func() {}, nil }
	configured.APIs = []target.RealAPI{{Name: "orders", Method: "GET", Path: "/orders", Serve: serve}}
	return server, configured
}

// probes are cases that a proof for another method is refused.
var probes = sync.OnceValue(func() *Plan {
	sources, err := ReadFS(features.FS)
	if err != nil {
		panic(err)
	}
	plan, err := NewPlan(sources, target.Default(), Selection{IDs: []string{"RFC9449-4.3-42"}})
	if err != nil {
		panic(err)
	}
	return plan
})

// withstand runs one case, a refusal with its positive control.
func withstand(t *testing.T, configured *target.Target, endpoint string, limit time.Duration) reports.Run {
	t.Helper()
	configured.Limits.Timeout = limit
	all := probes()
	plan := &Plan{Profile: all.Profile, Catalogue: all.Catalogue}
	for _, c := range all.Cases {
		if c.Endpoint == endpoint {
			plan.Cases = []*Case{c}
			break
		}
	}
	session, err := target.Begin(t.Context(), configured)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	// Without a preflight, which would be the first to be besieged.
	return reports.Run{
		Cases: Execute(t.Context(), plan, session, Options{Parallel: 1}), Requests: session.Requests(),
	}
}

// refusesEverything are the misbehaviours that no honest request gets past.
var refusesEverything = map[string]bool{
	"a server error": true, "an error of a megabyte": true, "broken challenges": true, "terminal escapes": true,
	"unavailable": true,
}

func TestAHostileServerGetsItsVerdict(t *testing.T) {
	log.SetOutput(io.Discard) // net/http tells of octets behind an answer
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	if all := hostile.All(); len(all) != len(verdictsOn) {
		t.Errorf("%d misbehaviours, %d verdicts", len(all), len(verdictsOn))
	}
	for _, m := range hostile.All() {
		expected, limit := strings.Fields(verdictsOn[m.Name]), generous
		if !slices.ContainsFunc(expected, func(verdict string) bool { return verdict != string(reports.Errored) }) {
			limit = brief
		}
		for i, siege := range sieges {
			t.Run(m.Name+"/"+siege.name, func(t *testing.T) {
				longtable.UnderRace(t)
				t.Parallel()
				besiege := besiegedAS
				if siege.endpoint == "api" {
					besiege = besiegedAPI
				}
				server, configured := besiege(t, m, after(siege.sound, siege.path))
				run := withstand(t, configured, siege.endpoint, limit)
				want := expected[i]
				if siege.sound > 0 && refusesEverything[m.Name] {
					want = string(reports.Inconclusive) // honest requests too, after the probe
				}
				if len(run.Cases) != 1 || siegeEnd(run.Cases[0]) != want {
					t.Errorf("%s: expected %s; got %s", m.Does, want, described(run))
				}
				if run.Requests > mostAsked {
					t.Errorf("%d requests were sent", run.Requests)
				}
				if server.Lured.Load() > 0 {
					t.Errorf("%d requests went to another origin, with %v", server.Lured.Load(), server.Loot.Load())
				}
				if reason := run.Cases[0].Reason; len(reason) > 1000 {
					t.Errorf("the reason has %d octets", len(reason))
				}
			})
		}
	}
}

// siegeEnd is how a case ended. One that is blocked, for nobody could be reached or
// understood, tells as little as one that ended in an error.
func siegeEnd(c reports.Case) string {
	if c.Blocked != "" {
		return string(reports.Errored)
	}
	return string(c.Verdict)
}

func described(run reports.Run) string {
	var list []string
	for _, c := range run.Cases {
		list = append(list, fmt.Sprintf("%s: %.200s", c.Verdict, c.Reason))
	}
	return strings.Join(list, "; ")
}

func TestAFloodCostsBoundedMemory(t *testing.T) {
	longtable.Once(t)
	const bound = 16 << 20 // for a request, in all that was ever allocated
	probes()               // to plan costs more than any flood
	for _, name := range []string{
		"an endless body", "endless chunks", "an endless field", "endless fields", "a gzip bomb", "endless trailers",
		"an error of a megabyte", "a nonce of a megabyte",
	} {
		m, found := hostile.Named(name)
		if !found {
			t.Fatal(name)
		}
		_, configured := besiegedAS(t, m, after(0, "/token"))
		var before, later runtime.MemStats
		runtime.ReadMemStats(&before)
		run := withstand(t, configured, "token", generous)
		runtime.ReadMemStats(&later)
		if used := later.TotalAlloc - before.TotalAlloc; used > uint64(max(run.Requests, 1))*bound {
			t.Errorf("%s: %d MiB for %d requests", name, used>>20, run.Requests)
		}
	}
}

func TestAHostileServerCannotPaintTheTerminalNorBreakAReport(t *testing.T) {
	m, _ := hostile.Named("terminal escapes")
	_, configured := besiegedAS(t, m, after(0, "/token"))
	masked := reports.NewRedactor().Run(withstand(t, configured, "token", generous))
	for name, write := range map[string]func(*bytes.Buffer) error{
		"terminal":    func(b *bytes.Buffer) error { return reports.WriteTerminal(b, masked, reports.Terminal{}) },
		"junit":       func(b *bytes.Buffer) error { return reports.WriteJUnit(b, masked) },
		"markdown":    func(b *bytes.Buffer) error { return reports.WriteMarkdown(b, masked) },
		"annotations": func(b *bytes.Buffer) error { return reports.WriteAnnotations(b, masked) },
		"html":        func(b *bytes.Buffer) error { return reports.WriteHTML(b, masked) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		injected := name == "annotations" && strings.Contains(b.String(), "\n::error::owned")
		if injected || bytes.ContainsAny(b.Bytes(), "\x1b\x07") {
			t.Errorf("%s lets control characters through: %q", name, b.String())
		}
	}
}
