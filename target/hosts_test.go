package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// issuing is an authorization server of which only the metadata exists; extra
// members replace or add to it.
func issuing(t *testing.T, extra string) *httptest.Server {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "oauth-authorization-server") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprintf(w, `{"issuer": %q%s}`, server.URL, strings.ReplaceAll(extra, "SELF", server.URL))
	}))
	t.Cleanup(server.Close)
	return server
}

func opened(t *testing.T, target *Target) *Session {
	t.Helper()
	s, err := Open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestRequestsGoOnlyWhereTheConfigurationSays(t *testing.T) {
	issuer := issuing(t, `, "token_endpoint": "SELF/token", "userinfo_endpoint": "https://elsewhere.example/me"`)
	configured := Default()
	configured.AuthorizationServer = &RealAuthorizationServer{Issuer: issuer.URL,
		Hosts: []string{"mtls.example", "http://plain.example:8080"}}
	s := opened(t, configured)
	for _, test := range []struct {
		url  string
		good bool
	}{
		{issuer.URL + "/token", true},
		{"https://mtls.example/token", true},
		{"https://MTLS.example:443/token", true},
		{"https://mtls.example:8443/token", false},
		{"http://mtls.example/token", false},
		{"http://plain.example:8080/x", true},
		{"https://elsewhere.example/me", false},
		{"https://evil.example/mtls.example", false},
		{"https://mtls.example.evil.example/", false},
		{"http://127.0.0.1:6379/", false},
		{"http://[::1]:1/", false},
		{"://", false},
	} {
		if err := s.Reaches(test.url); (err == nil) != test.good {
			t.Errorf("%s: %v", test.url, err)
		}
	}
	client := s.NewClient(nil, nil)
	defer client.Close()
	_, err := client.Do(t.Context(), wire.Request{Method: "GET", URL: "https://elsewhere.example/me"})
	var foreign *ForeignHost
	if !errors.As(err, &foreign) || !strings.Contains(err.Error(), "https://elsewhere.example") ||
		!strings.Contains(err.Error(), "authorization_server.hosts") {
		t.Error(err)
	}
	if warnings := strings.Join(s.Warnings(), "\n"); !strings.Contains(warnings,
		"the userinfo endpoint at https://elsewhere.example/me") ||
		!strings.Contains(warnings, "http://plain.example:8080 is reached without TLS") {
		t.Errorf("warnings: %s", warnings)
	}
}

// TestAServerOnThisMachineMakesUsCallNoOtherThere plays metadata that name another
// service of the machine, which would be given a secret and a proof.
func TestAServerOnThisMachineMakesUsCallNoOtherThere(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was called") }))
	defer other.Close()
	issuer := issuing(t, `, "token_endpoint": "`+other.URL+`/token"`)
	configured := Default()
	configured.AuthorizationServer = &RealAuthorizationServer{Issuer: issuer.URL}
	s := opened(t, configured)
	client := s.NewClient(nil, nil)
	defer client.Close()
	_, port, err := net.SplitHostPort(other.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		other.URL + "/token",
		// However this machine is called: a name is not looked up before it is known.
		"http://localhost:" + port, "http://LOCALHOST.:" + port, "http://127.0.0.1.:" + port, "http://127.1:" + port,
		"http://2130706433:" + port, "http://0177.0.0.1:" + port, "http://0x7f000001:" + port, "http://0:" + port,
		"http://[::ffff:127.0.0.1]:" + port, "http://[::1]:" + port, "http://１２７.0.0.1:" + port, "http://0.0.0.0:" + port,
		"//127.0.0.1:" + port, "http:127.0.0.1:" + port, "http:\\\\127.0.0.1:" + port, "http://127.0.0.1\t:" + port,
		strings.Replace(issuer.URL, "http://", "http://x%25y@", 1) + "#@" + strings.TrimPrefix(other.URL, "http://"),
	} {
		if _, err := client.Do(t.Context(), wire.Request{Method: "POST", URL: address}); err == nil {
			t.Errorf("%s is called", address)
		}
	}
	if warnings := strings.Join(s.Warnings(), "\n"); !strings.Contains(warnings, other.URL) {
		t.Errorf("warnings: %s", warnings)
	}
	if s.hosts.remote || s.limiter.rate() != 0 {
		t.Error("a target on this machine is taken for a remote one")
	}
}

func TestAServerOfOursIsReachedWhateverTheConfigurationNames(t *testing.T) {
	ours := httptest.NewServer(http.NotFoundHandler())
	defer ours.Close()
	configured := Default()
	configured.Limits.Budget = 1
	configured.APIs = []RealAPI{{Name: "a", URL: "https://api.example"}}
	configured.AuthorizationServer = &RealAuthorizationServer{Issuer: issuing(t,
		`, "token_endpoint": "SELF/token"`).URL}
	s := &Session{Target: configured, limiter: newLimiter(configured.Limits)}
	s.name("https://api.example")
	client := s.NewClient(nil, func(url string) bool { return strings.HasPrefix(url, ours.URL) })
	defer client.Close()
	for range 3 { // and it counts for no budget
		if _, err := client.Do(t.Context(), wire.Request{Method: "GET", URL: ours.URL}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnotherMachineIsAskedFiveTimesASecondUnlessToldOtherwise(t *testing.T) {
	for _, test := range []struct{ given, want float64 }{{0, rateAbroad}, {50, 50}, {0.5, 0.5}} {
		s := &Session{Target: &Target{Limits: Limits{Rate: test.given}}, limiter: newLimiter(Limits{Rate: test.given})}
		s.name("https://tenant.example")
		if got := s.limiter.rate(); got != test.want || !s.hosts.remote {
			t.Errorf("rate %v becomes %v; want %v", test.given, got, test.want)
		}
	}
}

func TestRequestsSayWhoSendsThem(t *testing.T) {
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.UserAgent()+" "+r.Header.Get("X-Pass"))
	}))
	defer server.Close()
	configured := Default()
	configured.Connection.Fields = wire.Fields{{Name: "X-Pass", Value: "let me through"}}
	s := &Session{Target: configured, limiter: newLimiter(configured.Limits)}
	s.name(server.URL)
	client := s.NewClient(nil, nil)
	defer client.Close()
	if _, err := client.Do(t.Context(), wire.Request{Method: "GET", URL: server.URL}); err != nil {
		t.Fatal(err)
	}
	want := "dpopspec/" + version.Number + " (+https://github.com/dpopspec/dpopspec) let me through"
	if !slices.Equal(seen, []string{want}) {
		t.Errorf("%q; want %q", seen, want)
	}
}

