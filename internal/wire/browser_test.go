package wire

import (
	"net/http"
	"testing"
)

// A scripted answer is for the request of the script, not for the question of its
// browser that comes before, and the script can read it.
func TestAScriptedAnswerIsForTheRequestAfterThePreflight(t *testing.T) {
	server, err := Listen(Options{Name: "server"}, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.Then(Answer{Play: Reply(http.StatusUnauthorized, Fields{{Name: "DPoP-Nonce", Value: "n"}}, "")})
	send := func(method string, fields map[string]string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://app.example")
		for name, value := range fields {
			r.Header.Set(name, value)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	asked := map[string]string{"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "dpop"}
	if got := send("OPTIONS", asked).StatusCode; got != http.StatusNoContent {
		t.Errorf("the preflight is answered %d", got)
	}
	answer := send("GET", nil)
	if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("Access-Control-Expose-Headers") != "*" {
		t.Errorf("the request after it is answered %d with %v", answer.StatusCode, answer.Header)
	}
	asked["Authorization"] = "DPoP t"
	send("OPTIONS", asked)
	for i, want := range []bool{true, false, false} {
		if e := server.Exchanges()[i]; e.Preflight() != want {
			t.Errorf("request %d, %s, is a preflight: %v", i+1, e.Method, e.Preflight())
		}
	}
}
