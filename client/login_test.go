package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestALoginBindsTheCodeToTheKeyOfTheProofs(t *testing.T) {
	for _, row := range []struct {
		name         string
		par, demands bool
	}{{"query", false, false}, {"pushed", true, false}, {"pushed on demand", false, true}} {
		w := newWorld(t)
		w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
		w.as.metadata["require_pushed_authorization_requests"] = row.demands
		c := w.client(func(o *Options) { o.PAR, o.Auth, o.ClientSecret = row.par, None, "" })
		token, err := c.Login(t.Context(), LoginOptions{
			Scope: "openid offline_access", Audience: apiURL,
			Parameters: url.Values{"dpop_jkt": {"mine"}, "prompt": {"none"}, "state": {"mine"}},
		})
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		jkt, _ := c.Thumbprint()
		pushed := w.sent(issuer + "/par")
		authorize, err := url.Parse(w.sent(issuer + "/authorize")[0].URL)
		if err != nil {
			t.Fatal(err)
		}
		request := authorize.Query()
		if row.par || row.demands {
			if len(request) != 2 || request.Get("client_id") != "app" || len(pushed) != 2 {
				t.Errorf("%s: %d pushed, authorize has %v", row.name, len(pushed), request)
			}
			a := pushed[1]
			if a.claim("htu") != issuer+"/par" || a.claim("htm") != "POST" || a.Claims.Has("ath") ||
				strings.Contains(a.URL, "?") {
				t.Errorf("%s: the PAR proof says %s", row.name, a.Claims.JSON())
			}
			if got := w.sent(issuer + "/token")[0].claim("nonce"); got == "" || got != a.claim("nonce") {
				t.Errorf("%s: the nonce of PAR is not used at the token endpoint: %q", row.name, got)
			}
			request = a.form()
		} else if len(pushed) != 0 {
			t.Errorf("%s: pushed %v", row.name, pushed)
		}
		if len(request["dpop_jkt"]) != 1 || request.Get("dpop_jkt") != jkt ||
			request.Get("prompt") != "none" || request.Get("state") == "mine" {
			t.Errorf("%s: requested %v", row.name, request)
		}
		tokenRequests := w.sent(issuer + "/token")
		exchange := tokenRequests[len(tokenRequests)-1]
		verifier, challenge := exchange.form().Get("code_verifier"), request.Get("code_challenge")
		digest := sha256.Sum256([]byte(verifier))
		if request.Get("code_challenge_method") != "S256" || challenge != dpop.EncodeSegment(digest[:]) {
			t.Errorf("%s: PKCE is %s over %s", row.name, challenge, verifier)
		}
		if nonce := request.Get("nonce"); nonce == "" || nonce == exchange.claim("nonce") {
			t.Errorf("%s: OpenID Connect's nonce is %q, DPoP's %q", row.name, nonce, exchange.claim("nonce"))
		}
		if status := w.get(w.fetcher(c), "/"); status != 200 || token.Scheme != "DPoP" {
			t.Errorf("%s: status %d with the first token", row.name, status)
		}
		if got := w.sent(apiURL)[0].Header.Get("Authorization"); got != "DPoP "+token.AccessToken {
			t.Errorf("%s: the token of the login is not used", row.name)
		}
	}
}

func TestACallbackOfAnotherLoginIsRefused(t *testing.T) {
	change := func(edit func(url.Values)) func(context.Context, string) (string, error) {
		return func(_ context.Context, address string) (string, error) {
			u, err := url.Parse(address)
			if err != nil {
				return "", err
			}
			q := url.Values{"code": {"c"}, "state": {u.Query().Get("state")}, "iss": {issuer}}
			edit(q)
			return "https://app.test/cb?" + q.Encode(), nil
		}
	}
	for name, follow := range map[string]func(context.Context, string) (string, error){
		"another state":  change(func(q url.Values) { q.Set("state", "x") }),
		"no state":       change(func(q url.Values) { q.Del("state") }),
		"another issuer": change(func(q url.Values) { q.Set("iss", "https://evil.test") }),
		"no issuer":      change(func(q url.Values) { q.Del("iss") }),
		"no code":        change(func(q url.Values) { q.Del("code") }),
		"two codes":      change(func(q url.Values) { q.Add("code", "d") }),
		"an error":       change(func(q url.Values) { q.Set("error", "access_denied") }),
		"no callback":    func(context.Context, string) (string, error) { return "", errors.New("the user went away") },
	} {
		w := newWorld(t)
		if _, err := w.client().Login(t.Context(), LoginOptions{Follow: follow}); err == nil {
			t.Errorf("%s: taken", name)
		}
		if n := len(w.sent(issuer + "/token")); n != 0 {
			t.Errorf("%s: %d token requests", name, n)
		}
	}
}

