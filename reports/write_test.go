package reports

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/visible"
)

func TestFormatsAreParsedWithTheirFiles(t *testing.T) {
	got, err := ParseFormats("pretty, junit:out/junit.xml,json:C:\\reports\\run.json,json:-")
	want := []Output{{"pretty", "-"}, {"junit", "out/junit.xml"}, {"json", `C:\reports\run.json`}, {"json", "-"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := ParseFormats(""); err != nil || !slices.Equal(got, []Output{{"pretty", "-"}}) {
		t.Errorf("by default: got %v, %v", got, err)
	}
}

func TestABadFormatIsRefusedWithTheRemedy(t *testing.T) {
	for value, want := range map[string]string{
		"cucumber:x.json": `unknown format "cucumber"; known are`,
		"junit":           "junit needs a file, as in junit:reports/out/junit.xml",
		"json:a,junit:a":  "json and junit both go to a",
		"pretty,":         `unknown format ""`,
	} {
		if _, err := ParseFormats(value); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", value, err)
		}
	}
}

// However a file is spelled: of two reports in one the first would be lost.
func TestTwoReportsDoNotGoToOneFile(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for link, to := range map[string]string{"here": ".", "there": "not-yet.json", "loop": "loop"} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	for _, other := range []string{
		"./not-yet.json", "here/not-yet.json", "there", "here/there", filepath.Join(folder, "here", "x", "..", "not-yet.json"),
	} {
		if _, err := ParseFormats("json:not-yet.json,junit:" + other); err == nil {
			t.Errorf("%s is taken for another file", other)
		}
	}
	if _, err := ParseFormats("json:new/here/a,junit:here/new/here/a"); err == nil {
		t.Error("a file in a folder that is not there yet is taken for another")
	}
	if _, err := ParseFormats("json:a,junit:new/a,html:loop,markdown:-,sarif:b,pretty:loop/a"); err != nil {
		t.Error(err)
	}
}

func TestOneReportThatCannotBeWrittenDoesNotStopTheOthers(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(folder, "new", "deep", "run.json")
	_, err := Write([]Output{{"junit", filepath.Join(folder, "file", "junit.xml")}, {"nonsense", "x"},
		{"json", good}}, redactedSample(), nil)
	if err == nil || !strings.Contains(err.Error(), "writing the junit report to") ||
		!strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v", err)
	}
	if info, err := os.Stat(good); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the other report: %v, %v", info, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(good)); len(left) != 1 {
		t.Errorf("temporary files are left: %v", left)
	}
}

func TestAReportReplacesTheOldOneThroughItsLink(t *testing.T) {
	folder := t.TempDir()
	real, link := filepath.Join(folder, "real.json"), filepath.Join(folder, "link.json")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skipf("this system makes no symbolic links for ordinary users: %v", err)
	}
	if _, err := Write([]Output{{"json", link}}, redactedSample(), nil); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(real); !strings.HasPrefix(string(content), "{") {
		t.Errorf("got %q", content)
	}
}

func TestTheStepSummaryOfGitHubIsAddedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	t.Setenv("GITHUB_STEP_SUMMARY", path)
	if err := os.WriteFile(path, []byte("earlier\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write([]Output{{"markdown", path}}, redactedSample(), nil); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(path); !strings.HasPrefix(string(content), "earlier\n#") {
		t.Errorf("got %.60q", content)
	}
}

func TestStandardOutputTakesAReportButNotThePrettyOneTwice(t *testing.T) {
	var out strings.Builder
	if _, err := Write([]Output{{"pretty", "-"}, {"json", "-"}}, redactedSample(), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "{") {
		t.Errorf("got %.60q", out.String())
	}
}

// writer is a function that writes a report of a run.
var writer = regexp.MustCompile(`(?m)^func Write(\w+)\(w io\.Writer, r Redacted\) error`)

func TestEveryWriterIsAFormat(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range writer.FindAllStringSubmatch(string(text), -1) {
			if name := strings.ToLower(found[1]); formats()[name].write == nil {
				t.Errorf("%s: no format is called %s: see formats in write.go", file, name)
			}
		}
	}
}

// ownCommand is the beginning of a line of the annotations, the one format of commands.
var ownCommand = regexp.MustCompile(`(?m)^::(error|warning)( (file=[^,:\n]*,)?(line=\d+,)?title=[^,:\n]*)?::`)

func TestEveryFormatBearsAnEmptyRunAndHostileWords(t *testing.T) {
	const acts = "\x1b\x07\x00\x9b\u009b\u202e\u2066\u2028\u200b\u200d\ufeff\U000e0041"
	hostile := "::error::x\n" + strings.Repeat("long ", 15) + "::a ##vso[b] ::c --- d\n--- e\n::error::x" +
		"\n##[f]\x1b[31mred" + acts + "</script>]]>|`\xff"
	c := Case{
		ID: hostile, Feature: hostile, FeatureName: hostile, Scenario: hostile, Row: hostile, Verdict: Failed,
		Endpoint: hostile, Subject: hostile, Kind: hostile, Key: hostile, Reason: hostile, Expected: hostile,
		Actual: hostile, Repeat: hostile, Notes: []string{hostile}, Steps: []Step{{Text: hostile}},
		Requirements: []Requirement{{ID: hostile, Text: hostile, Why: hostile, Remedy: hostile}},
		Properties:   []Property{{Name: hostile, Value: hostile}},
		Measurements: []Measurement{{Name: hostile, Unit: hostile}},
	}
	c.Exchanges = []Exchange{{Title: hostile, Request: hostile, Response: hostile,
		Proof: &Proof{Header: hostile, Claims: hostile, Problem: hostile}}}
	skipped, noted, errored := c, c, c
	skipped.Verdict, noted.Verdict, errored.Verdict = Skipped, Noted, Errored
	whole := Run{
		Profile: hostile, Host: hostile, Tool: hostile, Version: hostile, Level: hostile,
		Cases: []Case{c, skipped, noted, errored},
		Target: []Party{{Role: hostile, Name: hostile, Where: hostile, Kind: hostile,
			Capabilities: []Capability{{hostile, hostile, hostile}}}},
		NotRun: []NotRun{{ID: hostile, Reason: hostile}}, Catalogue: c.Requirements, Measurements: c.Measurements,
	}
	unfit := Run{SetUp: []Problem{{Name: hostile, What: hostile, Answer: hostile, Key: hostile, Remedy: hostile}}}
	for name, f := range formats() {
		for _, run := range []Run{{}, {Cases: []Case{{}}}, {Profile: hostile, Cases: []Case{c}}, whole, unfit} {
			var out bytes.Buffer
			if err := f.to(&out, NewRedactor().Run(run)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			said := out.String()
			if f.commanding {
				said = ownCommand.ReplaceAllString(said, "our own ")
			}
			if visible.Text(said) != said {
				t.Errorf("%s has a control character or a command of a stranger:\n%q", name, out.String())
			}
		}
	}
}
