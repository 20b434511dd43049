//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/version"
)

// build is a stage on which the steps of a CI system are run: a folder that dpopspec init
// has made, dpopspec in the PATH, and what the engine keeps between jobs.
type build struct {
	t         *testing.T
	folder    string // the workspace
	bin       string // with dpopspec, and go and buildkite-agent, which do nothing
	artifacts string // what jobs have handed on, a folder a name
	root      string // of this repository
	actions   int    // how often our action was run
}

func newBuild(t *testing.T) *build {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	b := &build{t: t, folder: t.TempDir(), bin: t.TempDir(), artifacts: t.TempDir(), root: root}
	if code, out := call(t, "init", b.folder); code != exitConformant {
		t.Fatal(out)
	}
	b.script("dpopspec", fmt.Sprintf("%s=1 exec '%s' \"$@\"", asMain, os.Args[0]))
	b.script("go", `if [ "$1" = build ]; then ln -s "$(command -v dpopspec)" "$3"; exit; fi; case "$*" in`+
		` "install github.com/dpopspec/dpopspec/cmd/dpopspec@"*) ;; *) exit 9;; esac`)
	b.script("buildkite-agent", "true")
	return b
}

func (b *build) script(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.bin, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		b.t.Fatal(err)
	}
}

// shell runs a script of a step as the engine does. The environment is the job's alone.
func (b *build) shell(script string, env map[string]string) (int, string) {
	b.t.Helper()
	command := exec.Command("bash", "-eo", "pipefail", "-c", script)
	command.Dir = b.folder
	command.Env = []string{
		"PATH=" + b.bin + ":" + os.Getenv("PATH"), "HOME=" + b.t.TempDir(), "TMPDIR=" + b.t.TempDir(),
		"DPOPSPEC_LEVEL=quick", // an engine sees no difference, and we wait less
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		command.Env = append(command.Env, name+"="+env[name])
	}
	out, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		b.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(out)
}

// sound is shell for a step that must succeed.
func (b *build) sound(script string, env map[string]string) string {
	b.t.Helper()
	code, out := b.shell(script, env)
	if code != 0 {
		b.t.Errorf("exit code %d of\n%s\n%s", code, script, out)
	}
	return out
}

// has says that a file of the workspace is there and holds a text.
func (b *build) has(file, text string) {
	b.t.Helper()
	got, err := os.ReadFile(filepath.Join(b.folder, file))
	if err != nil || !strings.Contains(string(got), text) {
		b.t.Errorf("%s: %v; it does not hold %q\n%.300s", file, err, text, got)
	}
}

// document is YAML as engines read it.
func document[T any](t *testing.T, text string) (d T) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return d
}

// recipe is the block of docs/ci.md that begins with a file name and holds a text.
func recipe(t *testing.T, file, text string) string {
	t.Helper()
	for _, block := range blocks(t, "../../docs/ci.md", "yaml") {
		if strings.HasPrefix(block, "# "+file+"\n") && strings.Contains(block, text) {
			return block
		}
	}
	t.Fatalf("docs/ci.md has no %s with %q", file, text)
	return ""
}

type workflow struct {
	Jobs map[string]struct {
		Needs    string
		Strategy struct{ Matrix map[string][]string }
		Steps    []step
	}
}

type step struct {
	ID, Uses, Run, If, Shell string
	With, Env                map[string]string
}

// expressions are those of GitHub Actions that have a value here.
var expressions = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)

func (b *build) expand(text string, values map[string]string) string {
	b.t.Helper()
	return expressions.ReplaceAllStringFunc(text, func(whole string) string {
		name := expressions.FindStringSubmatch(whole)[1]
		value, known := values[name]
		if !known {
			b.t.Errorf("nothing here knows ${{ %s }}", name)
		}
		return value
	})
}

