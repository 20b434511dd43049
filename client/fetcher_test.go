package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestATargetResolvesAsAReaderExpects(t *testing.T) {
	for _, row := range []struct{ base, target, url, htu string }{
		{"https://api.test", "/x", "https://api.test/x", ""},
		{"https://api.test", "x", "https://api.test/x", ""},
		{"https://api.test/", "/x", "https://api.test/x", ""},
		{"https://api.test/v1", "/x", "https://api.test/v1/x", ""},
		{"https://api.test/v1/", "x/", "https://api.test/v1/x/", ""},
		{"https://api.test/v1", "", "https://api.test/v1", ""},
		{"https://api.test/v1", "?q=1", "https://api.test/v1?q=1", "https://api.test/v1"},
		{"https://api.test", "/a%2Fb/%C3%BC?c=d%20e#f", "https://api.test/a%2Fb/%C3%BC?c=d%20e#f", "https://api.test/a%2Fb/%C3%BC"},
		{"https://api.test/v1", "https://api.test/v2/y", "https://api.test/v2/y", ""},
		{"https://api.test", "/next?to=https://api.test/z", "https://api.test/next?to=https://api.test/z", "https://api.test/next"},
		{"", "https://api.test", "https://api.test", "https://api.test/"},
	} {
		w := newWorld(t)
		f := w.fetcher(w.client(), func(o *FetcherOptions) { o.BaseURL = row.base })
		if status := w.get(f, row.target); status != 200 {
			t.Errorf("%+v: status %d", row, status)
		}
		htu := row.htu
		if htu == "" {
			htu = row.url
		}
		a := w.sent(apiURL)[0]
		if a.URL != row.url || a.claim("htu") != htu {
			t.Errorf("%+v: sent to %s with htu %s", row, a.URL, a.claim("htu"))
		}
	}
}

func TestWhatCannotBeCalledIsRefusedBeforeATokenIsAsked(t *testing.T) {
	for _, row := range []struct {
		base, target string
		code         Code
	}{
		{"", "/x", "other"},
		{"", "ftp://api.test/x", "other"},
		{"", "http://api.test/x", "other"},
		{"", "https://user:pass@api.test/x", "other"},
		{apiURL, "https://other.test/x", AudienceMismatch},
		{apiURL, "https://api.test:8443/x", AudienceMismatch},
		{apiURL, "http://api.test/x", "other"},
	} {
		w := newWorld(t)
		f := w.fetcher(w.client(), func(o *FetcherOptions) { o.BaseURL = row.base })
		_, err := f.Fetch(t.Context(), row.target, nil)
		if codeOf(err) != row.code {
			t.Errorf("%+v: %v", row, err)
		}
		if n := len(w.sent("http")); n != 0 {
			t.Errorf("%+v: %d requests left", row, n)
		}
	}
}

func TestMethodFieldsAndBodyArriveAsGivenInBothCallStyles(t *testing.T) {
	w := newWorld(t)
	f := w.fetcher(w.client())
	header := http.Header{"X-Trace": {"1", "2"}, "Content-Type": {"application/json"}, "Authorization": {"Basic bad"}, "DPoP": {"bad"}}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "QUERY", "lower"} {
		body := `{"a":1}`
		if method == "GET" || method == "HEAD" {
			body = ""
		}
		if _, err := f.Fetch(t.Context(), "/x", &Init{Method: method, Header: header, Body: strings.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
		request, _ := http.NewRequest(method, "/x", io.MultiReader(strings.NewReader(body)))
		request.Header = header.Clone()
		if _, err := f.Do(request); err != nil {
			t.Fatal(err)
		}
		sent := w.sent(apiURL)
		for _, a := range sent[len(sent)-2:] {
			if a.Method != method || a.claim("htm") != method || a.Body != body || len(a.Header["X-Trace"]) != 2 || a.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: arrived %s %q %v", method, a.Method, a.Body, a.Header)
			}
			if fieldLines(a.Header, "DPoP") != 1 || fieldLines(a.Header, "Authorization") != 1 {
				t.Errorf("%s: the caller's own credentials are still there: %v", method, a.Header)
			}
		}
	}
	if header.Get("Authorization") != "Basic bad" {
		t.Error("the caller's header was changed")
	}
}

// fieldLines counts the lines of a field under every spelling of its name.
func fieldLines(h http.Header, name string) int {
	lines := 0
	for have, values := range h {
		if strings.EqualFold(have, name) {
			lines += len(values)
		}
	}
	return lines
}

