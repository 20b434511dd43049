package mockrs_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

// An API behind a reverse proxy never sees the URL that its clients use. It
// has to be told: nothing that arrives with a request may say it, since the
// sender of the request could write it too. The table shows which settings of
// Go's own proxy are sound together with Config.Base.
func TestBehindAReverseProxyTheAPIMustBeToldItsPublicURL(t *testing.T) {
	tests := []struct {
		name string
		tls  bool
		base func(front string) string // Config.Base
		// rewrite is what the proxy does beside sending the request on.
		rewrite func(*httputil.ProxyRequest)
		path    string // that the client calls
		status  int
	}{
		{"base set", false, same, nil, "/orders", 200},
		{"base set, trailing slash", false, func(front string) string { return front + "/" }, nil, "/orders", 200},
		{"base missing", false, nothing, nil, "/orders", 401},
		{"base missing, X-Forwarded-Host set by the proxy", false, nothing, forwarded, "/orders", 401},
		{"base missing, Host kept", false, nothing, keepHost, "/orders", 401},
		{"base set, Host kept", false, same, keepHost, "/orders", 200},
		{"base set, X-Forwarded-Host set by the proxy", false, same, forwarded, "/orders", 200},
		{"TLS ended in front, base set", true, same, nil, "/orders", 200},
		{"TLS ended in front, base with http", true, overHTTP, nil, "/orders", 401},
		{"TLS ended in front, X-Forwarded-Proto alone", true, nothing, forwarded, "/orders", 401},
		{"prefix taken off, base with prefix", false, withPrefix, stripBoth, "/v1/orders", 200},
		{"prefix taken off, base without prefix", false, same, stripBoth, "/v1/orders", 401},
		{"prefix kept, base without prefix", false, same, nil, "/v1/orders", 200},
		{"prefix kept, base with prefix", false, withPrefix, nil, "/v1/orders", 401},
		{"escapes, prefix taken off both paths", false, withPrefix, stripBoth, "/v1/a%2Fb", 200},
		{"escapes, prefix taken off the decoded path alone", false, withPrefix, stripDecoded, "/v1/a%2Fb", 401},
		{"dot segments", false, same, nil, "/a/../orders", 200},
		{"query", false, same, nil, "/orders?x=%41&y=/", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, front := behindProxy(t, test.tls, test.base, test.rewrite)
			token := p.token(clientKey.Thumbprint, nil)
			proof := p.proof(clientKey, "GET", front.URL+test.path, token)
			status := call(t, front, test.path, "Authorization: DPoP "+token, "DPoP: "+proof)
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
		})
	}
}

func TestBehindAReverseProxyASenderCannotChooseTheURL(t *testing.T) {
	p, front := behindProxy(t, false, same, (*httputil.ProxyRequest).SetXForwarded)
	for _, field := range []string{
		"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https",
		"Forwarded: host=evil.example", "X-Original-URL: /x",
	} {
		token := p.token(clientKey.Thumbprint, nil)
		proof := p.proof(clientKey, "GET", "http://evil.example/orders", token)
		if status := call(t, front, "/orders", "Authorization: DPoP "+token, "DPoP: "+proof, field); status != 401 {
			t.Errorf("%s: status %d", field, status)
		}
	}
}

func TestBehindAReverseProxyASecondProofIsStillSeen(t *testing.T) {
	p, front := behindProxy(t, false, same, nil)
	token := p.token(clientKey.Thumbprint, nil)
	proof := p.proof(clientKey, "GET", front.URL+"/orders", token)
	if status := call(t, front, "/orders", "Authorization: DPoP "+token, "DPoP: "+proof, "DPoP: x"); status != 401 {
		t.Errorf("status %d", status)
	}
}

// behindProxy starts an API behind a proxy; a nil rewrite only sends requests on.
func behindProxy(
	t *testing.T, overTLS bool, base func(front string) string, rewrite func(*httputil.ProxyRequest),
) (*party, *httptest.Server) {
	t.Helper()
	var behind *url.URL
	handler := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(behind)
		if rewrite != nil {
			rewrite(r)
		}
	}}
	serve := httptest.NewServer
	if overTLS {
		serve = httptest.NewTLSServer
	}
	front := serve(handler)
	t.Cleanup(front.Close)
	p := start(t, func(c *mockrs.Config) { c.Base, c.Audience = base(front.URL), origin })
	api, err := wire.Listen(wire.Options{Name: "API", Clock: p.clock.Now}, func(string) http.Handler { return p.API })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { api.Close() })
	if behind, err = url.Parse(api.URL); err != nil {
		t.Fatal(err)
	}
	return p, front
}

func same(front string) string       { return front }
func nothing(string) string          { return "" }
func withPrefix(front string) string { return front + "/v1" }

func overHTTP(front string) string { return strings.Replace(front, "https", "http", 1) }

func forwarded(r *httputil.ProxyRequest) { r.SetXForwarded() }

func keepHost(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host }

func stripBoth(r *httputil.ProxyRequest) {
	r.Out.URL.Path = strings.TrimPrefix(r.Out.URL.Path, "/v1")
	r.Out.URL.RawPath = strings.TrimPrefix(r.Out.URL.RawPath, "/v1")
}

// stripDecoded forgets the escaped form, so that %2F becomes a slash.
func stripDecoded(r *httputil.ProxyRequest) {
	r.Out.URL.Path = strings.TrimPrefix(r.Out.URL.Path, "/v1")
	r.Out.URL.RawPath = ""
}

func call(t *testing.T, front *httptest.Server, path string, lines ...string) int {
	t.Helper()
	connection := wire.Connection{Timeout: 5 * time.Second}
	if certificate := front.Certificate(); certificate != nil {
		connection.Roots = x509.NewCertPool()
		connection.Roots.AddCert(certificate)
	}
	client := wire.NewClient(connection)
	defer client.Close()
	var fields wire.Fields
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		fields = append(fields, wire.Field{Name: name, Value: value})
	}
	e, err := client.Do(t.Context(), wire.Request{Method: "GET", URL: front.URL + path, Fields: fields})
	if err != nil {
		t.Fatal(err)
	}
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	if e.Status == 401 && len(challenges) == 0 {
		t.Error("the challenge did not come through the proxy")
	}
	return e.Status
}
