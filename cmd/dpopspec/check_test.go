package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/target"
)

// tenant is an authorization server of which only the metadata answers; it
// counts what else is asked of it.
func tenant(t *testing.T) (url string, others *atomic.Int32) {
	t.Helper()
	others = &atomic.Int32{}
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/.well-known/") {
			others.Add(1)
		}
		if strings.Contains(r.URL.Path, "oauth-protected-resource") {
			fmt.Fprint(w, `{"dpop_bound_access_tokens_required": true}`)
			return
		}
		fmt.Fprintf(w, `{
			"issuer": %q, "token_endpoint": "%[1]s/token", "userinfo_endpoint": "https://elsewhere.example/me",
			"token_endpoint_auth_methods_supported": ["private_key_jwt"], "dpop_signing_alg_values_supported": ["ES256"]
		}`, server.URL)
	}))
	t.Cleanup(server.Close)
	return server.URL, others
}

func TestCheckSaysWhatARunWouldDoAndAsksForMetadataOnly(t *testing.T) {
	url, others := tenant(t)
	config := write(t, "tenant.yaml", `
authorization_server:
  issuer: `+url+`
  clients: [{id: c, secret: the-client-secret, auth: client_secret_post}]
apis: {orders: {url: `+url+`/v1, probe: GET /orders}}
limits: {rate: 10/s, budget: 3}
`)
	code, out := call(t, "check", "-c", config)
	if code != exitConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for _, want := range []string{
		"authorization server   real " + url,
		"declared  authorization server   DPoP proofs: ES256",
		"given     authorization server   client c: client_secret_post; client_credentials",
		"declared  API                    bound tokens required of orders: true",
		"the metadata puts the userinfo endpoint at https://elsewhere.example/me, " +
			"which the configuration does not name",
		"no client may use authorization_code",
		"client c: the metadata does not list client_secret_post; it lists private_key_jwt",
		"cases: the authorization server has no pushed authorization request endpoint",
		"cases: tagged @aggressive",
		"cases: the client is not under test",
		"at most 10 a second",
		"limits.budget is 3",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("check does not say %q", want)
		}
	}
	if n := others.Load(); n > 0 {
		t.Errorf("%d requests beside metadata", n)
	}
	if strings.Contains(out, "the-client-secret") || t.Failed() {
		t.Log(out)
	}
}

func TestCheckSpeaksToProgramsToo(t *testing.T) {
	url, _ := tenant(t)
	config := write(t, "tenant.yaml", "authorization_server: {issuer: "+url+", clients: [{id: c}]}\n")
	code, out := call(t, "check", "-c", config, "--format", "json", "--id", "RFC9449-4.3-43")
	var document struct {
		Parties  []struct{ Role, Where string }
		Requests int
		Run      []struct{ Cases []string }
	}
	if err := json.Unmarshal([]byte(out), &document); err != nil || code != exitConformant {
		t.Fatalf("exit code %d, %v: %s", code, err, out)
	}
	if len(document.Parties) != 3 || document.Requests == 0 || len(document.Run) == 0 {
		t.Errorf("%+v", document)
	}
}

func TestCheckSaysHowLongMeasurementsMayWait(t *testing.T) {
	url, _ := tenant(t)
	config := write(t, "tenant.yaml",
		"authorization_server: {issuer: "+url+", clients: [{id: c}]}\napis: {orders: {url: "+url+"/v1}}\n")
	args := []string{"check", "-c", config, "--id", "measurements/a-nonce-does-not-live-for-ever*"}
	const gap = "limits.patience is 0: 2 cases that measure by waiting"
	const waiting = "At the end 2 cases may wait, side by side, for at most 10m0s (limits.patience)"
	says := func(out, this, andNot string) bool {
		return strings.Contains(out, this) && !strings.Contains(out, andNot)
	}
	if code, out := call(t, args...); code != exitConformant || !says(out, gap, waiting) {
		t.Errorf("without patience: exit code %d, %s", code, out)
	}
	if code, out := call(t, append(args, "--patience", "10m")...); code != exitConformant || !says(out, waiting, gap) {
		t.Errorf("with patience: exit code %d, %s", code, out)
	}
	requests := func(patience string) int {
		t.Helper()
		var document struct {
			Requests int
			Patience float64
			Waiting  []string
		}
		_, out := call(t, append(args, "--format", "json", "--patience", patience)...)
		if err := json.Unmarshal([]byte(out), &document); err != nil {
			t.Fatal(err, out)
		}
		if waits := document.Patience > 0; waits != (len(document.Waiting) == 2) {
			t.Errorf("%+v", document)
		}
		return document.Requests
	}
	if without, with := requests("0"), requests("10m"); with < without+200 {
		t.Errorf("%d requests without patience, %d with it", without, with)
	}
}

func TestCheckEndsWithTwoForAMistakeAndThreeForASilentTarget(t *testing.T) {
	url, _ := tenant(t)
	for _, test := range []struct {
		name, config string
		code         int
		want         string
	}{
		{"a mistake", "authorization_server: {isuer: x}\n", exitUsage, "unknown key"},
		{"no authorization server", "authorization_server: {issuer: 'http://127.0.0.1:9'}\n",
			exitCouldNotTest, "connection refused"},
		{"no API", "authorization_server: {issuer: '" + url + "'}\napis: {a: {url: 'http://127.0.0.1:9'}}\n",
			exitCouldNotTest, "the API a: http://127.0.0.1:9/.well-known/oauth-protected-resource"},
		{"another issuer",
			"authorization_server: {issuer: '" + strings.Replace(url, "127.0.0.1", "localhost", 1) + "'}\n",
			exitCouldNotTest, "names the issuer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, out := call(t, "check", "-c", write(t, "c.yaml", test.config))
			if code != test.code || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d: %s; want %d and %q", code, out, test.code, test.want)
			}
		})
	}
}

