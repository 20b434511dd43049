package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// few are cases of the embedded parties that take no time.
const few = "proof-method/a-proof-with-the-method-in-other-letter-case-is-refused*"

// engine empties the environment of what CI systems say, and says what one of them does.
func engine(t *testing.T, pairs ...string) {
	t.Helper()
	for _, pair := range append([]string{"GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=", "GITHUB_RUN_ID=", "GITLAB_CI=",
		"CI_NODE_INDEX=", "CI_NODE_TOTAL=", "CI_PIPELINE_ID=", "CIRCLECI=", "BUILDKITE=", "TF_BUILD=",
		"JOB_COMPLETION_INDEX=", "DPOPSPEC_JOB_INDEX=", "DPOPSPEC_JOB_TOTAL=", "DPOPSPEC_BUILD="}, pairs...) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
}

// gitlab runs a job of a pipeline of GitLab and returns its report.
func gitlab(t *testing.T, folder, pipeline string, n, of int, args ...string) string {
	t.Helper()
	engine(t, "GITLAB_CI=true", "CI_PIPELINE_ID="+pipeline, fmt.Sprintf("CI_NODE_INDEX=%d", n), fmt.Sprintf("CI_NODE_TOTAL=%d", of))
	file := filepath.Join(folder, fmt.Sprintf("%s-%d-%d-%s.json", pipeline, n, of, filepath.Base(strings.Join(args, ""))))
	args = append([]string{"run", "--id", few, "--shard", "auto", "--format", "json:" + file}, args...)
	if code, out := call(t, args...); code != exitConformant {
		t.Fatalf("job %d of %d: exit code %d: %s", n, of, code, out)
	}
	return file
}

func TestTheJobsOfAPipelineAreOneRunAndALostOneIsRed(t *testing.T) {
	folder := t.TempDir()
	one, two := gitlab(t, folder, "71", 1, 2), gitlab(t, folder, "71", 2, 2)
	cut := filepath.Join(folder, "cut.json")
	text, err := os.ReadFile(two)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, text[:len(text)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		files []string
		code  int
		want  string
	}{
		"all":               {[]string{one, two}, exitConformant, "PASSED"},
		"in another order":  {[]string{two, one}, exitConformant, "PASSED"},
		"one is lost":       {[]string{two}, exitCouldNotTest, "Shards are missing: 1/2."},
		"one is not there":  {[]string{one, filepath.Join(folder, "*.none.json")}, exitUsage, "--format json:FILE"},
		"one is cut off":    {[]string{one, cut}, exitUsage, "cut.json: reading a JSON report"},
		"one twice":         {[]string{one, two, one}, exitUsage, "both shard 1 of 2"},
		"another pipeline":  {[]string{one, gitlab(t, folder, "72", 2, 2)}, exitUsage, `build "GitLab CI 71" and report 2 "GitLab CI 72"`},
		"another size":      {[]string{one, gitlab(t, folder, "71", 2, 3)}, exitUsage, "shards must be of one plan"},
		"another selection": {[]string{one, gitlab(t, folder, "71", 2, 2, "--at", "token", "--at", "api", "--at", "userinfo")}, exitUsage, "not the same cases"},
		"another profile":   {[]string{one, gitlab(t, folder, "71", 2, 2, "--profile", "strict")}, exitUsage, `profile "rfc9449" and report 2 "strict"`},
		"strict":            {[]string{one, gitlab(t, folder, "71", 2, 2, "--strict")}, exitUsage, "strict"},
		"another level":     {[]string{one, gitlab(t, folder, "71", 2, 2, "--repeat", "2")}, exitUsage, "rounds"},
	} {
		engine(t)
		if code, out := call(t, append([]string{"merge"}, test.files...)...); code != test.code || !strings.Contains(out, test.want) {
			t.Errorf("%s: exit code %d, want %d and %q: %s", name, code, test.code, test.want, out)
		}
	}
}

func TestAShardThatNobodyNamesIsAMistakeAndNotTheWholePlan(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"a shell":    {nil, "--shard: no engine that numbers its jobs is known"},
		"GitHub":     {[]string{"GITHUB_ACTIONS=true"}, "DPOPSPEC_JOB_INDEX: ${{ strategy.job-index }}"},
		"Kubernetes": {[]string{"JOB_COMPLETION_INDEX=1"}, "set DPOPSPEC_JOB_TOTAL"},
		"GitLab":     {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=3", "CI_NODE_TOTAL=2"}, `CI_NODE_INDEX is "3"`},
		"too many":   {[]string{"DPOPSPEC_JOB_INDEX=0", "DPOPSPEC_JOB_TOTAL=9000"}, "run it in at most"},
	} {
		engine(t, test.env...)
		code, out := call(t, "run", "--id", few, "--shard", "auto", "--format", "pretty")
		if code != exitUsage || !strings.Contains(out, test.want) {
			t.Errorf("%s: exit code %d, want %q: %s", name, code, test.want, out)
		}
	}
}

func TestAKnownRequirementIsGoneWhenNoShardSeesItAnyMore(t *testing.T) {
	const feature = `Feature: Shop
  @rs @RFC9449-7.1-05
  Scenario Outline: %s is served
    When the client calls "GET /%s"
    Then the status is 200
    Examples:
      | what |
`
	text := strings.ReplaceAll(feature, "%s", "<what>") + "      | orders |\n      | carts |\n"
	own, known := write(t, "shop.feature", text), write(t, "known.txt", "RFC9449-7.1-05  # until spring\n")
	var files []string
	for n := range 2 {
		engine(t, fmt.Sprintf("DPOPSPEC_JOB_INDEX=%d", n), "DPOPSPEC_JOB_TOTAL=2")
		file := filepath.Join(t.TempDir(), "run.json")
		code, out := call(t, "run", own, "--shard", "auto", "--known", known, "--format", "pretty,json:"+file)
		if code != exitConformant {
			t.Fatalf("job %d: exit code %d: %s", n, code, out)
		}
		files = append(files, file)
	}
	engine(t)
	code, out := call(t, "merge", files[0], files[1], "--known", known)
	if code != exitNotConformant || !strings.Contains(out, "Out of date: RFC9449-7.1-05") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, out := call(t, "merge", files[0], "--known", known); code != exitCouldNotTest || strings.Contains(out, "Out of date") {
		t.Errorf("half of them: exit code %d: %s", code, out)
	}
}
