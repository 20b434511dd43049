package client

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// codeOf returns the code of a DPoPError, "" for nil and "other" for the rest.
func codeOf(err error) Code {
	var e *DPoPError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return "other"
}

func TestATokenOfClientCredentialsIsBoundToTheClientsKey(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	token, err := c.Token(t.Context(), TokenOptions{Audience: apiURL, Scope: "read"})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := c.Thumbprint()
	claims, _ := jwtClaims(token.AccessToken)
	raw, _ := claims.Get("cnf")
	if string(raw) != `{"jkt":"`+want+`"}` {
		t.Errorf("cnf is %s, the key is %s", raw, want)
	}
	request := w.sent(issuer + "/token")[0]
	if request.claim("htu") != issuer+"/token" || request.claim("htm") != "POST" || request.Claims.Has("ath") {
		t.Errorf("the proof says %s", request.Claims.JSON())
	}
	if form := request.form(); form.Get("audience") != apiURL || form.Get("scope") != "read" || form.Get("client_secret") != "app-secret" {
		t.Errorf("the form is %v", form)
	}
}

func TestEveryFetchHasAProofOfItsOwn(t *testing.T) {
	w := newWorld(t)
	f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL }))
	for range 3 {
		if status := w.get(f, "/orders?page=2#top"); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	seen := map[string]bool{}
	for _, a := range w.sent(apiURL) {
		token := strings.TrimPrefix(a.Header.Get("Authorization"), "DPoP ")
		if a.claim("htu") != apiURL+"/orders" || a.claim("htm") != "GET" || a.claim("ath") != dpop.TokenHash(token) {
			t.Errorf("the proof says %s", a.Claims.JSON())
		}
		seen[a.claim("jti")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d jti in 3 requests", len(seen))
	}
	if n := len(w.sent(issuer + "/token")); n != 1 {
		t.Errorf("%d token requests for one token", n)
	}
}

func TestAFetcherInheritsAndOverrides(t *testing.T) {
	for _, row := range []struct {
		global   bool
		override *bool
		scheme   string
	}{
		{true, nil, "DPoP"}, {true, new(false), "Bearer"}, {false, new(true), "DPoP"}, {false, nil, "Bearer"}, {true, new(true), "DPoP"},
	} {
		w := newWorld(t)
		c := w.client(func(o *Options) { o.UseDPoP = row.global; o.Audience = apiURL })
		f := w.fetcher(c, func(o *FetcherOptions) { o.UseDPoP = row.override })
		if status := w.get(f, "/"); status != 200 {
			t.Errorf("%+v: status %d", row, status)
		}
		a := w.sent(apiURL)[0]
		scheme, _, _ := strings.Cut(a.Header.Get("Authorization"), " ")
		if scheme != row.scheme || (len(a.Header.Values("DPoP")) == 1) != (row.scheme == "DPoP") {
			t.Errorf("%+v: sent %s and %d proofs", row, scheme, len(a.Header.Values("DPoP")))
		}
	}
}

func TestTenThousandFetchesWithRotatingNoncesLoseNothing(t *testing.T) {
	w := newWorld(t)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	w.api.rotate = true
	// go-jose's verification would take most of the time; the claims matter here.
	w.api.verifier.Remove("signature")
	f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL }))
	const calls, workers = 10_000, 4
	if status := w.get(f, "/first"); status != 200 {
		t.Fatalf("status %d", status)
	}
	var wait sync.WaitGroup
	for n := range workers {
		wait.Go(func() {
			for i := n; i < calls; i += workers {
				body := fmt.Sprint("body ", i)
				// An unsized reader, of which the client must keep a copy.
				response, err := f.Fetch(t.Context(), "/orders", &Init{Method: "POST", Body: io.MultiReader(strings.NewReader(body))})
				if err != nil {
					t.Error(err)
					return
				}
				echo, _ := io.ReadAll(response.Body)
				if string(echo) != body {
					t.Errorf("sent %q, received %q", body, echo)
				}
			}
		})
	}
	wait.Wait()
	seen := map[string]bool{}
	requests := w.sent(apiURL)
	for _, a := range requests {
		seen[a.claim("jti")] = true
	}
	if len(seen) != len(requests) {
		t.Errorf("%d requests had %d jti", len(requests), len(seen))
	}
	if len(requests) != calls+2 { // one challenge, before the first call
		t.Errorf("%d requests for %d calls and one challenge", len(requests), calls+1)
	}
}