func TestACustomTokenSourceIsAskedWithTheOptionsOfTheRequest(t *testing.T) {
	w := newWorld(t)
	w.as.opaque = true
	var asked TokenOptions
	f := w.fetcher(w.client(), func(o *FetcherOptions) {
		o.Audience = "a1"
		o.AccessToken = func(_ context.Context, o TokenOptions) (string, error) { asked = o; return "known-token", nil }
	})
	if _, err := f.Fetch(t.Context(), "/", &Init{TokenOptions: TokenOptions{Scope: "s1", Refresh: true}}); err != nil {
		t.Fatal(err)
	}
	a := w.sent(apiURL)[0]
	if a.Header.Get("Authorization") != "DPoP known-token" || a.claim("ath") != dpop.TokenHash("known-token") {
		t.Errorf("sent %s, ath %s", a.Header.Get("Authorization"), a.claim("ath"))
	}
	if asked.Audience != "a1" || asked.Scope != "s1" || !asked.Refresh || !*asked.UseDPoP {
		t.Errorf("asked with %+v", asked)
	}
}

func TestABoundTokenOfACustomSourceIsNeverSentAsBearer(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	bound, err := c.Token(t.Context(), TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	source := func(token string) func(*FetcherOptions) {
		return func(o *FetcherOptions) {
			o.UseDPoP = new(false)
			o.AccessToken = func(context.Context, TokenOptions) (string, error) { return token, nil }
		}
	}
	if _, err := w.fetcher(c, source(bound.AccessToken)).Fetch(t.Context(), "/", nil); codeOf(err) != TokenTypeUnexpected {
		t.Errorf("bound token: %v", err)
	}
	if _, err := w.fetcher(c, source("two words")).Fetch(t.Context(), "/", nil); codeOf(err) != "other" {
		t.Errorf("a token with a space: %v", err)
	}
	if n := len(w.sent(apiURL)); n != 0 {
		t.Errorf("%d requests left", n)
	}
}

func TestScopeAudienceAndRefreshOfARequestReachTheTokenRequest(t *testing.T) {
	w := newWorld(t)
	f := w.fetcher(w.client(func(o *Options) { o.Scope = "all" }), func(o *FetcherOptions) { o.Audience = apiURL })
	for _, o := range []TokenOptions{{}, {Scope: "write"}, {Scope: "write"}, {Scope: "write", Refresh: true}, {}} {
		if _, err := f.Fetch(t.Context(), "/", &Init{TokenOptions: o}); err != nil {
			t.Fatal(err)
		}
	}
	var scopes []string
	for _, a := range w.sent(issuer + "/token") {
		scopes = append(scopes, a.form().Get("scope")+" at "+a.form().Get("audience"))
	}
	if got := strings.Join(scopes, ", "); got != "all at https://api.test, write at https://api.test, write at https://api.test" {
		t.Errorf("token requests: %s", got)
	}
}

func TestACustomTransportSeesTheWholeRequestAndItsAnswerIsUsed(t *testing.T) {
	w := newWorld(t)
	var seen *http.Request
	f := w.fetcher(w.client(), func(o *FetcherOptions) {
		o.Transport = RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			seen = r
			response, err := w.RoundTrip(r)
			response.Header.Set("X-Altered", "yes")
			return response, err
		})
	})
	response, err := f.Fetch(t.Context(), "/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.Header.Get("X-Altered") != "yes" || seen.URL.String() != apiURL+"/x" || !strings.HasPrefix(seen.Header.Get("Authorization"), "DPoP ") || seen.Header.Get("DPoP") == "" {
		t.Errorf("the transport saw %v", seen)
	}
}

func TestARedirectWithinTheAPIIsFollowedWithANewProof(t *testing.T) {
	for _, row := range []struct {
		status       int
		method, then string
		body         string
	}{
		{307, "POST", "POST", "body"}, {308, "PUT", "PUT", "body"}, {303, "POST", "GET", ""}, {302, "POST", "GET", ""}, {301, "GET", "GET", ""}, {302, "HEAD", "HEAD", ""},
	} {
		w := newWorld(t)
		w.api.before = answers(answer(row.status, "", "Location: /new?x=1"), nil)
		body := "body"
		if row.method == "GET" || row.method == "HEAD" {
			body = ""
		}
		response, err := w.fetcher(w.client()).Fetch(t.Context(), "/old", &Init{Method: row.method, Body: io.MultiReader(strings.NewReader(body)), Header: http.Header{"Content-Type": {"text/plain"}}})
		if err != nil || response.StatusCode != 200 {
			t.Errorf("%+v: %v", row, err)
			continue
		}
		sent := w.sent(apiURL)
		if len(sent) != 2 || sent[1].claim("htu") != apiURL+"/new" || sent[1].claim("htm") != row.then || sent[1].Method != row.then || sent[1].Body != row.body || sent[0].claim("jti") == sent[1].claim("jti") {
			t.Errorf("%+v: arrived %+v", row, sent)
		}
		if (sent[1].Header.Get("Content-Type") == "") != (row.body == "" && row.method != "GET" && row.method != "HEAD" || row.method == "GET" || row.method == "HEAD") {
			t.Errorf("%+v: Content-Type %q", row, sent[1].Header.Get("Content-Type"))
		}
	}
}

