package headless

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/login"
)

// through returns a guard before a server over TLS, and a client that goes through it
// as a browser does.
func through(t *testing.T, answer http.HandlerFunc) (*guard, *http.Client, string) {
	t.Helper()
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	g, err := newGuard(&http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.close)
	way, err := url.Parse(g.address())
	if err != nil {
		t.Fatal(err)
	}
	way.User = url.UserPassword("dpopspec", g.password)
	client := &http.Client{
		Transport: &http.Transport{
			// As the browser, by the pin of the one key.
			Proxy: http.ProxyURL(way), TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(client.CloseIdleConnections)
	return g, client, s.URL
}

func body(t *testing.T, response *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheGuardLetsThroughWhatIsNamed(t *testing.T) {
	g, client, host := through(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Alt-Svc", `h3=":443"`)
		if values := r.Header["Proxy-Authorization"]; values != nil {
			t.Errorf("the password of the guard went on: %q", values)
		}
		io.WriteString(w, r.Method+" "+r.RequestURI)
	})
	answers := func(address string) bool { return login.Request{RedirectURI: redirectURI}.Answers(address) }
	g.expect(login.HostsOf(host), answers)
	response, err := client.Get(host + "/a%2Fb?c=%20d")
	if text := body(t, response, err); text != "GET /a%2Fb?c=%20d" || response.Header.Get("Alt-Svc") != "" {
		t.Errorf("got %q, %v", text, response.Header)
	}
	g.expect(nil, answers)
	response, err = client.Get(host + "/again")
	if text := body(t, response, err); text != "" || response.StatusCode != http.StatusForbidden {
		t.Errorf("unnamed: got %q, %d", text, response.StatusCode)
	}
	if blocked := g.state().blocked; !slices.Equal(blocked, []string{host}) {
		t.Errorf("blocked: %q", blocked)
	}
}

func TestTheGuardKeepsTheAnswer(t *testing.T) {
	for name, row := range map[string]struct{ location, want string }{
		"a redirect":        {redirectURI + "&code=1", redirectURI + "&code=1"},
		"a custom scheme":   {"com.example.app:/cb?code=1", "com.example.app:/cb?code=1"},
		"a fragment":        {redirectURI + "#code=1", redirectURI + "#code=1"},
		"another path":      {"https://client.example/callback/more?fixed=1&code=1", ""},
		"another host":      {"https://client.example.evil.example/callback?fixed=1&code=1", ""},
		"another port":      {"https://client.example:444/callback?fixed=1&code=1", ""},
		"another scheme":    {"http://client.example/callback?fixed=1&code=1", ""},
		"without its query": {"https://client.example/callback?code=1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			g, client, host := through(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", "session=1")
				w.Header().Set("Location", row.location)
				w.WriteHeader(http.StatusFound)
			})
			redirect := redirectURI
			if strings.HasPrefix(row.location, "com.") {
				redirect = "com.example.app:/cb"
			}
			g.expect(login.HostsOf(host), login.Request{RedirectURI: redirect}.Answers)
			response, err := client.Get(host)
			text := body(t, response, err)
			if got := g.state().answer; got != row.want {
				t.Errorf("kept %q", got)
			}
			if kept := response.StatusCode == http.StatusOK && text == arrivedPage; kept != (row.want != "") {
				t.Errorf("answered %d %q", response.StatusCode, text)
			}
			if response.Header.Get("Set-Cookie") != "session=1" {
				t.Error("the session was lost")
			}
		})
	}
}

func TestTheGuardReadsAnAnswerByPost(t *testing.T) {
	g, client, host := through(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	g.expect(login.HostsOf(host), login.Request{RedirectURI: "https://client.example/cb?x=1"}.Answers)
	response, err := client.PostForm("https://client.example/cb?x=1", url.Values{"code": {"a b"}, "state": {"s"}})
	body(t, response, err)
	if got := g.state().answer; got != "https://client.example/cb?x=1&code=a+b&state=s" {
		t.Errorf("kept %q", got)
	}
}

func TestTheGuardServesOneBrowser(t *testing.T) {
	g, _, host := through(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	g.expect(login.HostsOf(host), nil)
	for _, user := range []*url.Userinfo{nil, url.UserPassword("dpopspec", "guessed")} {
		way, _ := url.Parse(g.address())
		way.User = user
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(way), DisableKeepAlives: true}}
		if response, err := client.Get(host); err == nil {
			response.Body.Close()
			t.Errorf("by %v: %s", user, response.Status)
		}
	}
}

func TestWhereBrowsersAre(t *testing.T) {
	env := func(name string) string {
		return map[string]string{"ProgramFiles": `C:\Program Files`, "HOME": "/Users/ada"}[name]
	}
	for system, want := range map[string]string{
		"linux": "/snap/bin/chromium", "darwin": "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"windows": `C:\Program Files\Microsoft\Edge\Application\msedge.exe`,
	} {
		if list := places(system, env); !slices.Contains(list, want) || list[0] != "chromium" {
			t.Errorf("%s: %q", system, list)
		}
	}
}

func TestAMissingBrowserIsSaidWithWhatHelps(t *testing.T) {
	b := New(Options{Settings: login.Browser{Program: "/nowhere/chromium"}, Transport: http.DefaultTransport})
	defer b.Close()
	_, err := b.Authorize(t.Context(), login.Request{Address: "https://as.example", Hosts: login.HostsOf("https://as.example")})
	var failure *login.Failure
	if !errors.As(err, &failure) || !strings.Contains(failure.What, "/nowhere/chromium") ||
		!strings.Contains(failure.Remedy, "apt-get install chromium") || !strings.Contains(failure.Remedy, "login: {form: …}") {
		t.Errorf("got %+v", err)
	}
}