func TestANonceChallengeIsAnsweredOnceAtEveryEndpoint(t *testing.T) {
	w := newWorld(t)
	w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL; o.DPoP.Retry.Jitter = new(false) }))
	response, err := f.Fetch(t.Context(), "/orders", &Init{Method: "POST", Body: strings.NewReader("body")})
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); string(body) != "body" {
		t.Errorf("received %q", body)
	}
	for _, place := range []string{issuer + "/token", apiURL} {
		sent := w.sent(place)
		if len(sent) != 2 || sent[0].Claims.Has("nonce") || sent[1].claim("nonce") == "" {
			t.Fatalf("%s: %d requests", place, len(sent))
		}
		if sent[0].claim("jti") == sent[1].claim("jti") || sent[0].Body != sent[1].Body || string(sent[0].JOSE.JSON()) != string(sent[1].JOSE.JSON()) {
			t.Errorf("%s: the retry has an old jti, another body or another key", place)
		}
	}
	if w.sent(issuer + "/token")[1].claim("nonce") == w.sent(apiURL)[1].claim("nonce") {
		t.Error("one nonce for two servers")
	}
	for range 10 {
		w.get(f, "/again")
	}
	if n := len(w.sent(apiURL)); n != 12 {
		t.Errorf("%d requests for 11 calls and one challenge", n)
	}
	if len(w.waits) != 2 || w.waits[0] != 100*time.Millisecond {
		t.Errorf("waited %v", w.waits)
	}
}

func TestJitterShortensTheDelayByUpToHalf(t *testing.T) {
	w := newWorld(t)
	c := w.client(func(o *Options) { o.DPoP.Retry.Delay = new(200 * time.Millisecond) })
	different := map[time.Duration]bool{}
	for range 200 {
		d := c.delay()
		if d < 100*time.Millisecond || d > 200*time.Millisecond {
			t.Errorf("a delay of %v", d)
		}
		different[d] = true
	}
	if len(different) < 2 {
		t.Error("all delays are equal")
	}
}

// answers returns a handler step that gives fixed answers, each once or, the
// last one, for ever.
func answers(steps ...func(http.ResponseWriter)) answerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, ".well-known") {
			return false
		}
		mu.Lock()
		step := steps[min(n, len(steps)-1)]
		n++
		mu.Unlock()
		if step == nil {
			return false
		}
		step(w)
		return true
	}
}

// answer is one with a status, field lines "Name: value" and a body.
func answer(status int, body string, lines ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header()[http.CanonicalHeaderKey(name)] = append(w.Header()[http.CanonicalHeaderKey(name)], value)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestChallengesAreUnderstoodInEveryFormAndOthersAreNot(t *testing.T) {
	const nonce = "DPoP-Nonce: n1"
	for _, row := range []struct {
		name  string
		first func(http.ResponseWriter)
		retry bool
		code  Code
	}{
		{"401 challenge", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"400 JSON", answer(400, `{"error":"use_dpop_nonce"}`, nonce), true, ""},
		{"401 JSON", answer(401, `{"error":"use_dpop_nonce"}`, nonce), true, ""},
		{"letter case", answer(401, "", `WWW-Authenticate: dpop ERROR=use_dpop_nonce`, nonce), true, ""},
		{"other attributes first", answer(401, "", `WWW-Authenticate: DPoP realm="a, b \" DPoP", foo="bar",  error = "use_dpop_nonce" , algs="ES256"`, nonce), true, ""},
		{"behind another scheme", answer(401, "", `WWW-Authenticate: Bearer realm="x", DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"before another scheme", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce", Negotiate YII=`, nonce), true, ""},
		{"second line", answer(401, "", `WWW-Authenticate: Basic realm="x"`, `WWW-Authenticate: DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"junk in another line", answer(401, "", `WWW-Authenticate: Basic realm="x`, `WWW-Authenticate: DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"junk before, same line", answer(401, "", `WWW-Authenticate: Basic === , DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"junk behind, same line", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce", ===`, nonce), true, ""},
		{"a challenge cut short", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce", algs="ES256`, nonce), true, ""},
		{"two DPoP errors", answer(401, "", `WWW-Authenticate: DPoP error="invalid_token", DPoP error="use_dpop_nonce"`, nonce), true, ""},
		{"two DPoP challenges", answer(401, "", `WWW-Authenticate: DPoP algs="ES256", DPoP error="use_dpop_nonce"`, nonce), true, ""},

		{"no nonce", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`), false, NonceFailed},
		{"two nonces", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, nonce, "DPoP-Nonce: n2"), false, NonceFailed},
		{"nonce with a space", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, "DPoP-Nonce: a b"), false, NonceFailed},
		{"nonce with a quote", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, `DPoP-Nonce: a"b`), false, NonceFailed},
		{"empty nonce", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, "DPoP-Nonce: "), false, NonceFailed},
		{"description only", answer(401, "", `WWW-Authenticate: DPoP error="invalid_token", error_description="no use_dpop_nonce"`, nonce), false, ""},
		{"other error", answer(401, "", `WWW-Authenticate: DPoP error="invalid_token"`, nonce), false, ""},
		{"another scheme's error", answer(401, "", `WWW-Authenticate: Bearer error="use_dpop_nonce"`, nonce), false, ""},
		{"words in a broken line", answer(401, "", `WWW-Authenticate: DPoP error="invalid_token", error_description="so, DPoP error=use_dpop_nonce`, nonce), false, ""},
		{"longer code", answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce_now"`, nonce), false, ""},
		{"text body", answer(400, `use_dpop_nonce`, nonce), false, ""},
		{"other JSON", answer(400, `{"error":"invalid_request","hint":"use_dpop_nonce"}`, nonce), false, ""},
		{"403", answer(403, `{"error":"use_dpop_nonce"}`, nonce), false, ""},
		{"a proxy's", answer(407, "", `Proxy-Authenticate: DPoP error="use_dpop_nonce"`, nonce), false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.api.before = answers(row.first, nil)
			f := w.fetcher(w.client(func(o *Options) { o.Audience = apiURL }))
			response, err := f.Fetch(t.Context(), "/", nil)
			if codeOf(err) != row.code {
				t.Fatalf("error %v", err)
			}
			if retried := len(w.sent(apiURL)) == 2; retried != row.retry {
				t.Fatalf("%d requests", len(w.sent(apiURL)))
			}
			if row.retry && (response.StatusCode != 200 || w.sent(apiURL)[1].claim("nonce") != "n1") {
				t.Errorf("status %d, nonce %q", response.StatusCode, w.sent(apiURL)[1].claim("nonce"))
			}
		})
	}
}

func TestAChallengeForEverEndsAfterTwoRequests(t *testing.T) {
	for _, place := range []string{issuer + "/token", apiURL} {
		w := newWorld(t)
		n := 0
		forEver := func(rw http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, ".well-known") {
				return false
			}
			n++
			answer(401, `{"error":"use_dpop_nonce"}`, fmt.Sprintf("DPoP-Nonce: n%d", n), `WWW-Authenticate: DPoP error="use_dpop_nonce"`)(rw)
			return true
		}
		if place == apiURL {
			w.api.before = forEver
		} else {
			w.as.before = forEver
		}
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != NonceFailed || !strings.Contains(err.Error(), "again") {
			t.Errorf("%s: %v", place, err)
		}
		if len(w.sent(place)) != 2 {
			t.Errorf("%s: %d requests", place, len(w.sent(place)))
		}
	}
}