func TestARedirectToAnotherOriginIsNotFollowed(t *testing.T) {
	for _, location := range []string{"https://evil.test/", "https://api.test:8443/", "http://api.test/", "//evil.test/x", "https://user@api.test/"} {
		w := newWorld(t)
		w.api.before = answers(answer(307, "", "Location: "+location))
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != RedirectRefused {
			t.Errorf("%s: %v", location, err)
		}
		if n := len(w.sent(apiURL)) + len(w.sent("https://evil")) + len(w.sent("http:")); n != 1 {
			t.Errorf("%s: %d requests", location, n)
		}
	}
}

func TestARedirectLoopEnds(t *testing.T) {
	w := newWorld(t)
	w.api.before = answers(answer(308, "", "Location: /"))
	if _, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil); err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("error %v", err)
	}
}

func TestATransientFailureIsRepeatedOnlyWhereThatIsSafeAndWanted(t *testing.T) {
	for _, row := range []struct {
		wanted   bool
		method   string
		requests int
	}{{false, "GET", 1}, {true, "GET", 2}, {true, "POST", 1}} {
		w := newWorld(t)
		w.api.before = answers(answer(503, ""), nil)
		c := w.client(func(o *Options) { o.DPoP.Retry.Unavailable = row.wanted })
		if _, err := w.fetcher(c).Fetch(t.Context(), "/", &Init{Method: row.method}); err != nil {
			t.Error(err)
		}
		sent := w.sent(apiURL)
		if len(sent) != row.requests || row.requests == 2 && sent[0].claim("jti") == sent[1].claim("jti") {
			t.Errorf("%+v: %d requests", row, len(sent))
		}
	}
}

func TestFailuresThatAreNotOfDPoPAreToldApart(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, status := range []int{404, 500, 401} {
		w.api.before = answers(answer(status, "no"))
		response, err := w.fetcher(c).Fetch(t.Context(), "/", nil)
		if err != nil || response.StatusCode != status {
			t.Fatalf("%d: %v", status, err)
		}
		if body, _ := io.ReadAll(response.Body); string(body) != "no" {
			t.Errorf("%d: body %q", status, body)
		}
	}
	delete(w.hosts, "api.test")
	if _, err := w.fetcher(c).Fetch(t.Context(), "/", nil); codeOf(err) != "other" {
		t.Errorf("no network: %v", err)
	}
	w.as.before = answers(answer(400, `{"error":"invalid_client","error_description":"who?"}`))
	_, err := c.Token(t.Context(), TokenOptions{Refresh: true})
	var oauth *OAuthError
	if codeOf(err) != "other" || !errors.As(err, &oauth) || oauth.Code != "invalid_client" {
		t.Errorf("invalid_client: %v", err)
	}
}

func TestARefusedProofIsAnErrorThatNamesTheClocksIfTheyDiffer(t *testing.T) {
	for _, row := range []struct {
		ahead time.Duration
		code  Code
	}{{0, ProofRefused}, {29 * time.Second, ProofRefused}, {31 * time.Second, ClockDrift}, {-31 * time.Second, ClockDrift}} {
		w := newWorld(t)
		w.api.before = answers(func(rw http.ResponseWriter) {
			rw.Header().Set("Date", w.now.Add(row.ahead).UTC().Format(http.TimeFormat))
			answer(401, "", `WWW-Authenticate: DPoP error="invalid_dpop_proof", error_description="iat"`)(rw)
		})
		_, err := w.fetcher(w.client()).Fetch(t.Context(), "/", nil)
		if codeOf(err) != row.code {
			t.Errorf("%v: %v", row.ahead, err)
		}
		if row.code == ClockDrift && (!strings.Contains(err.Error(), "the server's clock says 2027-01-15 0") || !strings.Contains(err.Error(), "the client's with its skew 2027-01-15 08:00:00 UTC")) {
			t.Errorf("%v: the error does not name both clocks: %v", row.ahead, err)
		}
	}
}

