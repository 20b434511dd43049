package client

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestATokenTypeIsJudgedWithoutLetterCaseAndFailsClosed(t *testing.T) {
	for _, row := range []struct {
		bound bool
		typ   string
		code  Code
	}{
		{true, "DPoP", ""}, {true, "dpop", ""}, {true, "DPOP", ""},
		{true, "Bearer", TokenTypeUnexpected}, {true, "N_A", TokenTypeUnexpected}, {true, "DPoP ", TokenTypeUnexpected},
		{false, "bearer", ""}, {false, "DPoP", TokenTypeUnexpected},
	} {
		w := newWorld(t)
		w.as.tokenType = row.typ
		f := w.fetcher(w.client(), func(o *FetcherOptions) { o.UseDPoP = &row.bound })
		_, err := f.Fetch(t.Context(), "/", nil)
		if codeOf(err) != row.code {
			t.Errorf("%+v: %v", row, err)
		}
		sent := w.sent(apiURL)
		if row.code != "" && len(sent) != 0 {
			t.Errorf("%+v: the token was sent", row)
		}
		if row.code == "" && row.bound && !strings.HasPrefix(sent[0].Header.Get("Authorization"), "DPoP ") {
			t.Errorf("%+v: sent %s", row, sent[0].Header.Get("Authorization"))
		}
	}
}

func TestATokenResponseIsReadStrictly(t *testing.T) {
	for _, body := range []string{
		``, `[]`, `{"token_type":"DPoP"}`,
		`{"access_token":"a b","token_type":"DPoP"}`, `{"access_token":"a\r\nX: y","token_type":"DPoP"}`,
		`{"access_token":1,"token_type":"DPoP"}`, `{"access_token":"a"}`, `{"access_token":"a","token_type":["DPoP"]}`,
		`{"access_token":"a","access_token":"b","token_type":"DPoP"}`, `{"Access_Token":"a","token_type":"DPoP"}`,
	} {
		w := newWorld(t)
		w.as.before = answers(answer(200, body))
		if _, err := w.client().Token(t.Context(), TokenOptions{}); err == nil {
			t.Errorf("%s was taken", body)
		}
	}
}

func TestTokensAreKeptUntilShortlyBeforeTheyExpire(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, step := range []struct {
		wait time.Duration
		sent int
	}{{0, 1}, {289 * time.Second, 1}, {2 * time.Second, 2}} {
		w.now = w.now.Add(step.wait)
		if _, err := c.Token(t.Context(), TokenOptions{}); err != nil {
			t.Fatal(err)
		}
		if n := len(w.sent(issuer + "/token")); n != step.sent {
			t.Errorf("after %v: %d token requests, want %d", step.wait, n, step.sent)
		}
	}
}

func TestOneRefreshTokenServesParallelCallsAndSeveralAudiences(t *testing.T) {
	w := newWorld(t)
	w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	w.as.audiences = map[string]bool{apiURL: true, "https://api2.test": true}
	c := w.client(func(o *Options) { o.Auth, o.ClientSecret = None, "" })
	if _, err := c.Login(t.Context(), LoginOptions{Audience: apiURL, Scope: "offline_access"}); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			audience := []string{apiURL, "https://api2.test"}[i%2]
			token, err := c.Token(t.Context(), TokenOptions{Audience: audience, Scope: "custom", Refresh: i%5 == 0})
			if err != nil {
				t.Error(err)
				return
			}
			if got, _ := Audiences(token.AccessToken); got[0] != audience || token.Scope != "custom" {
				t.Errorf("asked for %s, got %s with scope %s", audience, got, token.Scope)
			}
		})
	}
	wait.Wait()
	_, err := c.Token(t.Context(), TokenOptions{Audience: "https://api3.test"})
	var refusal *OAuthError
	if !errors.As(err, &refusal) || refusal.Code != "invalid_target" {
		t.Errorf("an audience that the policy does not list: %v", err)
	}
	if _, err := c.Token(t.Context(), TokenOptions{Audience: apiURL, Scope: "after"}); err != nil {
		t.Errorf("the refusal cost the session: %v", err)
	}
}

