//go:build unix

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/dpopspec/dpopspec/internal/longtable"
)

// gitlabJob is a job of a pipeline, as far as its recipes need it.
type gitlabJob struct {
	Script    any // texts, and lists of them where an anchor stood
	Parallel  int
	Variables map[string]string
	Artifacts struct {
		Reports struct{ Junit string }
	}
}

// lines are the commands of a script. GitLab runs them one after another in one shell.
func lines(script any) (list []string) {
	switch s := script.(type) {
	case string:
		list = append(list, s)
	case []any:
		for _, one := range s {
			list = append(list, lines(one)...)
		}
	}
	return list
}

// pipeline runs the jobs of one in the order in which they are written.
func (b *build) pipeline(text string) {
	b.t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		b.t.Fatalf("%v\n%s", err, text)
	}
	jobs := root.Content[0]
	for i := 0; i+1 < len(jobs.Content); i += 2 {
		if strings.HasPrefix(jobs.Content[i].Value, ".") {
			continue // hidden
		}
		var job gitlabJob
		if err := jobs.Content[i+1].Decode(&job); err != nil {
			b.t.Fatal(err)
		}
		for n := 1; n <= max(job.Parallel, 1); n++ {
			env := map[string]string{"GITLAB_CI": "true", "CI": "true", "CI_PIPELINE_ID": "4711", "CI_NODE_TOTAL": "1"}
			if job.Parallel > 0 {
				env["CI_NODE_INDEX"], env["CI_NODE_TOTAL"] = fmt.Sprint(n), fmt.Sprint(job.Parallel)
			}
			maps.Copy(env, job.Variables)
			b.sound(strings.Join(lines(job.Script), "\n"), env)
		}
		if file := job.Artifacts.Reports.Junit; file != "" {
			b.has(file, "<testsuites")
		}
	}
}

// component is our template with its inputs put in, those that are given and the rest as
// they are by default.
func component(t *testing.T, given map[string]any) string {
	t.Helper()
	text := textOf(t, "../../templates/dpopspec.yml")
	head, body, found := strings.Cut(text, "\n---\n")
	if !found {
		t.Fatal("the component has no header")
	}
	d := document[struct {
		Spec struct {
			Inputs map[string]struct{ Default any }
		}
	}](t, head)
	inputs := map[string]string{}
	for name, input := range d.Spec.Inputs {
		if input.Default == nil {
			t.Errorf("the input %s has no default", name)
		}
		inputs[name] = fmt.Sprint(input.Default)
	}
	for name, value := range given {
		if _, known := inputs[name]; !known {
			t.Errorf("the component has no input %q", name)
		}
		inputs[name] = fmt.Sprint(value)
	}
	return regexp.MustCompile(`\$\[\[ *inputs\.([a-z]+) *\]\]`).ReplaceAllStringFunc(body, func(whole string) string {
		name := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(whole, "$[["), "]]"), " ")
		value, known := inputs[strings.TrimPrefix(name, "inputs.")]
		if !known {
			t.Errorf("the component uses the input %s, and declares it not", name)
		}
		return value
	})
}

func TestThePipelinesOfTheDocumentsRun(t *testing.T) {
	longtable.Once(t)
	given := document[struct {
		Include []struct {
			Component string
			Inputs    map[string]any
		}
	}](t, recipe(t, ".gitlab-ci.yml", "component:"))
	if len(given.Include) != 1 || !strings.Contains(given.Include[0].Component, "/dpopspec/dpopspec/dpopspec@") {
		t.Fatalf("%+v", given)
	}
	b := newBuild(t)
	b.pipeline(component(t, given.Include[0].Inputs))
	b.has("reports/out/run.json", `"verdict": "conformant"`)
	b.has("reports/out/shard-3.json", `"shards": 3`)

	b = newBuild(t) // a job whose report is lost
	text := strings.Replace(component(t, given.Include[0].Inputs), "dpopspec merge reports/out/shard-*.json",
		"rm reports/out/shard-2.json; ! dpopspec merge reports/out/shard-*.json", 1)
	b.pipeline(text)
	b.has("reports/out/junit.xml", "Shard 2/3 is missing")

	b = newBuild(t)
	b.pipeline(recipe(t, ".gitlab-ci.yml", "script:"))
	b.has("reports/out/run.json", `"verdict": "conformant"`)
}

