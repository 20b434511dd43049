package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs the command line and returns its exit code and all it printed.
func call(t *testing.T, args ...string) (int, string) {
	t.Helper()
	return callIn(t.Context(), args...)
}

func callIn(ctx context.Context, args ...string) (int, string) {
	var out bytes.Buffer
	command := root()
	command.SetArgs(args)
	command.SetOut(&out)
	command.SetErr(&out)
	return execute(ctx, command), out.String()
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBadUsageEndsWithCodeTwoAndOneClearLine(t *testing.T) {
	badYAML := write(t, "bad.yaml", "apis:\n  orders:\n    url: http://127.0.0.1:1\n    audiense: x\n")
	unset := write(t, "unset.yaml", "authorization_server:\n  issuer: ${DPOPSPEC_NO_SUCH_VARIABLE}\n")
	badKey := write(t, "key.yaml", "key: {file: no-such-key.pem}\n")
	known := write(t, "known.txt", "no-such-case  # because\n")
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"an unknown flag", []string{"run", "--colour"}, "unknown flag"},
		{"a file that is not there", []string{"run", "-c", "no-such.yaml"}, "no-such.yaml: cannot be read"},
		{"an unknown key", []string{"run", "-c", badYAML}, `bad.yaml:4: unknown key "audiense"; known here: `},
		{"an unset variable", []string{"run", "-c", unset},
			"unset.yaml:2: the environment variable DPOPSPEC_NO_SUCH_VARIABLE is not set"},
		{"a key that is not there", []string{"run", "-c", badKey}, "key.file no-such-key.pem cannot be read"},
		{"an unknown tag", []string{"run", "--tags", "@no-such-tag"}, "no scenario carries the tag @no-such-tag"},
		{"a broken tag expression", []string{"run", "--tags", "@rs and"}, "a tag is missing at the end"},
		{"an unknown id", []string{"run", "--id", "no-such-case"},
			"no case and no requirement has the id no-such-case"},
		{"an id that is nearly one", []string{"run", "--id", "RFC9449-4.3-34x"}, "did you mean RFC9449-4.3-34?"},
		{"a case that is nearly one", []string{"list", "--id", "proof-method/a-proof-for-anoter-method-is-refused"},
			"did you mean proof-method/"},
		{"a tag that is nearly one", []string{"run", "--tags", "@at:tokn"}, "did you mean @at:token?"},
		{"an unknown endpoint", []string{"run", "--at", "tokens"},
			`no endpoint is called "tokens"; there are token, par, userinfo, api; did you mean --at token?`},
		{"an unknown endpoint to list", []string{"list", "--at", "tokens"}, "did you mean --at token?"},
		{"an unknown endpoint to check", []string{"check", "--at", "tokens"}, "did you mean --at token?"},
		{"an endpoint for a party", []string{"run", "--subject", "api"}, "did you mean --at api?"},
		{"an unknown level", []string{"run", "--level", "ful"}, "did you mean full?"},
		{"an unknown level of mutants", []string{"mutants", "--level", "fast"}, "there are quick, standard, full"},
		{"no round", []string{"run", "--repeat", "0"}, "--repeat: 0 is not a number of rounds from 1 to 100"},
		{"too many rounds", []string{"run", "--repeat", "101"}, "not a number of rounds"},
		{"an unknown profile", []string{"run", "--profile", "nope"}, "rfc9449"},
		{"an unknown format", []string{"run", "--format", "pdf"}, `unknown format "pdf"`},
		{"a path without features", []string{"run", t.TempDir()}, "holds no .feature file"},
		{"a known deviation of nothing", []string{"run", "--known", known},
			"no case and no requirement has the id no-such-case"},
		{"a shard that is none", []string{"run", "--shard", "5/4"}, "not a part such as 2/4"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, out := call(t, test.args...)
			if code != exitUsage || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, output %q; want %d and %q", code, out, exitUsage, test.want)
			}
			if lines := strings.Count(strings.TrimSpace(out), "\n"); lines > 0 {
				t.Errorf("more than one line: %q", out)
			}
		})
	}
}

func TestAnUnreachableTargetEndsWithCodeThreeAndAReport(t *testing.T) {
	config := write(t, "gone.yaml", "authorization_server:\n  issuer: http://127.0.0.1:9\n")
	report := filepath.Join(t.TempDir(), "run.json")
	code, out := call(t, "run", "-c", config, "--format", "pretty,json:"+report)
	if code != exitCouldNotTest {
		t.Errorf("exit code %d: %s", code, out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Verdict string
		SetUp   []struct{ Key string } `json:"set_up"`
		Summary struct{ Total, Skipped int }
	}
	err = json.Unmarshal(text, &document)
	if err != nil || document.Verdict != "could not test" || document.Summary.Skipped != document.Summary.Total ||
		len(document.SetUp) != 1 || document.SetUp[0].Key != "authorization_server.issuer" {
		t.Errorf("report: %v %+v", err, document)
	}
}

func TestAnEmptySelectionEndsWithCodeThree(t *testing.T) {
	code, out := call(t, "run", "--tags", "@at:token and @at:api and not @at:token")
	if code != exitCouldNotTest || !strings.Contains(out, "nothing to run") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestAnInterruptedRunWritesItsReportAndEndsWithCodeThree(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report := filepath.Join(t.TempDir(), "junit.xml")
	code, out := callIn(ctx, "run", "--format", "pretty,junit:"+report)
	if code != exitCouldNotTest {
		t.Errorf("exit code %d: %s", code, out)
	}
	if _, err := os.Stat(report); err != nil {
		t.Error(err)
	}
}