func TestAnAudienceMismatchIsShownAsWhatItIs(t *testing.T) {
	w := newWorld(t)
	other := newResourceServer(w, "https://api2.test")
	w.hosts["api2.test"] = other
	c := w.client()
	one := w.fetcher(c, func(o *FetcherOptions) { o.Audience = apiURL })
	two := w.fetcher(c, func(o *FetcherOptions) { o.BaseURL, o.Audience = "https://api2.test", "https://api2.test" })
	if w.get(one, "/users") != 200 || w.get(two, "/orders") != 200 {
		t.Fatal("the right fetchers fail")
	}
	crossed := func(context.Context, TokenOptions) (string, error) {
		token, err := c.Token(t.Context(), TokenOptions{Audience: apiURL})
		return token.AccessToken, err
	}
	for _, audience := range []string{"https://api2.test", ""} {
		f := w.fetcher(c, func(o *FetcherOptions) {
			o.BaseURL, o.Audience, o.AccessToken = "https://api2.test", audience, crossed
		})
		_, err := f.Fetch(t.Context(), "/orders", nil)
		var e *DPoPError
		if !errors.As(err, &e) || e.Code != AudienceMismatch || e.Status != 401 || !strings.Contains(e.Message, `unexpected JWT "aud" (audience) claim value`) {
			t.Errorf("audience %q: %v", audience, err)
		}
	}
	w.api.before = answers(answer(401, `{"code":"OAUTH_JWT_CLAIM_COMPARISON_FAILED"}`))
	if _, err := one.Fetch(t.Context(), "/", nil); codeOf(err) != AudienceMismatch {
		t.Errorf("in the server's own words: %v", err)
	}
}

func TestTheTransportServesAnHTTPClient(t *testing.T) {
	w := newWorld(t)
	w.api.nonces = dpop.NewNonceWindow(time.Hour, w.clock)
	h := &http.Client{Transport: &Transport{Fetcher: w.fetcher(w.client())}}
	response, err := h.Post(apiURL+"/x", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(response.Body); string(body) != "body" || response.StatusCode != 200 {
		t.Errorf("status %d, body %q", response.StatusCode, body)
	}
	w.api.before = answers(answer(307, "", "Location: /y"), nil)
	if response, err = h.Get(apiURL + "/x"); err != nil || response.StatusCode != 200 {
		t.Errorf("redirect within the API: %v", err)
	}
	for _, f := range []*Fetcher{w.fetcher(w.client()), w.fetcher(w.client(), func(o *FetcherOptions) { o.BaseURL = "" })} {
		h.Transport = &Transport{Fetcher: f}
		w.api.before = answers(answer(307, "", "Location: https://evil.test/"))
		if _, err = h.Get(apiURL + "/x"); codeOf(err) != RedirectRefused {
			t.Errorf("redirect to another origin: %v", err)
		}
	}
	if n := len(w.sent("https://evil")); n != 0 {
		t.Errorf("%d requests to another origin", n)
	}
}

func TestOverARealConnectionARetryKeepsTheBody(t *testing.T) {
	verifier := dpop.NewVerifier(time.Now)
	verifier.Nonces = dpop.NewNonceWindow(time.Hour, time.Now)
	key, err := GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("DPoP-Nonce", verifier.Nonces.Next())
		credentials, _ := dpop.ParseCredentials(r.Header.Get("Authorization"))
		_, refusal := verifier.Verify(dpop.Request{Method: r.Method, TargetURI: dpop.TargetURI(server.URL, r.RequestURI), Fields: r.Header.Values("DPoP"), AccessToken: credentials.Token, Bound: key.Thumbprint})
		if refusal != nil {
			w.Header().Set("WWW-Authenticate", `DPoP error="`+refusal.Code+`"`)
			w.WriteHeader(401)
			return
		}
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
	}))
	defer server.Close()
	c, err := New(Options{UseDPoP: true, Key: key, DPoP: DPoPOptions{Retry: RetryOptions{Delay: new(time.Duration(0))}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.Fetcher(FetcherOptions{BaseURL: server.URL, AccessToken: func(context.Context, TokenOptions) (string, error) { return "t", nil }})
	if err != nil {
		t.Fatal(err)
	}
	response, err := f.Fetch(t.Context(), "/a%2Fb;c=d/%7Etilde?x=/y", &Init{Method: "POST", Body: io.MultiReader(strings.NewReader("body"))})
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || len(bodies) != 1 || bodies[0] != "body" {
		t.Errorf("status %d, bodies %q", response.StatusCode, bodies)
	}
}