func TestTheIndexedJobOfTheDocumentsRuns(t *testing.T) {
	longtable.Once(t)
	type variable struct{ Name, Value string }
	d := document[struct {
		Spec struct {
			CompletionMode string `yaml:"completionMode"`
			Completions    int
			Template       struct {
				Spec struct {
					Containers []struct {
						Command, Args []string
						Env           []variable
					}
				}
			}
		}
	}](t, recipe(t, "job.yaml", "kind: Job"))
	if d.Spec.CompletionMode != "Indexed" {
		t.Errorf("completionMode: %s", d.Spec.CompletionMode)
	}
	b, container := newBuild(t), d.Spec.Template.Spec.Containers[0]
	for i := range d.Spec.Completions {
		env := map[string]string{"JOB_COMPLETION_INDEX": fmt.Sprint(i)}
		for _, v := range container.Env {
			env[v.Name] = v.Value
		}
		words := append(append([]string{}, container.Command...), container.Args...)
		for j, word := range words { // Kubernetes puts in what it knows, not a shell
			words[j] = "'" + strings.ReplaceAll(word, "$(JOB_COMPLETION_INDEX)", env["JOB_COMPLETION_INDEX"]) + "'"
		}
		b.sound(strings.Join(words, " "), env)
	}
	b.sound("dpopspec merge shards/*.json --format pretty,json:run.json", nil)
	b.has("run.json", `"verdict": "conformant"`)
}

// commands runs the scripts of three jobs that share the cases, and then those of the one
// that puts them together.
func (b *build) commands(shard, report []string, env func(n int) map[string]string) {
	b.t.Helper()
	for n := range 3 {
		b.sound(strings.Join(shard, "\n"), env(n))
	}
	b.sound(strings.Join(report, "\n"), map[string]string{"PIPELINE_WORKSPACE": b.folder})
	b.has("reports/out/junit.xml", "<testsuites")
}

func TestTheRecipesOfOtherEnginesRun(t *testing.T) {
	longtable.Once(t)
	circle := document[struct {
		Jobs map[string]struct {
			Parallelism int
			Steps       []any
		}
	}](t, recipe(t, ".circleci/config.yml", "parallelism: 3"))
	runs := func(job string) (list []string) {
		for _, s := range circle.Jobs[job].Steps {
			if m, is := s.(map[string]any); is && m["run"] != nil {
				list = append(list, m["run"].(string))
			}
		}
		return list
	}
	newBuild(t).commands(runs("dpop"), runs("report"), func(n int) map[string]string {
		return map[string]string{"CIRCLECI": "true", "CIRCLE_NODE_INDEX": fmt.Sprint(n), "CIRCLE_NODE_TOTAL": "3", "CIRCLE_WORKFLOW_ID": "w"}
	})

	azure := document[struct {
		Jobs []struct {
			Strategy struct{ Parallel string }
			Steps    []struct{ Script string }
		}
	}](t, recipe(t, "azure-pipelines.yml", "parallel: \"3\""))
	var scripts [2][]string
	for i, job := range azure.Jobs {
		for _, s := range job.Steps {
			scripts[i] = append(scripts[i], s.Script)
		}
	}
	b := newBuild(t)
	if err := os.Symlink("shards", filepath.Join(b.folder, "dpop-1")); err != nil { // where download puts an artifact
		t.Fatal(err)
	}
	b.commands(scripts[0], scripts[1], func(n int) map[string]string {
		return map[string]string{"TF_BUILD": "True", "SYSTEM_JOBPOSITIONINPHASE": fmt.Sprint(n + 1),
			"SYSTEM_TOTALJOBSINPHASE": azure.Jobs[0].Strategy.Parallel, "BUILD_BUILDID": "7"}
	})

	kite := document[struct {
		Steps []struct {
			Command     string
			Parallelism int
		}
	}](t, recipe(t, ".buildkite/pipeline.yml", "parallelism: 3"))
	plain := func(i int) []string { return []string{strings.ReplaceAll(kite.Steps[i].Command, "$$", "$")} }
	newBuild(t).commands(plain(0), plain(1), func(n int) map[string]string {
		return map[string]string{"BUILDKITE": "true", "BUILDKITE_PARALLEL_JOB": fmt.Sprint(n),
			"BUILDKITE_PARALLEL_JOB_COUNT": fmt.Sprint(kite.Steps[0].Parallelism), "BUILDKITE_BUILD_ID": "b"}
	})
}