// steps runs those of a job or of an action, and returns what they have set.
func (b *build) steps(list []step, values, env map[string]string) {
	b.t.Helper()
	for i, s := range list {
		if s.If != "" && !strings.HasPrefix(s.If, "always()") {
			b.t.Errorf("nothing here knows if: %s", s.If)
		}
		own := maps.Clone(env)
		for name, value := range s.Env {
			own[name] = b.expand(value, values)
		}
		with := map[string]string{}
		for name, value := range s.With {
			with[name] = b.expand(value, values)
		}
		outputs := map[string]string{}
		name, _, _ := strings.Cut(s.Uses, "@")
		switch name {
		case "":
			file := filepath.Join(b.t.TempDir(), fmt.Sprint("output-", i))
			own["GITHUB_OUTPUT"] = file
			b.sound(b.expand(s.Run, values), own)
			outputs = b.outputs(file)
		case "dpopspec/dpopspec":
			outputs = b.action(with, own)
		case "actions/checkout", "actions/setup-go":
		case "github/codeql-action/upload-sarif":
			b.has(with["sarif_file"], `"version": "2.1.0"`)
		case "actions/upload-artifact":
			b.copy(filepath.Join(b.folder, with["path"]), filepath.Join(b.artifacts, with["name"]))
		case "actions/download-artifact":
			found, err := filepath.Glob(filepath.Join(b.artifacts, with["pattern"]))
			if err != nil || len(found) == 0 {
				b.t.Errorf("no artifact is called %s", with["pattern"])
			}
			for _, from := range found {
				b.copy(from, filepath.Join(b.folder, with["path"], filepath.Base(from)))
			}
		default:
			b.t.Errorf("nothing here knows %s", s.Uses)
		}
		for name, value := range outputs {
			values["steps."+s.ID+".outputs."+name] = value
		}
	}
}

// outputs reads a file of name=value.
func (b *build) outputs(file string) map[string]string {
	b.t.Helper()
	list := map[string]string{}
	text, err := os.ReadFile(file)
	if err != nil {
		return list
	}
	for line := range strings.Lines(string(text)) {
		name, value, found := strings.Cut(strings.TrimSpace(line), "=")
		if !found {
			b.t.Errorf("an output without a value: %q", line)
		}
		list[name] = value
	}
	return list
}

func (b *build) copy(from, to string) {
	b.t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		b.t.Error(err)
	}
}

// action runs our action.yml and returns its outputs.
func (b *build) action(with, env map[string]string) map[string]string {
	b.t.Helper()
	b.actions++
	a := document[struct {
		Inputs  map[string]struct{ Description, Default string }
		Outputs map[string]struct{ Description, Value string }
		Runs    struct {
			Using string
			Steps []step
		}
	}](b.t, textOf(b.t, filepath.Join(b.root, "action.yml")))
	values := map[string]string{"github.action_path": b.root}
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for name, value := range with {
		if _, known := a.Inputs[name]; !known {
			b.t.Errorf("the action has no input %q", name)
		}
		values["inputs."+name] = value
	}
	for _, s := range a.Runs.Steps {
		if s.Shell != "bash" {
			b.t.Errorf("the step %s has no shell", s.ID)
		}
	}
	b.steps(a.Runs.Steps, values, env)
	outputs := map[string]string{}
	for name, output := range a.Outputs {
		outputs[name] = b.expand(output.Value, values)
	}
	return outputs
}

// github is the environment of a job.
func (b *build) github() map[string]string {
	temp := b.t.TempDir()
	if err := os.MkdirAll(filepath.Join(temp, "dpopspec-bin"), 0o755); err != nil {
		b.t.Fatal(err)
	}
	return map[string]string{
		"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_RUN_ID": "4711", "RUNNER_TEMP": temp,
		"GITHUB_STEP_SUMMARY": filepath.Join(b.folder, "summary.md"), "GITHUB_OUTPUT": filepath.Join(temp, "output"),
	}
}

// workflow runs the jobs of one, those that others need first.
func (b *build) workflow(text string) {
	b.t.Helper()
	w := document[workflow](b.t, text)
	for _, late := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
			job := w.Jobs[name]
			if (job.Needs != "") != late {
				continue
			}
			values := map[string]string{"secrets.CLIENT_SECRET": "a-secret-of-ours"}
			if len(job.Strategy.Matrix) == 0 {
				b.steps(job.Steps, values, b.github())
			}
			for key, of := range job.Strategy.Matrix {
				for i, value := range of {
					each := maps.Clone(values)
					each["matrix."+key] = value
					each["strategy.job-index"], each["strategy.job-total"] = fmt.Sprint(i), fmt.Sprint(len(of))
					b.steps(job.Steps, each, b.github())
				}
			}
		}
	}
}

func TestTheWorkflowsOfTheDocumentsRun(t *testing.T) {
	longtable.Once(t)
	b := newBuild(t)
	b.workflow(recipe(t, ".github/workflows/dpop.yml", "upload-sarif"))
	b.has("summary.md", "DPoP: conformant")
	b.has("reports/out/junit.xml", "<testsuites")
	if b.actions != 1 {
		t.Errorf("the action was run %d times", b.actions)
	}
	b = newBuild(t)
	b.workflow(recipe(t, ".github/workflows/dpop-sharded.yml", "strategy.job-index"))
	b.has("reports/out/run.json", `"verdict": "conformant"`)
	if b.actions != 4 {
		t.Errorf("the action was run %d times", b.actions)
	}
}

