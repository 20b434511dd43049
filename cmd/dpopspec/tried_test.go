package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
)

// broken answers as a server that is broken, each path in its way.
func broken(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hang := func(first string) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprint(conn, first)
			conn.Close()
		}
		switch strings.Trim(r.URL.Path, "/") {
		case "drop":
			hang("")
		case "half":
			hang("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"acc")
		case "no-http":
			hang("SSH-2.0-OpenSSH_9.6\r\n")
		case "empty":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "{}")
		case "page":
			fmt.Fprint(w, "<h1>Welcome</h1>")
		case "proof":
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("WWW-Authenticate", `DPoP error="invalid_dpop_proof"`)
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error": "invalid_dpop_proof"}`)
		case "elsewhere":
			http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		default:
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What was tried and does not work is told by the exit code too, whosever fault it is.
func TestNothingThatWasTriedAndFailedIsReady(t *testing.T) {
	longtable.Once(t)
	server := broken(t)
	for _, way := range []string{"drop", "half", "no-http", "empty", "page", "proof", "elsewhere", "error"} {
		changes := map[string][]string{
			"authorization endpoint": {"  clients:", "  metadata: {authorization_endpoint: " + server + "/" + way + "}\n  clients:"},
			"token endpoint":         {"  clients:", "  metadata: {token_endpoint: " + server + "/" + way + "}\n  clients:"},
			"pushed request": {"  clients:", "  metadata: {pushed_authorization_request_endpoint: " +
				server + "/" + way + "}\n  clients:"},
			"userinfo": {"  clients:", "  metadata: {userinfo_endpoint: " + server + "/" + way + "}\n  clients:"},
			"API":      {"url: API", "url: " + server, "GET /orders", "GET /" + way},
		}
		for at, change := range changes {
			if at == "userinfo" && (way == "empty" || way == "page") || at == "API" && (way == "empty" || way == "page") {
				continue // a success, as far as anybody can tell
			}
			t.Run(at+" "+way, func(t *testing.T) {
				code, out := call(t, "check", "--try", "-c", tenantFile(t, change...))
				if code != exitCouldNotTest || strings.Contains(out, "Ready") {
					t.Errorf("exit code %d:\n%s", code, out)
				}
			})
		}
	}
}

// A budget that is used up leaves things untried: that is not to be ready.
func TestABudgetThatEndsIsNotReady(t *testing.T) {
	file := tenantFile(t, "authorization_server:", "limits: {budget: 3}\nauthorization_server:")
	code, out := call(t, "check", "--try", "-c", file)
	if code != exitCouldNotTest || !strings.Contains(out, "\n? ") || strings.Contains(out, "Ready") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// Who names the issuer alone has nothing that could be tried, and is not ready.
func TestAConfigurationWithNothingToTryIsNotReady(t *testing.T) {
	whole, err := os.ReadFile(tenantFile(t))
	if err != nil {
		t.Fatal(err)
	}
	issuer := regexp.MustCompile(`(?m)^  issuer: .*$`).FindString(string(whole))
	if issuer == "" {
		t.Fatalf("no issuer in\n%s", whole)
	}
	code, out := call(t, "check", "--try", "-c", write(t, "idle.yaml", "authorization_server:\n"+issuer+"\n"))
	if code != exitCouldNotTest || !strings.Contains(out, "Nothing was there to try") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
