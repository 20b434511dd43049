package wire

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAnAddressIsReadInOneWay(t *testing.T) {
	for raw, want := range map[string]string{ // what is dialled, origin, target
		"http://as.example":                "as.example:80 http://as.example /",
		"HTTP://AS.Example:80?a=b":         "as.example:80 http://as.example /?a=b",
		"https://as.example:0443/a%2Fb/..": "as.example:443 https://as.example /a%2Fb/..",
		"https://[::1]:9399/token":         "[::1]:9399 https://[::1]:9399 /token",
		"http://[0:0::1]/@x:1/?u@v":        "[::1]:80 http://[::1] /@x:1/?u@v",
		"http://127.0.0.1:1/ü":             "127.0.0.1:1 http://127.0.0.1:1 /ü",
		"http://a_b.example:/":             "a_b.example:80 http://a_b.example /",
	} {
		a, err := ParseAddress(raw)
		if got := a.Dial() + " " + a.Origin() + " " + a.Target; err != nil || got != want {
			t.Errorf("%s: %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{
		"http://::1%25x@as.example:9390#:9399/token", "http://as.example@127.0.0.1/", "http://@as.example/",
		"http://as.example#@evil.example/", "http://as.example/#x", "http://[::1%25lo]/", "http://[::1]x/",
		"http://[::1/", "http://::1/", "http://[127.0.0.1]/", "http://as%2eexample/", "http://as.example\\@evil/",
		"http://as.example:99999/", "http://as.example:+1/", "http://as.example:x/", "http:///token", "http://:80/",
		"//as.example/", "ftp://as.example/", "http:as.example", "http://as.example /", "http://as.example/\r\nX: y",
		"http://as.example/\x00", "", "http://ä.example/", "http://a,b/", "http://as.example:80:90/",
	} {
		if a, err := ParseAddress(raw); err == nil {
			t.Errorf("%q is read as %+v", raw, a)
		}
	}
}

// FuzzAddress compares the reading with those of the standard library: what is let
// through must mean the same to whoever reads it.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"http://::1%25x@as.example:9390#:9399/token", "https://[::1]:443/a?b", "HTTP://X:080//", "http://a:b@c:1/d",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := ParseAddress(raw)
		if err != nil {
			return
		}
		again, err := ParseAddress(a.Origin() + a.Target)
		if err != nil || again.Dial() != a.Dial() || again.Origin() != a.Origin() {
			t.Fatalf("%q is %+v, and its own spelling %+v: %v", raw, a, again, err)
		}
		u, err := url.Parse(raw)
		if err != nil { // an escape in the path that is none: it is sent as it is written
			u, err = url.Parse(strings.TrimSuffix(raw, a.Target))
		}
		if err != nil {
			t.Fatalf("%q is %+v, and net/url says %v", raw, a, err)
		}
		if !strings.EqualFold(u.Scheme, a.Scheme) || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q is %+v, and to net/url %+v", raw, a, u)
		}
		if host := strings.ToLower(u.Hostname()); host != a.Host && !strings.Contains(host, ":") {
			t.Fatalf("%q has the host %q, and to net/url %q", raw, a.Host, host)
		}
		request, err := build(t.Context(), Request{Method: http.MethodGet, URL: raw}, a)
		if err != nil {
			return
		}
		if request.URL.Hostname() != a.Host || request.URL.Scheme != a.Scheme {
			t.Fatalf("%q is %+v, and is sent to %s", raw, a, request.URL.Host)
		}
	})
}