func TestAnIDTokenIsJudged(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	for _, row := range []struct {
		name   string
		claims map[string]any
		code   Code
	}{
		{"honest", nil, ""},
		{"expired within the tolerance", map[string]any{"exp": now.Unix() - 29}, ""},
		{"expired", map[string]any{"exp": now.Unix() - 31}, ClockDrift},
		{"from the future", map[string]any{"iat": now.Unix() + 31}, ClockDrift},
		{"another nonce", map[string]any{"nonce": "x"}, "other"},
		{"another client", map[string]any{"aud": "x"}, "other"},
		{"another issuer", map[string]any{"iss": "x"}, "other"},
		{"no expiry", map[string]any{"exp": "soon"}, "other"},
	} {
		w := newWorld(t)
		w.as.idClaims = row.claims
		if _, err := w.client().Login(t.Context(), LoginOptions{Scope: "openid"}); codeOf(err) != row.code {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestAnAuthorizationPageIsNotMistakenForACallback(t *testing.T) {
	w := newWorld(t)
	w.as.before = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/authorize" {
			return false
		}
		answer(200, "<form>")(rw)
		return true
	}
	if _, err := w.client().Login(t.Context(), LoginOptions{}); err == nil || !strings.Contains(err.Error(), "Follow") {
		t.Errorf("error %v", err)
	}
}

func TestARegistrationSaysThatTokensAreBound(t *testing.T) {
	w := newWorld(t)
	w.as.before = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/register" {
			return false
		}
		answer(201, `{"client_id":"new","dpop_bound_access_tokens":true}`)(rw)
		return true
	}
	got, err := w.client().Register(t.Context(), map[string]any{"dpop_bound_access_tokens": false, "client_name": "n"})
	if err != nil || got.ClientID != "new" || !got.Bound {
		t.Fatalf("%+v, %v", got, err)
	}
	sent, err := dpop.ParseObject([]byte(w.sent(issuer + "/register")[0].Body))
	if err != nil || !isTrue(sent, "dpop_bound_access_tokens") || !sent.Has("client_name") {
		t.Errorf("sent %s", sent.JSON())
	}
}

func TestTheCookiesOfALoginStayWithTheHostThatSetThem(t *testing.T) {
	w := newWorld(t)
	var atLogin, atServer string
	w.hosts["login.test"] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		atLogin = r.Header.Get("Cookie")
		answer(302, "", "Location: "+issuer+"/authorize?"+r.URL.RawQuery+"&done=1")(rw)
	})
	w.as.before = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/authorize" {
			return false
		}
		if atServer = r.Header.Get("Cookie"); r.URL.Query().Has("done") {
			return false
		}
		answer(302, "", "Set-Cookie: sid=1; Path=/; Secure", "Location: https://login.test/?"+r.URL.RawQuery)(rw)
		return true
	}
	if _, err := w.client().Login(t.Context(), LoginOptions{}); err != nil {
		t.Fatal(err)
	}
	if atLogin != "" || atServer != "sid=1" {
		t.Errorf("cookies: %q at the other host, %q where they were set", atLogin, atServer)
	}
}

func TestALoginAndAGrantOfTheCallersOwnCanBeUnbound(t *testing.T) {
	w := newWorld(t)
	token, err := w.client().Login(t.Context(), LoginOptions{UseDPoP: new(false)})
	if err != nil || token.Scheme != "Bearer" || strings.Contains(w.sent(issuer + "/authorize")[0].URL, "dpop_jkt") {
		t.Errorf("%v, %v", token, err)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"mine"}}
	token, err = w.client(func(o *Options) { o.Scope = "other" }).Grant(t.Context(), form, TokenOptions{})
	if err != nil || token.Scheme != "DPoP" || token.Scope != "mine" || len(form) != 2 {
		t.Errorf("%v, %v", token, err)
	}
}

func TestARefreshAsksForNoMoreThanTheLoginWasGranted(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	if _, err := c.Login(t.Context(), LoginOptions{Scope: "openid offline_access", Audience: apiURL}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		o     TokenOptions
		scope []string
	}{{TokenOptions{Refresh: true}, nil}, {TokenOptions{Refresh: true, Scope: "read"}, []string{"read"}}} {
		if _, err := c.Token(t.Context(), row.o); err != nil {
			t.Fatal(err)
		}
		sent := w.sent(issuer + "/token")
		if got := sent[len(sent)-1].form()["scope"]; !slices.Equal(got, row.scope) {
			t.Errorf("%+v: asked for scope %q", row.o, got)
		}
	}
}
