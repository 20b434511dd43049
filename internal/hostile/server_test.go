package hostile

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func listen(t *testing.T, name string, when func(*http.Request) bool) *Server {
	t.Helper()
	m, found := Named(name)
	if !found {
		t.Fatalf("no misbehaviour is called %q", name)
	}
	s, err := Listen(Options{Misbehaviour: m, When: when, Sound: func(string) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "sound") }), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// careless is a client that does what one must not: it follows redirects.
func careless() *http.Client { return &http.Client{Timeout: 2 * time.Second} }

func TestTheLureCatchesAClientThatFollowsIt(t *testing.T) {
	s := listen(t, "a redirect elsewhere", nil)
	answer, err := careless().Post(s.URL+"/token", "text/plain", strings.NewReader("client_secret=x"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if s.Lured.Load() != 1 || !strings.Contains(s.Loot.Load().(string), "client_secret=x") {
		t.Errorf("%d requests, %v", s.Lured.Load(), s.Loot.Load())
	}
}

func TestItMisbehavesOnlyWhenItIsToldTo(t *testing.T) {
	s := listen(t, "HTML", func(r *http.Request) bool { return r.URL.Path == "/bad" })
	for path, want := range map[string]string{"/good": "sound", "/bad": "<!doctype html>"} {
		answer, err := careless().Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if !strings.HasPrefix(string(body), want) {
			t.Errorf("%s: %q", path, body)
		}
	}
}

func TestEveryMisbehaviourSaysWhatItDoes(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range All() {
		if m.Name == "" || m.Does == "" || (m.act == nil) == (m.greet == nil) || seen[m.Name] {
			t.Errorf("%q: %q, or twice", m.Name, m.Does)
		}
		seen[m.Name] = true
	}
	if len(seen) < 30 {
		t.Errorf("only %d", len(seen))
	}
}
