package approval

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

var shown = Device{UserCode: "AB&C\"D", VerificationURI: "https://as.example/device", Complete: "https://as.example/device?c=1"}

func TestARequestIsFilled(t *testing.T) {
	for want, r := range map[string]Request{
		"GET https://as.example/d?c=AB%26C%22D  ": {Method: "GET", URL: "/d?c={user_code}"},
		"POST https://b.example/d application/x-www-form-urlencoded u=https%3A%2F%2Fas.example%2Fdevice&user_code=AB%26C%22D": {
			Method: "POST", URL: "https://b.example/d", Form: url.Values{"user_code": {"{user_code}"}, "u": {"{verification_uri}"}},
		},
		`POST https://as.example/d application/json {"a":["AB\u0026C\"D",1,true],"b":{"c":"https://as.example/device?c=1"}}`: {
			Method: "POST", URL: "/d", JSON: map[string]any{
				"a": []any{"{user_code}", 1, true}, "b": map[string]any{"c": "{verification_uri_complete}"},
			},
		},
	} {
		made, err := r.For(shown, "https://as.example")
		got := strings.Join([]string{made.Method, made.URL, strings.Join(made.Fields.Values("Content-Type"), ""), string(made.Body)}, " ")
		if err != nil || got != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
	made, err := Request{Method: "GET", URL: "/", Fields: wire.Fields{{Name: "X", Value: "{user_code}"}}}.
		For(Device{UserCode: "a\r\nEvil: 1"}, "https://as.example")
	if value, _ := made.Fields.One("X"); err != nil || strings.ContainsAny(value, "\r\n") {
		t.Errorf("a user code writes a field: %q, %v", value, err)
	}
}

func TestAProgramIsToldByItsEnvironment(t *testing.T) {
	folder := t.TempDir()
	script := "#!/bin/sh\necho \"$DPOPSPEC_USER_CODE $DPOPSPEC_VERIFICATION_URI $DPOPSPEC_VERIFICATION_URI_COMPLETE $#\" >told\n" +
		"echo no >&2; exit ${CODE:-0}\n"
	if err := os.WriteFile(filepath.Join(folder, "approve.sh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	program := Program{Args: []string{"./approve.sh"}, Dir: folder}
	if err := program.Approve(t.Context(), shown); err != nil {
		t.Fatal(err)
	}
	told, err := os.ReadFile(filepath.Join(folder, "told"))
	if want := "AB&C\"D https://as.example/device https://as.example/device?c=1 0\n"; err != nil || string(told) != want {
		t.Errorf("told %q, %v", told, err)
	}
	program.Env = map[string]string{"CODE": "7"}
	if err := program.Approve(t.Context(), shown); err == nil || !strings.Contains(err.Error(), "exit status 7 (it says no)") {
		t.Errorf("got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := program.Approve(ended, shown); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestAProgramThatApprovesNothingIsGivenUpWithItsWords(t *testing.T) {
	for script, says := range map[string]string{
		"echo no such code >&2; exit 4":                   "ended with exit status 4 (it says no such code)",
		"echo no such code; sleep 600 & exit 4":           "ended with exit status 4 (it says no such code)",
		"echo still busy; exec >&- 2>&-; sleep 600":       "did not end within 3s (it says still busy)",
		`trap "" TERM; while :; do echo still busy; done`: "did not end within 3s (it says",
	} {
		program := Program{Args: []string{"sh", "-c", script}, Patience: 3 * time.Second}
		err := program.Approve(t.Context(), Device{UserCode: "X"})
		if strings.Contains(script, "exit") {
			program.Patience = 0
			err = program.Approve(t.Context(), Device{UserCode: "X"})
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", script, err)
		}
	}
}
