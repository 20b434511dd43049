package shards

import (
	"strings"
	"testing"
)

// env is an environment of pairs NAME=value.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if n, value, _ := strings.Cut(pair, "="); n == name {
				return value
			}
		}
		return ""
	}
}

func TestEachEngineNumbersItsJobsInItsWay(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want Shard
	}{
		"GitLab, first":    {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=1", "CI_NODE_TOTAL=3"}, Shard{1, 3}},
		"GitLab, last":     {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=3", "CI_NODE_TOTAL=3"}, Shard{3, 3}},
		"GitLab, one job":  {[]string{"GITLAB_CI=true", "CI_NODE_TOTAL=1"}, Shard{1, 1}},
		"CircleCI, first":  {[]string{"CIRCLECI=true", "CIRCLE_NODE_INDEX=0", "CIRCLE_NODE_TOTAL=2"}, Shard{1, 2}},
		"Buildkite, last":  {[]string{"BUILDKITE=true", "BUILDKITE_PARALLEL_JOB=4", "BUILDKITE_PARALLEL_JOB_COUNT=5"}, Shard{5, 5}},
		"Azure, first":     {[]string{"TF_BUILD=True", "SYSTEM_JOBPOSITIONINPHASE=1", "SYSTEM_TOTALJOBSINPHASE=4"}, Shard{1, 4}},
		"Bitbucket":        {[]string{"BITBUCKET_PARALLEL_STEP=0", "BITBUCKET_PARALLEL_STEP_COUNT=4"}, Shard{1, 4}},
		"Semaphore":        {[]string{"SEMAPHORE_JOB_INDEX=4", "SEMAPHORE_JOB_COUNT=4"}, Shard{4, 4}},
		"AWS Batch":        {[]string{"AWS_BATCH_JOB_ARRAY_INDEX=9", "AWS_BATCH_JOB_ARRAY_SIZE=10"}, Shard{10, 10}},
		"Cloud Run":        {[]string{"CLOUD_RUN_TASK_INDEX=1", "CLOUD_RUN_TASK_COUNT=4"}, Shard{2, 4}},
		"GitHub":           {[]string{"GITHUB_ACTIONS=true", "DPOPSPEC_JOB_INDEX=0", "DPOPSPEC_JOB_TOTAL=4"}, Shard{1, 4}},
		"Kubernetes":       {[]string{"JOB_COMPLETION_INDEX=0", "DPOPSPEC_JOB_TOTAL=4"}, Shard{1, 4}},
		"Kubernetes, last": {[]string{"JOB_COMPLETION_INDEX=3", "DPOPSPEC_JOB_TOTAL=4"}, Shard{4, 4}},
		"ours against theirs": {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=1", "CI_NODE_TOTAL=3",
			"DPOPSPEC_JOB_INDEX=1", "DPOPSPEC_JOB_TOTAL=2"}, Shard{2, 2}},
		"two that agree": {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=2", "CI_NODE_TOTAL=3",
			"CLOUD_RUN_TASK_INDEX=1", "CLOUD_RUN_TASK_COUNT=3"}, Shard{2, 3}},
	} {
		if got, err := Parse(Auto, env(test.env...)); err != nil || got != test.want {
			t.Errorf("%s: %v, %v; want %v", name, got, err, test.want)
		}
	}
}

