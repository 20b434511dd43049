package mockrs_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dpopspec/dpopspec/mockrs"
)

func TestIntrospectionAsksAsAClientAndFailsClosed(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		ok     bool
	}{
		{"an answer", 200, `{"active":true}`, true},
		{"an inactive token", 200, `{"active":false}`, true},
		{"another status", 401, `{"active":true}`, false},
		{"a redirect", 302, `{"active":true}`, false},
		{"no JSON", 200, `<html>`, false},
		{"an array", 200, `[]`, false},
		{"a duplicate member", 200, `{"active":false,"active":true}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				id, secret, _ := r.BasicAuth()
				if r.Method != "POST" || id != "api%3A1" || secret != "s+%26" || r.FormValue("token") != "a+b&c=" {
					t.Errorf("asked with %s, %q %q, %v", r.Method, id, secret, r.Form)
				}
				w.WriteHeader(test.status)
				w.Write([]byte(test.body))
			}))
			defer server.Close()
			answer, err := mockrs.IntrospectAt(server.Client(), server.URL, "api:1", "s &")(t.Context(), "a+b&c=")
			if (err == nil) != test.ok || test.ok && !answer.Has("active") {
				t.Errorf("%s: %s %v", test.name, answer.JSON(), err)
			}
		})
	}
}

func TestIntrospectionThatCannotBeReachedIsAnError(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	if _, err := mockrs.IntrospectAt(http.DefaultClient, server.URL, "api", "s")(t.Context(), "x"); err == nil {
		t.Error("no error")
	}
}
