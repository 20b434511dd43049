package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever the flags and however a file is spelled: nothing is lost that the run was given
// or was asked for, and that is found before anything is sent.
func TestARunOverwritesNothingThatItReadsAndWritesNoFileTwice(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	texts := map[string]string{
		"tenant.yaml": "authorization_server:\n  issuer: \"http://127.0.0.1:9/\"\n" +
			"  clients: [{id: a, auth: private_key_jwt, key: {file: key.json}}]\n",
		"known.txt":   "",
		"own.feature": "Feature: Mine\n  Scenario: one\n    Given an embedded authorization server\n",
	}
	for name, text := range texts {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, errs := call(t, "keys", "generate", "--out", "key.json"); code != 0 {
		t.Fatal(errs)
	}
	for link, to := range map[string]string{"here": ".", "link.har": "run.json"} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	if err := os.Link("tenant.yaml", "hard.yaml"); err != nil {
		t.Skip(err)
	}
	whole := func(name string) string { return filepath.Join(folder, name) }
	for _, one := range []struct{ args, first, second string }{
		{"--format json:run.json --har run.json", "--har", "--format json"},
		{"--format json:run.json --har ./here/run.json", "--har", "--format json"},
		{"--format html:run.json --har link.har", "--har", "--format html"},
		{"--format json:run.json --write-known " + whole("run.json"), "--write-known", "--format json"},
		{"--format pretty --har x --write-known here/x", "--write-known", "--har"},
		{"--format json:tenant.yaml", "--format json", "-c"},
		{"--format pretty --har here/tenant.yaml", "--har", "-c"},
		{"--format pretty --har hard.yaml", "--har", "-c"},
		{"--format pretty --write-known tenant.yaml", "--write-known", "-c"},
		{"--format junit:key.json", "--format junit", "the configuration"},
		{"--format pretty --har key.json", "--har", "the configuration"},
		{"--format sarif:here/own.feature own.feature", "--format sarif", "a feature file"},
		{"--format pretty --har own.feature .", "--har", "a feature file"},
		{"--format pretty --write-known own.feature .", "--write-known", "a feature file"},
		{"--format markdown:known.txt --known here/known.txt", "--format markdown", "--known"},
		{"--format pretty --known known.txt --har known.txt", "--har", "--known"},
	} {
		args := append([]string{"run", "-c", "tenant.yaml"}, strings.Fields(one.args)...)
		code, errs := call(t, args...)
		if code != exitUsage || !strings.Contains(errs, one.first) || !strings.Contains(errs, one.second) {
			t.Errorf("%s: ended with %d: %.300s", one.args, code, errs)
		}
		for name, text := range texts {
			if now, err := os.ReadFile(name); err != nil || string(now) != text {
				t.Fatalf("%s: %s holds %.80q now, %v", one.args, name, now, err)
			}
		}
	}
}

func TestKnownDeviationsAndAReportToRunAgainMayBeBroughtUpToDate(t *testing.T) {
	t.Chdir(t.TempDir())
	one := []string{"run", "--id", "RFC9449-4.3-43", "--format", "json:run.json"}
	if err := os.WriteFile("known.txt", []byte("# mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, errs := call(t, append(one, "--known", "known.txt", "--write-known", "./known.txt")...); code == exitUsage {
		t.Error(errs)
	}
	if code, errs := call(t, "run", "--rerun", "run.json", "--format", "json:run.json"); code == exitUsage {
		t.Error(errs)
	}
	if code, errs := call(t, "merge", "run.json", "--format", "html:./run.json"); code != exitUsage ||
		!strings.Contains(errs, "--format html") {
		t.Errorf("merge over what it has read: %d: %s", code, errs)
	}
}

func TestTheFilesOfMutantsAreKeptApart(t *testing.T) {
	t.Chdir(t.TempDir())
	code, errs := call(t, "mutants", "--format", "json:levels.tsv", "--rank", "./levels.tsv")
	if code != exitUsage || !strings.Contains(errs, "--rank") || !strings.Contains(errs, "--format json") {
		t.Errorf("ended with %d: %.300s", code, errs)
	}
}