func TestWhatTheEngineLeavesOpenIsAnErrorThatNamesTheVariable(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want []string
	}{
		"nothing":                      {nil, []string{IndexVariable, TotalVariable, "--shard 2/4"}},
		"GitHub":                       {[]string{"GITHUB_ACTIONS=true"}, []string{"${{ strategy.job-index }}", "${{ strategy.job-total }}"}},
		"GitHub, no total":             {[]string{"GITHUB_ACTIONS=true", "DPOPSPEC_JOB_INDEX=1"}, []string{"DPOPSPEC_JOB_TOTAL is not"}},
		"GitHub, no index":             {[]string{"GITHUB_ACTIONS=true", "DPOPSPEC_JOB_TOTAL=4"}, []string{"DPOPSPEC_JOB_INDEX is not"}},
		"Kubernetes":                   {[]string{"JOB_COMPLETION_INDEX=2"}, []string{"JOB_COMPLETION_INDEX", "set DPOPSPEC_JOB_TOTAL", "completions"}},
		"Kubernetes, beyond":           {[]string{"JOB_COMPLETION_INDEX=4", "DPOPSPEC_JOB_TOTAL=4"}, []string{`JOB_COMPLETION_INDEX is "4"`, "from 0 to 3"}},
		"GitLab, no index":             {[]string{"GITLAB_CI=true", "CI_NODE_TOTAL=4"}, []string{"CI_NODE_INDEX is not"}},
		"GitLab, no total":             {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=1"}, []string{"CI_NODE_TOTAL is not"}},
		"GitLab, from 0":               {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=0", "CI_NODE_TOTAL=4"}, []string{`CI_NODE_INDEX is "0"`, "from 1 to 4"}},
		"GitLab, beyond":               {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=5", "CI_NODE_TOTAL=4"}, []string{`CI_NODE_INDEX is "5"`}},
		"another's index":              {[]string{"CI_NODE_INDEX=0", "CI_NODE_TOTAL=4"}, []string{"GITLAB_CI is not set", IndexVariable}},
		"CircleCI, within a container": {[]string{"CIRCLE_NODE_INDEX=0", "CIRCLE_NODE_TOTAL=2"}, []string{"CIRCLE_NODE_INDEX is set", "CIRCLECI is not"}},
		"Azure, within a container":    {[]string{"SYSTEM_TOTALJOBSINPHASE=2"}, []string{"SYSTEM_TOTALJOBSINPHASE is set", "TF_BUILD is not"}},
		"CircleCI, beyond":             {[]string{"CIRCLECI=true", "CIRCLE_NODE_INDEX=2", "CIRCLE_NODE_TOTAL=2"}, []string{"CIRCLE_NODE_INDEX", "from 0 to 1"}},
		"Buildkite, alone":             {[]string{"BUILDKITE=true"}, []string{"BUILDKITE_PARALLEL_JOB", "parallelism"}},
		"Azure, no total":              {[]string{"TF_BUILD=True", "SYSTEM_JOBPOSITIONINPHASE=1"}, []string{"SYSTEM_TOTALJOBSINPHASE is not"}},
		"not a number":                 {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=one", "CI_NODE_TOTAL=4"}, []string{`CI_NODE_INDEX is "one"`}},
		"a sign":                       {[]string{"JOB_COMPLETION_INDEX=+1", "DPOPSPEC_JOB_TOTAL=4"}, []string{`"+1"`}},
		"below zero":                   {[]string{"JOB_COMPLETION_INDEX=-1", "DPOPSPEC_JOB_TOTAL=4"}, []string{`"-1"`}},
		"no job at all":                {[]string{"DPOPSPEC_JOB_INDEX=0", "DPOPSPEC_JOB_TOTAL=0"}, []string{`DPOPSPEC_JOB_TOTAL is "0"`}},
		"an expression":                {[]string{"DPOPSPEC_JOB_INDEX=${{ strategy.job-index }}", "DPOPSPEC_JOB_TOTAL=4"}, []string{"DPOPSPEC_JOB_INDEX is"}},
		"far too many":                 {[]string{"DPOPSPEC_JOB_INDEX=0", "DPOPSPEC_JOB_TOTAL=99999999999999999999"}, []string{"DPOPSPEC_JOB_TOTAL is"}},
		"two that differ": {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=2", "CI_NODE_TOTAL=3",
			"CLOUD_RUN_TASK_INDEX=0", "CLOUD_RUN_TASK_COUNT=3"}, []string{"GitLab CI", "2/3", "Cloud Run", "1/3", IndexVariable}},
		"one within another": {[]string{"GITLAB_CI=true", "CI_NODE_INDEX=2", "CI_NODE_TOTAL=3", "JOB_COMPLETION_INDEX=0"},
			[]string{"JOB_COMPLETION_INDEX"}},
	} {
		got, err := Parse(Auto, env(test.env...))
		if err == nil {
			t.Errorf("%s: %v, and no error", name, got)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
	}
}

func TestAPartIsWrittenInOneWay(t *testing.T) {
	if got, err := Parse("2/4", env()); err != nil || got != (Shard{2, 4}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"5/4", "0/4", "1", "1/", "/4", "01/4", " 1/4", "1/4 ", "+1/4", "1/4/4", "1-4", "all", "AUTO", "1/99999"} {
		if got, err := Parse(text, env("GITLAB_CI=true", "CI_NODE_TOTAL=1")); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestARunOfABuildHasOneNameForAllItsJobs(t *testing.T) {
	for want, e := range map[string][]string{
		"":                     nil,
		"GitLab CI 17":         {"GITLAB_CI=true", "CI_PIPELINE_ID=17", "CI_JOB_ID=4"},
		"GitHub Actions 18":    {"GITHUB_ACTIONS=true", "GITHUB_RUN_ID=18", "GITHUB_RUN_ATTEMPT=2"},
		"Azure Pipelines 3":    {"TF_BUILD=True", "BUILD_BUILDID=3"},
		"nightly of Monday":    {"GITHUB_ACTIONS=true", "GITHUB_RUN_ID=18", "DPOPSPEC_BUILD=nightly of Monday"},
		"Google Cloud Run e-7": {"CLOUD_RUN_TASK_INDEX=1", "CLOUD_RUN_EXECUTION=e-7"},
	} {
		if got := Build(env(e...)); got != want {
			t.Errorf("%v: %q, want %q", e, got, want)
		}
	}
}
