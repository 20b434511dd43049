package login

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// script is a program of the user's.
func script(t *testing.T, text string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "login.sh")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{file}
}

func TestAProgramIsGivenTheAddressAndPrintsTheRedirect(t *testing.T) {
	s := serve(t, issuing)
	for name, text := range map[string]string{
		"standard input": `read address; echo "opening $address"; [ "$address" = "$DPOPSPEC_LOGIN_ADDRESS" ] && ` +
			`echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"`,
		"without reading": `echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"`,
		"and a bad end":   `echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"; exit 3`,
		"left behind":     `sleep 600 & echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"`,
	} {
		redirect, err := ByProgram(script(t, text), "").Authorize(t.Context(), s.request())
		if err != nil || redirect != granted {
			t.Errorf("%s: %q, %v", name, redirect, err)
		}
	}
}

func TestAProgramThatPrintsNoRedirectSaysWhy(t *testing.T) {
	s := serve(t, issuing)
	for text, says := range map[string]string{
		"echo wrong password >&2; exit 7":     `exit status 7 and printed no redirect (it says "wrong password")`,
		"echo http://elsewhere.example?code=": "printed something else than the redirect",
		"echo com.example.app:/callback2":     "printed something else than the redirect",
		"echo busy >&2; sleep 600":            `(it says "busy")`,
		"exec >&- 2>&-; sleep 600":            "took longer than",
		"kill -9 $$":                          "signal: killed",
		"exit 0":                              "",
	} {
		r := s.request()
		if strings.HasSuffix(text, "sleep 600") {
			r.Patience = time.Second
		}
		_, err := ByProgram(script(t, text), "").Authorize(t.Context(), r)
		var failed *Failure
		var page *Answered
		if says == "" && !errors.As(err, &page) ||
			says != "" && (!errors.As(err, &failed) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", text, err)
		}
	}
	_, err := ByProgram([]string{"./no-such-program"}, t.TempDir()).Authorize(t.Context(), s.request())
	if err == nil || !strings.Contains(err.Error(), "cannot be run") {
		t.Error(err)
	}
}

func TestAProgramThatHasWorkedIsTriedOnceMore(t *testing.T) {
	s := serve(t, issuing)
	count := filepath.Join(t.TempDir(), "count")
	way := ByProgram(script(t, `echo x >> `+count+`; [ "$(wc -l < `+count+`)" = 1 ] && `+
		`echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right" || exit 5`), "")
	if _, err := way.Authorize(t.Context(), s.request()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := way.Authorize(t.Context(), s.request()); err == nil {
			t.Error("it failed, and nobody says so")
		}
	}
	if text, _ := os.ReadFile(count); len(text) != 6 {
		t.Errorf("it was started %d times", len(text)/2)
	}
}

func TestWaysAreTriedInTheirOrder(t *testing.T) {
	s := serve(t, issuing)
	prints := script(t, `echo "$DPOPSPEC_LOGIN_REDIRECT_URI?code=the-code&state=right"`)
	way := InOrder(ByProgram(script(t, "exit 5"), ""), ByProgram(prints, ""))
	for range 2 {
		if redirect, err := way.Authorize(t.Context(), s.request()); err != nil || redirect != granted {
			t.Errorf("%q, %v", redirect, err)
		}
	}
	way = InOrder(ByProgram(script(t, "exit 5"), ""), ByProgram(script(t, "exit 6"), ""))
	_, err := way.Authorize(t.Context(), s.request())
	if err == nil || !strings.Contains(err.Error(), "exit status 5") || !strings.Contains(err.Error(), "exit status 6") {
		t.Error(err)
	}
}
