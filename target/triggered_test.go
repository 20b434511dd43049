package target

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestATriggerIsToldPathAndMethodPercentEncoded(t *testing.T) {
	tests := []struct {
		name, url, want string
		order           FetchOrder
	}{
		{"in the query", "http://a/call?path={path}&method={method}",
			"http://a/call?path=%2Fa%252Fb%3Fx%3D1%262%23%20%2B&method=POST",
			FetchOrder{Method: "POST", URL: "/a%2Fb?x=1&2# +"}},
		{"in the path", "http://a/{method}/{path}", "http://a/GET/%2Forders",
			FetchOrder{Method: "GET", URL: "/orders"}},
		{"nothing to fill in", "http://a/call", "http://a/call", FetchOrder{Method: "GET", URL: "/orders"}},
		{"a method that cannot be told", "http://a/{path}", "", FetchOrder{Method: "POST", URL: "/orders"}},
		{"a path that cannot be told", "http://a/{method}", "", FetchOrder{Method: "GET", URL: "/"}},
		{"another origin", "http://a/{path}", "", FetchOrder{Method: "GET", URL: "http://b/orders"}},
		{"another host", "http://a/{path}", "", FetchOrder{Method: "GET", URL: "//b/orders"}},
		{"an option", "http://a/{path}", "", FetchOrder{Method: "GET", URL: "/orders", UseDPoP: new(bool)}},
	}
	for _, test := range tests {
		got, err := (&trigger{Trigger: &Trigger{URL: test.url}}).address(test.order)
		var refused *ClientError
		if got != test.want || (err != nil) != (test.want == "") || err != nil &&
			!(errors.As(err, &refused) && refused.Unsupported()) {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}

func TestATriggerDoesNothingButFetch(t *testing.T) {
	ctx := context.Background()
	served := &Trigger{URL: "http://a/{path}", AuthorizationServer: "127.0.0.1:1", API: "127.0.0.1:2"}
	d := &trigger{Trigger: served, issuer: "http://127.0.0.1:1"}
	sound := Setup{Issuer: "http://127.0.0.1:1", API: APIChoice{URL: "http://127.0.0.1:2"}}
	if err := d.Configure(ctx, sound); err != nil {
		t.Error(err)
	}
	elsewhere, signing, choosing := sound, sound, sound
	elsewhere.Issuer, signing.Algorithm, choosing.Options.Key = "http://127.0.0.1:3", "ES384", "generated"
	_, login := d.Login(ctx, LoginOrder{})
	_, token := d.Token(ctx, TokenOrder{})
	for what, err := range map[string]error{
		"login": login, "token": token, "register": d.Register(ctx), "rotate": d.Rotate(ctx, KeyPair{}),
		"another issuer": d.Configure(ctx, elsewhere), "another algorithm": d.Configure(ctx, signing),
		"another option": d.Configure(ctx, choosing),
	} {
		var refused *ClientError
		if !errors.As(err, &refused) || !refused.Unsupported() {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnAnswerOfATriggerOtherThanSuccessIsAnErrorOfTheClient(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("path") == "/orders" {
			w.WriteHeader(http.StatusTooManyRequests) // what the API said; not that we come too often
		}
	}))
	defer server.Close()
	target := Default()
	target.Client = &RealClient{Trigger: &Trigger{URL: server.URL + "?path={path}"}}
	s := &Session{Target: target, limiter: newLimiter(target.Limits)}
	s.name(server.URL)
	d, err := s.OpenClient(context.Background(), Conditions{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for path, status := range map[string]int{"/orders": 429, "/": 200} {
		f, err := d.Fetch(context.Background(), FetchOrder{Method: "GET", URL: path})
		if err != nil || f.Status != status || (f.Thrown == nil) != (status == 200) {
			t.Errorf("%s: %+v, %v", path, f, err)
		}
	}
	server.Close()
	var own *ClientError
	if _, err := d.Fetch(context.Background(), FetchOrder{Method: "GET", URL: "/"}); err == nil ||
		errors.As(err, &own) {
		t.Errorf("an application that is not there: %v", err)
	}
}