func TestWhatInitWritesForCIRunsAndOverwritesNothing(t *testing.T) {
	b := newBuild(t)
	config := textOf(t, filepath.Join(b.folder, "dpopspec.yaml"))
	if !strings.HasPrefix(config, "# yaml-language-server: $schema=dpopspec.schema.json\n") {
		t.Errorf("no schema: %.80s", config)
	}
	for ci, file := range map[string]string{"github": ".github/workflows/dpop.yml", "gitlab": ".gitlab-ci.yml"} {
		code, out := call(t, "init", b.folder, "--ci", ci)
		if code != exitConformant || !strings.Contains(out, "kept "+filepath.Join(b.folder, "dpopspec.yaml")) {
			t.Fatalf("exit code %d: %s", code, out)
		}
		text := textOf(t, filepath.Join(b.folder, file))
		if want := "cmd/dpopspec@" + installable(version.Number) + "\n"; !strings.Contains(text, want) {
			t.Errorf("%s does not install %s", file, want)
		}
		if ci == "github" {
			b.workflow(text)
		} else {
			b.pipeline(text)
		}
		if code, out := call(t, "init", b.folder, "--ci", ci); code != exitUsage || !strings.Contains(out, file+" exists already") {
			t.Errorf("exit code %d: %s", code, out)
		}
	}
	b.has("summary.md", "DPoP: conformant")
	if after := textOf(t, filepath.Join(b.folder, "dpopspec.yaml")); after != config {
		t.Error("the configuration was touched")
	}
	if code, out := call(t, "init", t.TempDir(), "--ci", "jenkins"); code != exitUsage || !strings.Contains(out, "neither github nor gitlab") {
		t.Errorf("exit code %d: %s", code, out)
	}
	for number, want := range map[string]string{"1.2.3": "v1.2.3", "1.2.3-rc.1": "v1.2.3-rc.1", "devel": "latest",
		"0.0.0-20261127120000-0123456789ab+dirty": "latest"} {
		if got := installable(number); got != want {
			t.Errorf("%s: %s", number, got)
		}
	}
}

func TestTheActionIsRedWithItsReportsAndNeverWithThoseOfAnEarlierRun(t *testing.T) {
	b := newBuild(t)
	run := func(with map[string]string) (int, string, map[string]string) {
		env := b.github()
		a := document[struct{ Runs struct{ Steps []step } }](t, textOf(t, filepath.Join(b.root, "action.yml")))
		values := map[string]string{"steps.install.outputs.command": "dpopspec"}
		for _, name := range []string{"config", "features", "level", "shard", "known", "args", "reports"} {
			values["inputs."+name] = with[name]
		}
		values["inputs.reports"] = "reports/out"
		last := a.Runs.Steps[len(a.Runs.Steps)-1]
		for name, value := range last.Env {
			env[name] = b.expand(value, values)
		}
		code, out := b.shell(last.Run, env)
		return code, out, b.outputs(env["GITHUB_OUTPUT"])
	}
	failing := filepath.Join(b.folder, "features", "broken.feature")
	text := "Feature: Broken\n  @rs\n  Scenario: It is a teapot\n    When the client calls \"GET /x\"\n    Then the status is 418\n"
	if err := os.WriteFile(failing, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, set := run(map[string]string{"features": "./features/example.feature\n./features/broken.feature", "args": "--strict\n--tags\n@rs"})
	if code != exitNotConformant || set["verdict"] != "not conformant" || set["exit-code"] != "1" ||
		!strings.Contains(out, "::error file=") || set["sarif"] == "" {
		t.Errorf("exit code %d, %v: %s", code, set, out)
	}
	b.has("summary.md", "not conformant")
	if info, err := os.Stat(filepath.Join(b.folder, "summary.md")); err != nil || info.Size() > 1<<20 {
		t.Errorf("a summary of %d octets: %v", info.Size(), err)
	}
	code, out, set = run(map[string]string{"config": "no-such.yaml"})
	if code != exitUsage || set["verdict"] != "" || set["json"] != "" || set["exit-code"] != "2" {
		t.Errorf("exit code %d, %v: %s", code, set, out)
	}
	code, out, _ = run(map[string]string{"features": "./features", "shard": "auto"})
	if code != exitUsage || !strings.Contains(out, "strategy.job-index") {
		t.Errorf("exit code %d: %s", code, out)
	}
}
