package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wanting is a configuration and a feature of which some cases fail, and others pass.
func wanting(t *testing.T) (feature string) {
	t.Helper()
	return write(t, "shop.feature", `Feature: Shop
  @rs
  Scenario: Orders are listed
    When the client calls "GET /orders"
    Then the status is 200
  @rs
  Scenario: Carts are listed
    When the client calls "GET /carts"
    Then the status is 201
  @rs
  Scenario: Bills are listed
    When the client calls "GET /bills"
    Then the status is 202
`)
}

// turned makes the carts of the feature pass and the orders fail.
func turned(text string) string {
	return strings.NewReplacer("is 200", "is 204", "is 201", "is 200").Replace(text)
}

func textOf(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestABaselineIsWrittenReadAndKeptWithItsReasons(t *testing.T) {
	engine(t)
	feature, known := wanting(t), filepath.Join(t.TempDir(), "known.txt")
	run := func(want int, says string, args ...string) {
		t.Helper()
		code, out := call(t, append([]string{"run", feature, "--format", "pretty"}, args...)...)
		if code != want || !strings.Contains(out, says) {
			t.Fatalf("exit code %d, want %d and %q: %s", code, want, says, out)
		}
	}
	run(exitNotConformant, "2 added; write the reason in the place of TODO", "--write-known", known)
	text := textOf(t, known)
	if !strings.HasPrefix(text, "# ") || strings.Count(text, "  # TODO\n") != 2 || strings.Contains(text, "orders") {
		t.Fatalf("%s", text)
	}
	run(exitConformant, "no reason is given for 2 of them", "--known", known)

	text = "# ours\n" + strings.Replace(text, "# TODO", "# the printer is broken #7", 1) + "\n"
	if err := os.WriteFile(known, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(known, 0o640); err != nil {
		t.Fatal(err)
	}
	run(exitConformant, "no reason is given for 1 of them", "--known", known)
	run(exitConformant, "nothing to change", "--known", known, "--write-known", known)
	if textOf(t, known) != text {
		t.Errorf("it was changed:\n%s", textOf(t, known))
	}
	if err := os.WriteFile(feature, []byte(turned(textOf(t, feature))), 0o600); err != nil {
		t.Fatal(err)
	}
	run(exitNotConformant, "1 added; 1 gone and kept as comment", "--known", known, "--write-known", known)
	after := textOf(t, known)
	for _, want := range []string{"# ours\n", "# gone: shop/", "# the printer is broken #7", "orders"} {
		if !strings.Contains(after, want) {
			t.Errorf("%q is missing in\n%s", want, after)
		}
	}
	run(exitConformant, "known", "--known", known)
	if info, err := os.Stat(known); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its permissions: %v, %v", info.Mode(), err)
	}
}

func TestARunThatTellsLittleWritesNoBaseline(t *testing.T) {
	engine(t)
	config := write(t, "gone.yaml", "authorization_server:\n  issuer: http://127.0.0.1:9\n")
	known := filepath.Join(t.TempDir(), "known.txt")
	code, out := call(t, "run", "-c", config, "--format", "pretty", "--write-known", known)
	if code != exitCouldNotTest || !strings.Contains(out, "known.txt was not written: ") || exists(known) {
		t.Errorf("exit code %d: %s", code, out)
	}
	broken := write(t, "known.txt", "a b\n")
	if code, out := call(t, "run", "--write-known", broken); code != exitUsage || !strings.Contains(out, "known.txt:1: write an id") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestDiffTellsWhatIsWorseThanItWas(t *testing.T) {
	engine(t)
	feature, folder := wanting(t), t.TempDir()
	report := func(name string, args ...string) string {
		file := filepath.Join(folder, name)
		call(t, append([]string{"run", feature, "--format", "json:" + file}, args...)...)
		return file
	}
	before := report("old.json")
	const another = "  Scenario: Tips are listed\n    When the client calls \"GET /tips\"\n    Then the status is 200\n"
	if err := os.WriteFile(feature, []byte(turned(textOf(t, feature))+another), 0o600); err != nil {
		t.Fatal(err)
	}
	after := report("new.json")
	code, out := call(t, "diff", before, after)
	for _, want := range []string{"✗ 1 case failing anew", "✓ 1 case mended", "worse: "} {
		if code != exitNotConformant || !strings.Contains(out, want) {
			t.Errorf("exit code %d, want %q:\n%s", code, want, out)
		}
	}
	for line := range strings.Lines(out) {
		if n := len([]rune(line)); n > 81 && !strings.HasPrefix(line, "    ") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	code, out = call(t, "diff", before, after, "--format", "json")
	var d struct {
		Worse   bool
		Changes []struct{ Change string }
	}
	if err := json.Unmarshal([]byte(out), &d); err != nil || code != exitNotConformant || !d.Worse || len(d.Changes) < 2 {
		t.Errorf("exit code %d: %v %s", code, err, out)
	}
	if code, out := call(t, "diff", before, after, "--format", "markdown"); code != exitNotConformant || !strings.Contains(out, "### ✗ 1 case failing anew") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, out := call(t, "diff", before, before); code != exitConformant || !strings.Contains(out, "no difference") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, out := call(t, "diff", before, report("strict.json", "--profile", "strict")); !strings.Contains(out, "profile: rfc9449, now strict") {
		t.Errorf("exit code %d: %s", code, out)
	}
	cut := write(t, "cut.json", textOf(t, after)[:2000])
	for name, args := range map[string][]string{
		"cut off": {before, cut}, "not there": {before, "none.json"}, "one file": {before}, "another format": {before, after, "--format", "pdf"},
	} {
		if code, out := call(t, append([]string{"diff"}, args...)...); code != exitUsage {
			t.Errorf("%s: exit code %d: %s", name, code, out)
		}
	}
}

// The first run may have nothing to excuse, and the next reads the file.
func TestABaselineOfWhatDeviatesNowhereIsAFile(t *testing.T) {
	known := filepath.Join(t.TempDir(), "known.txt")
	for _, flag := range []string{"--write-known", "--known"} {
		if code, out := call(t, "run", "--id", "RFC9449-4.3-43", "--format", "pretty", flag, known); code != exitConformant {
			t.Errorf("%s: exit code %d: %s", flag, code, out)
		}
	}
}
