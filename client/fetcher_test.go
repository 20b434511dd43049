package client

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

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
		{"https://api.test", "/a%2Fb/%C3%BC?c=d%20e#f",
			"https://api.test/a%2Fb/%C3%BC?c=d%20e#f", "https://api.test/a%2Fb/%C3%BC"},
		{"https://api.test/v1", "https://api.test/v2/y", "https://api.test/v2/y", ""},
		{"https://api.test", "/next?to=https://api.test/z",
			"https://api.test/next?to=https://api.test/z", "https://api.test/next"},
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
	header := http.Header{
		"X-Trace": {"1", "2"}, "Content-Type": {"application/json"}, "Authorization": {"Basic bad"}, "DPoP": {"bad"},
	}
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "QUERY", "lower"} {
		body := `{"a":1}`
		if method == "GET" || method == "HEAD" {
			body = ""
		}
		init := &Init{Method: method, Header: header, Body: strings.NewReader(body)}
		if _, err := f.Fetch(t.Context(), "/x", init); err != nil {
			t.Fatal(err)
		}
		request, _ := http.NewRequest(method, "/x", io.MultiReader(strings.NewReader(body)))
		request.Header = header.Clone()
		if _, err := f.Do(request); err != nil {
			t.Fatal(err)
		}
		sent := w.sent(apiURL)
		for _, a := range sent[len(sent)-2:] {
			if a.Method != method || a.claim("htm") != method || a.Body != body ||
				len(a.Header["X-Trace"]) != 2 || a.Header.Get("Content-Type") != "application/json" {
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
			o.UseDPoP, o.AccessToken = new(false), always(token)
		}
	}
	_, err = w.fetcher(c, source(bound.AccessToken)).Fetch(t.Context(), "/", nil)
	if codeOf(err) != TokenTypeUnexpected {
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
	want := "all at https://api.test, write at https://api.test, write at https://api.test"
	if got := strings.Join(scopes, ", "); got != want {
		t.Errorf("token requests: %s", got)
	}
}