func TestCheckPrintsTheSchema(t *testing.T) {
	code, out := call(t, "check", "--schema")
	if code != exitConformant || out != string(target.Schema) {
		t.Errorf("exit code %d, %d octets", code, len(out))
	}
}

func TestAFlagWinsOverTheEnvironmentAndTheEnvironmentOverTheFile(t *testing.T) {
	url, _ := tenant(t)
	config := write(t, "tenant.yaml", "authorization_server: {issuer: "+url+"}\nlimits: {rate: 1/s}\n")
	rate := func(args ...string) string {
		t.Helper()
		_, out := call(t, append([]string{"check", "--id", "RFC9449-4.3-43"}, args...)...)
		_, after, _ := strings.Cut(out, "at most ")
		number, _, _ := strings.Cut(after, " a second")
		return number
	}
	if got := rate("-c", config); got != "1" {
		t.Errorf("the file: %s", got)
	}
	t.Setenv("DPOPSPEC_RATE", "2/s")
	t.Setenv("DPOPSPEC_CONFIG", config)
	if got := rate(); got != "2" {
		t.Errorf("the environment: %s", got)
	}
	if got := rate("--rate", "3/s"); got != "3" {
		t.Errorf("the flag: %s", got)
	}
}

func TestTLSIsNeverSilentlyUnverified(t *testing.T) {
	url, _ := tenant(t)
	config := write(t, "tenant.yaml", "authorization_server: {issuer: "+url+"}\nconnection: {insecure: true}\n")
	report := filepath.Join(t.TempDir(), "run.json")
	_, out := call(t, "run", "-c", config, "--id", "RFC9449-4.3-43", "--format", "json:"+report)
	if !strings.Contains(out, "warning: TLS certificates are not verified") {
		t.Error(out)
	}
	text, err := os.ReadFile(report)
	if err != nil || !strings.Contains(string(text), "TLS certificates not verified") {
		t.Error("the report does not say so", err)
	}
}

func TestShardsMergeIntoOneReport(t *testing.T) {
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "1.json"), filepath.Join(dir, "2.json")}
	for i, file := range files {
		shard := fmt.Sprintf("%d/2", i+1)
		code, out := call(t, "run", "--id", "RFC9449-4.3-43,RFC9449-4.3-42", "--shard", shard, "--format", "json:"+file)
		if code != exitConformant {
			t.Fatal(code, out)
		}
	}
	merged := filepath.Join(dir, "all.json")
	code, out := call(t, "merge", files[0], files[1], "--format", "json:"+merged)
	if code != exitConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	all, err := readReport(merged)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		run, err := readReport(file)
		if err != nil {
			t.Fatal(err)
		}
		n += len(run.Cases)
	}
	if len(all.Cases) != n || n < 8 {
		t.Errorf("%d cases of %d", len(all.Cases), n)
	}
	for name, args := range map[string][]string{
		"nothing":         {"merge"},
		"no such file":    {"merge", filepath.Join(dir, "3.json")},
		"not a report":    {"merge", write(t, "x.json", "{}")},
		"no such formats": {"merge", files[0], "--format", "pdf"},
	} {
		if code, out := call(t, args...); code != exitUsage {
			t.Errorf("%s: exit code %d: %s", name, code, out)
		}
	}
}

func TestOnlyWhatDidNotPassIsRunAgain(t *testing.T) {
	earlier := filepath.Join(t.TempDir(), "earlier.json")
	call(t, "run", "--id", "RFC9449-4.3-43", "--format", "json:"+earlier)
	all, err := readReport(earlier)
	if err != nil || len(all.Cases) < 3 {
		t.Fatal(err, len(all.Cases))
	}
	first := write(t, "first.json", fmt.Sprintf(`{"tool": "dpopspec", "verdict": "not conformant", "cases": [
		{"id": %q, "verdict": "failed"}, {"id": %q, "verdict": "passed"}, {"id": %q, "verdict": "errored"},
		{"id": "known/RFC9449-4.3-43", "verdict": "failed"}]}`, all.Cases[0].ID, all.Cases[1].ID, all.Cases[2].ID))
	second := filepath.Join(t.TempDir(), "second.json")
	code, out := call(t, "run", "--rerun", first, "--format", "json:"+second)
	if code != exitConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	run, err := readReport(second)
	if err != nil || len(run.Cases) != 2 {
		t.Fatalf("%v, %d cases", err, len(run.Cases))
	}
	code, out = call(t, "run", "--rerun", second)
	if code != exitCouldNotTest || !strings.Contains(out, "nothing to run again") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, _ := call(t, "run", "--rerun", second, "--id", "x"); code != exitUsage {
		t.Errorf("--id beside --rerun: exit code %d", code)
	}
}

// TestThePageOfAllKeysIsFresh: docs/configuration.md is written, not typed.
func TestThePageOfAllKeysIsFresh(t *testing.T) {
	code, page := call(t, "check", "--schema", "--format", "markdown")
	if code != exitConformant {
		t.Fatalf("exit code %d: %s", code, page)
	}
	written, err := os.ReadFile("../../docs/configuration.md")
	if err != nil || string(written) != page {
		t.Errorf("docs/configuration.md is stale; make it anew: "+
			"go run ./cmd/dpopspec check --schema --format markdown > docs/configuration.md (%v)", err)
	}
	if code, out := call(t, "check", "--schema", "--format", "html"); code != exitUsage {
		t.Errorf("exit code %d: %s", code, out)
	}
}
