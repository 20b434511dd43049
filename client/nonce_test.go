package client

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

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
	for _, endpoint := range []string{issuer + "/token", apiURL} {
		sent := w.sent(endpoint)
		if len(sent) != 2 || sent[0].Claims.Has("nonce") || sent[1].claim("nonce") == "" {
			t.Fatalf("%s: %d requests", endpoint, len(sent))
		}
		sameKey := string(sent[0].JOSE.JSON()) == string(sent[1].JOSE.JSON())
		if sent[0].claim("jti") == sent[1].claim("jti") || sent[0].Body != sent[1].Body || !sameKey {
			t.Errorf("%s: the retry has an old jti, another body or another key", endpoint)
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

func TestChallengesAreUnderstoodInEveryFormAndOthersAreNot(t *testing.T) {
	const asked, nonce = `DPoP error="use_dpop_nonce"`, "DPoP-Nonce: n1"
	// challenge is a 401 with these lines of WWW-Authenticate, and a nonce.
	challenge := func(values ...string) func(http.ResponseWriter) {
		lines := []string{nonce}
		for _, value := range values {
			lines = append(lines, "WWW-Authenticate: "+value)
		}
		return answer(401, "", lines...)
	}
	// with is the challenge with these lines of DPoP-Nonce.
	with := func(nonces ...string) func(http.ResponseWriter) {
		return answer(401, "", append(nonces, "WWW-Authenticate: "+asked)...)
	}
	for _, row := range []struct {
		name  string
		first func(http.ResponseWriter)
		retry bool
		code  Code
	}{
		{"401 challenge", challenge(asked), true, ""},
		{"400 JSON", answer(400, `{"error":"use_dpop_nonce"}`, nonce), true, ""},
		{"401 JSON", answer(401, `{"error":"use_dpop_nonce"}`, nonce), true, ""},
		{"letter case", challenge(`dpop ERROR=use_dpop_nonce`), true, ""},
		{"other attributes first",
			challenge(`DPoP realm="a, b \" DPoP", foo="bar",  error = "use_dpop_nonce" , algs="ES256"`), true, ""},
		{"behind another scheme", challenge(`Bearer realm="x", DPoP error="use_dpop_nonce"`), true, ""},
		{"before another scheme", challenge(`DPoP error="use_dpop_nonce", Negotiate YII=`), true, ""},
		{"second line", challenge(`Basic realm="x"`, asked), true, ""},
		{"junk in another line", challenge(`Basic realm="x`, asked), true, ""},
		{"junk before, same line", challenge(`Basic === , DPoP error="use_dpop_nonce"`), true, ""},
		{"junk behind, same line", challenge(`DPoP error="use_dpop_nonce", ===`), true, ""},
		{"a challenge cut short", challenge(`DPoP error="use_dpop_nonce", algs="ES256`), true, ""},
		{"two DPoP errors", challenge(`DPoP error="invalid_token", DPoP error="use_dpop_nonce"`), true, ""},
		{"two DPoP challenges", challenge(`DPoP algs="ES256", DPoP error="use_dpop_nonce"`), true, ""},

		{"no nonce", with(), false, NonceFailed},
		{"two nonces", with(nonce, "DPoP-Nonce: n2"), false, NonceFailed},
		{"nonce with a space", with("DPoP-Nonce: a b"), false, NonceFailed},
		{"nonce with a quote", with(`DPoP-Nonce: a"b`), false, NonceFailed},
		{"empty nonce", with("DPoP-Nonce: "), false, NonceFailed},
		{"description only", challenge(`DPoP error="invalid_token", error_description="no use_dpop_nonce"`), false, ""},
		{"other error", challenge(`DPoP error="invalid_token"`), false, ""},
		{"another scheme's error", challenge(`Bearer error="use_dpop_nonce"`), false, ""},
		{"words in a broken line",
			challenge(`DPoP error="invalid_token", error_description="so, DPoP error=use_dpop_nonce`), false, ""},
		{"longer code", challenge(`DPoP error="use_dpop_nonce_now"`), false, ""},
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
	for _, endpoint := range []string{issuer + "/token", apiURL} {
		w := newWorld(t)
		n := 0
		forEver := func(rw http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, ".well-known") {
				return false
			}
			n++
			answer(401, `{"error":"use_dpop_nonce"}`,
				fmt.Sprintf("DPoP-Nonce: n%d", n), `WWW-Authenticate: DPoP error="use_dpop_nonce"`)(rw)
			return true
		}
		if endpoint == apiURL {
			w.api.before = forEver
		} else {
			w.as.before = forEver
		}
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != NonceFailed || !strings.Contains(err.Error(), "again") {
			t.Errorf("%s: %v", endpoint, err)
		}
		if len(w.sent(endpoint)) != 2 {
			t.Errorf("%s: %d requests", endpoint, len(w.sent(endpoint)))
		}
	}
}

func TestANewerNonceReendpointsTheOldWhateverTheAnswer(t *testing.T) {
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
	for _, host := range []string{"api.test", "API.test:443", "api.test:8443", "other.test"} {
		w.hosts[host] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			answer(200, "", "DPoP-Nonce: of-"+r.URL.Host)(rw)
		})
	}
	f := w.fetcher(w.client(), func(o *FetcherOptions) { o.BaseURL = "" })
	for range 2 {
		for _, target := range []string{
			"https://api.test/a", "https://API.test:443/b", "https://api.test:8443/a", "https://other.test/a",
		} {
			w.get(f, target)
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

func TestAProfileCanRequireANonceInEveryAnswer(t *testing.T) {
	w := newWorld(t)
	require := func(o *Options) { o.DPoP.RequireNonces = true }
	if _, err := w.client(require).Token(t.Context(), TokenOptions{}); codeOf(err) != NonceFailed {
		t.Errorf("error %v", err)
	}
	w.as.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	if _, err := w.client(require).Token(t.Context(), TokenOptions{}); err != nil {
		t.Error(err)
	}
}