func TestARetryNeverSpendsARefreshTokenTwice(t *testing.T) {
	w := newWorld(t)
	c := w.client(func(o *Options) { o.Auth, o.ClientSecret = None, "" })
	if _, err := c.Login(t.Context(), LoginOptions{}); err != nil {
		t.Fatal(err)
	}
	w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	if _, err := w.fetcher(c).Fetch(t.Context(), "/", &Init{TokenOptions: TokenOptions{Refresh: true}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(w.as.grants, " "); got != "authorization_code refresh_token" {
		t.Errorf("grants: %s", got)
	}
	last := w.sent(issuer + "/token")
	if a, b := last[len(last)-2].form(), last[len(last)-1].form(); a.Encode() != b.Encode() {
		t.Errorf("the retry sent %v after %v", b, a)
	}
}

func TestATokenForAnotherAudienceIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, row := range []struct {
		aud  any
		code Code
	}{
		{apiURL, ""}, {[]string{"x", apiURL}, ""}, {nil, ""},
		{apiURL + "/", AudienceMismatch}, {"https://API.test", AudienceMismatch}, {[]string{"x"}, AudienceMismatch},
	} {
		claims := map[string]any{}
		if row.aud != nil {
			claims["aud"] = row.aud
		}
		w.as.before = answers(answer(200, `{"token_type":"DPoP","access_token":"`+w.as.jwt(claims)+`"}`))
		if _, err := w.client().Token(t.Context(), TokenOptions{Audience: apiURL}); codeOf(err) != row.code {
			t.Errorf("%v: %v", row.aud, err)
		}
	}
}

func TestClockSkewShiftsProofsAndToleranceBoundsTheDistance(t *testing.T) {
	for _, skew := range []time.Duration{-100 * time.Second, 0, 100 * time.Second} {
		w := newWorld(t)
		c := w.client(func(o *Options) { o.DPoP.ClockSkew = &skew })
		c.Token(t.Context(), TokenOptions{})
		iat, err := w.sent(issuer + "/token")[0].Claims.Number("iat")
		if want := w.now.Add(skew).Unix(); err != nil || int64(iat) != want {
			t.Errorf("skew %v: iat %v, want %v", skew, iat, want)
		}
	}
	for _, row := range []struct {
		server, skew, tolerance time.Duration
		code                    Code
	}{
		{9 * time.Second, 0, 10 * time.Second, ""}, {11 * time.Second, 0, 10 * time.Second, ClockDrift},
		{-9 * time.Second, 0, 10 * time.Second, ""}, {-11 * time.Second, 0, 10 * time.Second, ClockDrift},
		{100 * time.Second, 0, 30 * time.Second, ClockDrift},
		{100 * time.Second, 100 * time.Second, 30 * time.Second, ""},
		{100 * time.Second, 0, 120 * time.Second, ""},
	} {
		w := newWorld(t)
		w.as.verifier.Past, w.as.verifier.Future = time.Hour, time.Hour
		w.as.before = func(rw http.ResponseWriter, _ *http.Request) bool {
			rw.Header().Set("Date", w.now.Add(row.server).UTC().Format(http.TimeFormat))
			return false
		}
		c := w.client(func(o *Options) { o.DPoP.ClockSkew, o.DPoP.ClockTolerance = &row.skew, &row.tolerance })
		if _, err := c.Token(t.Context(), TokenOptions{}); codeOf(err) != row.code {
			t.Errorf("%+v: %v", row, err)
		}
	}
}

func TestEveryMethodOfClientAuthenticationIsRenewedOnTheRetry(t *testing.T) {
	signer, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		auth  AuthMethod
		check func(url.Values, http.Header) bool
	}{
		{ClientSecretPost, func(f url.Values, h http.Header) bool { return f.Get("client_secret") == "s:cret+1" }},
		{ClientSecretBasic, func(f url.Values, h http.Header) bool {
			basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("app:s%3Acret%2B1"))
			return !f.Has("client_id") && h.Get("Authorization") == basic
		}},
		{PrivateKeyJWT, func(f url.Values, h http.Header) bool {
			claims, _ := jwtClaims(f.Get("client_assertion"))
			aud, _ := claims.Text("aud")
			return aud == issuer && !f.Has("client_secret")
		}},
	} {
		w := newWorld(t)
		w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
		c := w.client(func(o *Options) { o.Auth, o.ClientSecret, o.AssertionKey = row.auth, "s:cret+1", signer })
		if _, err := c.Token(t.Context(), TokenOptions{}); err != nil {
			t.Fatal(err)
		}
		sent := w.sent(issuer + "/token")
		for _, a := range sent {
			if !row.check(a.form(), a.Header) {
				t.Errorf("%s: sent %v", row.auth, a.form())
			}
		}
		if len(sent) != 2 {
			t.Fatalf("%s: %d token requests", row.auth, len(sent))
		}
		one, two := sent[0].form().Get("client_assertion"), sent[1].form().Get("client_assertion")
		if row.auth == PrivateKeyJWT && one == two {
			t.Errorf("%s: an assertion was sent twice", row.auth)
		}
	}
	for _, o := range []Options{{Auth: ClientSecretBasic}, {Auth: PrivateKeyJWT}, {Auth: "magic", ClientSecret: "s"}} {
		if _, err := New(o); codeOf(err) != ConfigurationError {
			t.Errorf("%s without its means: %v", o.Auth, err)
		}
	}
}

