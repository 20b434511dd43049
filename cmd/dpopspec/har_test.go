package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAnArchiveOfARunIsMaskedUnlessItIsRevealedAndItsFailureSparesTheReports(t *testing.T) {
	folder := t.TempDir()
	archive, report := filepath.Join(folder, "run.har"), filepath.Join(folder, "run.json")
	one := []string{"run", "--id", "RFC9449-4.3-43", "--format", "json:" + report, "--har"}
	if code, errs := call(t, append(one, archive)...); code != 0 {
		t.Fatal(code, errs)
	}
	masked, _ := os.ReadFile(archive)
	if !strings.Contains(string(masked), `"dpop"`) && !strings.Contains(string(masked), `"DPoP"`) {
		t.Errorf("no exchange with a proof: %.300s", masked)
	}
	code, errs := call(t, append(one, archive, "--reveal")...)
	revealed, _ := os.ReadFile(archive)
	if code != 0 || !strings.Contains(errs, "send it to nobody") || len(revealed) <= len(masked) {
		t.Errorf("ended with %d, %d octets after %d: %s", code, len(revealed), len(masked), errs)
	}
	os.Remove(report)
	if code, errs = call(t, append(one, folder)...); code != 3 || !strings.Contains(errs, folder) {
		t.Errorf("to a folder: ended with %d: %s", code, errs)
	}
	if _, err := os.Stat(report); err != nil {
		t.Error("the report was lost with it:", err)
	}
	if code, errs = call(t, "run", "--reveal"); code != 2 || !strings.Contains(errs, "--har") {
		t.Errorf("--reveal alone: ended with %d: %s", code, errs)
	}
}

// What a run rests on is seen too: metadata that are read, and the tokens that the preflight
// gets, by which somebody finds out why nothing could be tested.
func TestAnArchiveHoldsTheSetUpAndThePreflightMaskedAlike(t *testing.T) {
	for name, secret := range map[string]string{"right": "the-right-secret", "wrong": "the-wrong-secret"} {
		archive := filepath.Join(t.TempDir(), "run.har")
		config := tenantFile(t, "the-right-secret", secret)
		code, errs := call(t, "run", "-c", config, "--id", "RFC9449-4.3-43", "--at", "token", "--format", "pretty",
			"--har", archive)
		if want := map[string]int{"right": 0, "wrong": 3}[name]; code != want {
			t.Errorf("%s: ended with %d: %s", name, code, errs)
		}
		text, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Log struct {
				Pages   []struct{ ID, Title, StartedDateTime string }
				Entries []struct {
					Pageref string
					Request struct{ URL, Method string }
				}
			}
		}
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, e := range read.Log.Entries {
			what := e.Pageref
			switch {
			case strings.Contains(e.Request.URL, "/.well-known/"):
				what += " metadata"
			case e.Request.Method == "POST":
				what += " token"
			}
			found[what]++
		}
		if found["set-up metadata"] == 0 || found["preflight token"] == 0 || name == "right" && found["cases token"] == 0 {
			t.Errorf("%s: %v", name, found)
		}
		var pages []string
		for _, p := range read.Log.Pages {
			pages = append(pages, p.ID)
		}
		want := map[string]string{"right": "set-up preflight cases", "wrong": "set-up preflight"}[name]
		if strings.Join(pages, " ") != want {
			t.Errorf("%s: pages %q", name, pages)
		}
		if at := strings.Index(string(text), secret); at >= 0 {
			t.Errorf("%s: a secret stands in the archive: %.200s", name, text[max(0, at-100):])
		}
		if token := regexp.MustCompile(`access_token[\\":]+[\w.-]{40}`).FindString(string(text)); token != "" {
			t.Errorf("%s: a token stands in the archive: %s", name, token)
		}
	}
}