func TestANewerNonceReplacesTheOldWhateverTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.api.before = answers(
		answer(204, "", "DPoP-Nonce: a"),
		answer(404, "", "DPoP-Nonce: b"),
		answer(200, ""), // keeps b
		answer(401, "", `WWW-Authenticate: DPoP error="use_dpop_nonce"`, "DPoP-Nonce: c"),
		answer(200, "", "DPoP-Nonce: d!#$%&'()*+,-./:;<=>?@[]^_`{|}~"), // of the retried request
		answer(200, ""),
	)
	f := w.fetcher(w.client())
	for range 5 {
		w.get(f, "/")
	}
	var nonces []string
	for _, a := range w.sent(apiURL) {
		nonces = append(nonces, a.claim("nonce"))
	}
	if got := strings.Join(nonces, " "); got != " a b b c d!#$%&'()*+,-./:;<=>?@[]^_`{|}~" {
		t.Errorf("nonces sent: %s", got)
	}
}

func TestNoncesAreKeptByOrigin(t *testing.T) {
	w := newWorld(t)
	for _, host := range []string{"api.test", "api.test:8443", "other.test"} {
		w.hosts[host] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { answer(200, "", "DPoP-Nonce: of-"+r.URL.Host)(rw) })
	}
	f := w.fetcher(w.client(), func(o *FetcherOptions) { o.BaseURL = "" })
	for range 2 {
		for _, place := range []string{"https://api.test/a", "https://API.test:443/b", "https://api.test:8443/a", "https://other.test/a"} {
			if host := strings.ToLower(place); strings.Contains(host, ":443") {
				w.hosts["API.test:443"] = w.hosts["api.test"]
			}
			w.get(f, place)
		}
	}
	sent := w.sent("https://")
	last := sent[len(sent)-4:]
	if last[2].claim("nonce") != "of-api.test:8443" || last[3].claim("nonce") != "of-other.test" {
		t.Errorf("nonces crossed: %q %q", last[2].claim("nonce"), last[3].claim("nonce"))
	}
	if last[1].claim("nonce") != "of-api.test" {
		t.Errorf("two spellings of one origin do not share a nonce: %q", last[1].claim("nonce"))
	}
}