func TestAfterARotationNewTokensAreBoundToTheNewKey(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	f := w.fetcher(c)
	w.get(f, "/")
	old := strings.TrimPrefix(w.sent(apiURL)[0].Header.Get("Authorization"), "DPoP ")
	key, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Rotate(key); err != nil {
		t.Fatal(err)
	}
	if status := w.get(f, "/"); status != 200 {
		t.Errorf("status %d after the rotation", status)
	}
	if jkt, _ := c.Thumbprint(); jkt != key.Thumbprint {
		t.Errorf("thumbprint %s, want %s", jkt, key.Thumbprint)
	}
	stale := w.fetcher(c, func(o *FetcherOptions) {
		o.AccessToken = always(old)
	})
	response, err := stale.Fetch(t.Context(), "/", nil)
	if err != nil || response.StatusCode != 401 {
		t.Errorf("the old token with the new key: %v, %v", response, err)
	}
	other, err := dpop.GenerateKey("ES384")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Rotate(other); codeOf(err) != ConfigurationError {
		t.Errorf("rotation to a P-384 key: %v", err)
	}
}

func TestTheSessionOfAPublicClientEndsWithItsKey(t *testing.T) {
	w := newWorld(t)
	c := w.client(func(o *Options) { o.Auth, o.ClientSecret = None, "" })
	if _, err := c.Login(t.Context(), LoginOptions{}); err != nil {
		t.Fatal(err)
	}
	key, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Rotate(key); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Token(t.Context(), TokenOptions{}); err == nil || !strings.Contains(err.Error(), "Login") {
		t.Errorf("error %v", err)
	}
}

func TestWithoutARefreshTokenAUsersSessionIsNotContinuedAsTheClients(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	if _, err := c.Login(t.Context(), LoginOptions{}); err != nil {
		t.Fatal(err)
	}
	c.store.session.refreshToken = ""
	_, err := c.Token(t.Context(), TokenOptions{Refresh: true})
	if err == nil || !strings.Contains(err.Error(), "no refresh token") {
		t.Errorf("error %v", err)
	}
}
