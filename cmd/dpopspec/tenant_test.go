package main

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
)

// secrets collects what must not be seen in any output.
type secrets struct {
	mu   sync.Mutex
	list map[string]string // by value, what it is
}

func (s *secrets) add(value, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(value) >= 16 {
		s.list[value] = what
	}
}

// overhear takes the secrets out of a request and its answer.
func (s *secrets) overhear(r *http.Request, body, reply []byte) {
	form, _ := url.ParseQuery(string(body))
	for _, name := range []string{"client_assertion", "client_secret", "code", "refresh_token", "code_verifier"} {
		s.add(form.Get(name), name)
	}
	if _, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		s.add(token, "Authorization")
	}
	var answer map[string]any
	json.Unmarshal(reply, &answer)
	for _, name := range []string{"access_token", "refresh_token", "id_token"} {
		if token, ok := answer[name].(string); ok {
			s.add(token, name)
		}
	}
}

// overheard lets a handler answer and takes the secrets out.
func (s *secrets) overheard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		draft := httptest.NewRecorder()
		next.ServeHTTP(draft, r)
		s.overhear(r, body, draft.Body.Bytes())
		for name, values := range draft.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(draft.Code)
		w.Write(draft.Body.Bytes())
	})
}

// faulty is an authorization server behind TLS with a private authority, with
// one client that signs assertions, and with one bug.
func faulty(t *testing.T, key *dpop.Key, s *secrets) *httptest.Server {
	t.Helper()
	list, err := mutants.Select("", "PV-018@token")
	if err != nil {
		t.Fatal(err)
	}
	keys := json.RawMessage(`{"keys":[` + string(key.JWK().JSON()) + `]}`)
	config := mockas.Config{Clients: []mockas.Client{{
		ID: "the-client", Auth: mockas.AuthPrivateKeyJWT, JWKS: keys,
		Grants: mockas.AllGrants, RedirectURIs: []string{"http://127.0.0.1/callback"}, AlwaysRefresh: true,
	}}}
	list[0].Parts.AuthorizationServer(&config)
	server, err := mockas.New("https://example.com", config)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewTLSServer(s.overheard(server))
	t.Cleanup(listener.Close)
	return listener
}

// tunnel is a proxy that asks for a password and connects to one address.
func tunnel(t *testing.T, to string) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	connections := &atomic.Int32{}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:the-proxy-password"))
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := r.Header.Get("Proxy-Authorization") == want
		if r.Method != http.MethodConnect || r.RequestURI != "example.com:443" || !known {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		connections.Add(1)
		there, err := net.Dial("tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		go func() { io.Copy(here, there); here.Close() }()
	}))
	t.Cleanup(proxy.Close)
	return proxy, connections
}

// TestATenantBehindTLSAndAProxyNeedsNothingButItsConfiguration runs against a
// faulty server, traced, writes every report, and searches them all for secrets.
func TestATenantBehindTLSAndAProxyNeedsNothingButItsConfiguration(t *testing.T) {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		t.Fatal(err)
	}
	private, _, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := key.PrivateJWK()
	if err != nil {
		t.Fatal(err)
	}
	s := &secrets{list: map[string]string{}}
	d, _ := jwk.Text("d")
	s.add(d, "d of the key")
	s.add(strings.Split(private, "\n")[1], "the key's PEM")
	s.add("the-proxy-password", "password of the proxy")
	s.add("the-pass-of-the-firewall", "an added field")

	server := faulty(t, key, s)
	proxy, connections := tunnel(t, strings.TrimPrefix(server.URL, "https://"))
	dir := t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "tenant.yaml")
	if err := os.WriteFile(config, []byte(`
authorization_server:
  issuer: https://example.com
  clients:
    - id: the-client
      key: "${CLIENT_KEY}"
      grants: [client_credentials, authorization_code, refresh_token]
      redirect_uri: "http://127.0.0.1/callback"
connection:
  ca: ca.pem
  proxy: ${TENANT_PROXY}
  headers: {X-Firewall-Pass: "${FIREWALL_PASS}"}
limits: {rate: 1000/s}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CLIENT_KEY", private)
	t.Setenv("FIREWALL_PASS", "the-pass-of-the-firewall")
	t.Setenv("TENANT_PROXY", strings.Replace(proxy.URL, "http://", "http://me:the-proxy-password@", 1))

	formats := "pretty"
	for _, name := range reports.FormatNames() {
		if name != "pretty" {
			formats += "," + name + ":" + filepath.Join(dir, "out", name)
		}
	}
	const ids = "proof-method/*,RFC9449-5-01,RFC9449-5-03,measurements/*"
	code, out := call(t, "run", "-c", config, "--trace", "--id", ids, "--format", formats)
	if code != exitNotConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	run, err := readReport(filepath.Join(dir, "out", "json"))
	if err != nil {
		t.Fatal(err)
	}
	sum := run.Summary()
	if sum.Errored > 0 || sum.Inconclusive > 0 || sum.Passed < 10 || sum.Failed == 0 {
		t.Errorf("%+v", sum)
		for _, c := range run.Cases {
			if c.Verdict == reports.Errored || c.Verdict == reports.Inconclusive {
				t.Log(c.ID, c.Reason)
			}
		}
	}
	if connections.Load() == 0 {
		t.Error("nothing went through the proxy")
	}
	searchForSecrets(t, s, dir, out)
}

func searchForSecrets(t *testing.T, s *secrets, dir, printed string) {
	t.Helper()
	searchFor(t, s, dir, printed, "client_assertion", "access_token", "code")
}

// searchFor searches all that was written for what is secret. Secrets of each kind
// must have come by, or the search proves nothing.
func searchFor(t *testing.T, s *secrets, dir, printed string, kindsOfSecrets ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	outputs := map[string]string{"the terminal": printed}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		outputs[filepath.Base(file)] = string(text)
	}
	kinds := map[string]bool{}
	for secret, what := range s.list {
		kinds[what] = true
		for name, text := range outputs {
			encoded := base64.StdEncoding.EncodeToString([]byte(secret))
			quoted, _ := json.Marshal(secret)
			inJSON, inHTML := strings.Trim(string(quoted), `"`), html.EscapeString(secret)
			for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), encoded, inJSON, inHTML} {
				if strings.Contains(text, form) {
					t.Errorf("%s shows %s", name, what)
				}
			}
		}
	}
	for _, what := range kindsOfSecrets {
		if !kinds[what] {
			t.Errorf("no %s was ever sent, so the search proves nothing of it", what)
		}
	}
}