func TestTheMetadataOfAnotherIssuerIsNotUsed(t *testing.T) {
	for name, extra := range map[string]string{
		"another issuer":    `, "issuer2": "", "token_endpoint": "SELF/token"`,
		"no token endpoint": ``,
	} {
		t.Run(name, func(t *testing.T) {
			issuer := issuing(t, extra)
			configured := Default()
			url := issuer.URL
			if name == "another issuer" {
				url = strings.Replace(url, "127.0.0.1", "localhost", 1)
			}
			configured.AuthorizationServer = &RealAuthorizationServer{Issuer: url}
			if _, err := Open(t.Context(), configured); err == nil ||
				!strings.Contains(err.Error(), "no usable metadata") {
				t.Error(err)
			}
		})
	}
}

func TestClientsWithCertificatesUseTheEndpointsMadeForThem(t *testing.T) {
	issuer := issuing(t,
		`, "token_endpoint": "SELF/token", "mtls_endpoint_aliases": {"token_endpoint": "SELF/mtls/token"}`)
	for _, test := range []struct {
		auth, want []string
	}{
		{[]string{"tls_client_auth"}, []string{"/mtls/token"}},
		{[]string{"tls_client_auth", "self_signed_tls_client_auth"}, []string{"/mtls/token", "/mtls/token"}},
		{[]string{"tls_client_auth", "none"}, []string{"/mtls/token", "/token"}},
		{nil, nil},
	} {
		configured := Default()
		as := &RealAuthorizationServer{Issuer: issuer.URL}
		for _, auth := range test.auth {
			as.Clients = append(as.Clients, RegisteredClient{ID: auth, Auth: auth})
		}
		configured.AuthorizationServer = as
		s := opened(t, configured)
		for i, c := range s.AuthorizationServer.Clients {
			if token := s.Metadata.For(c).Token; token != issuer.URL+test.want[i] {
				t.Errorf("%s of %v: %s; want %s", c.Auth, test.auth, token, test.want[i])
			}
			if c.AssertionAudience != issuer.URL {
				t.Errorf("assertions are for %q", c.AssertionAudience)
			}
		}
		if len(as.Clients) > 0 && as.Clients[0].AssertionAudience != "" {
			t.Error("the configuration itself was changed")
		}
	}
}

func TestABudgetEndsRequests(t *testing.T) {
	l := newLimiter(Limits{Budget: 2})
	for i, want := range []error{nil, nil, ErrBudget, ErrBudget} {
		if err := l.wait(context.Background()); !errors.Is(err, want) {
			t.Errorf("request %d: %v; want %v", i+1, err, want)
		}
	}
}
