// Package shards tells which part of a plan a job of a build has to run: as it is written,
// 2/4, or as the engine that runs the build says in its environment.
package shards

// The variables of ours, for an engine that says nothing, or not all: they are counted as
// the engines count that need them, the index from 0.
const (
	// IndexVariable is which of the jobs this is, counted from 0, as strategy.job-index of
	// GitHub Actions is.
	IndexVariable = "DPOPSPEC_JOB_INDEX"
	// TotalVariable is how many jobs there are, as strategy.job-total of GitHub Actions is.
	TotalVariable = "DPOPSPEC_JOB_TOTAL"
	// BuildVariable names the run of the build that all its jobs are of.
	BuildVariable = "DPOPSPEC_BUILD"
)

// engine is a system that runs the jobs of a build, and how it numbers them.
type engine struct {
	name  string
	mark  string // the variable that tells that it is this engine; empty: index or total do
	index string // the variable that says which job this is
	first int    // the index of the first job
	total string // the variable that says how many there are; empty: the engine does not say
	alone bool   // total is 1, and index is missing, where the jobs are not made parallel
	build string // the variable that names the run of the build, the same for all its jobs
	make  string // how its jobs are made parallel
}

// engines are those that are known. Several number their jobs in CI_NODE_INDEX and count
// from different ends, so that variable counts only where the engine says who it is.
var engines = []engine{
	{name: "GitLab CI", mark: "GITLAB_CI", index: "CI_NODE_INDEX", first: 1, total: "CI_NODE_TOTAL", alone: true,
		build: "CI_PIPELINE_ID", make: "parallel: 4 in the job"},
	{name: "CircleCI", mark: "CIRCLECI", index: "CIRCLE_NODE_INDEX", total: "CIRCLE_NODE_TOTAL",
		build: "CIRCLE_WORKFLOW_ID", make: "parallelism: 4 in the job"},
	{name: "Buildkite", mark: "BUILDKITE", index: "BUILDKITE_PARALLEL_JOB", total: "BUILDKITE_PARALLEL_JOB_COUNT",
		build: "BUILDKITE_BUILD_ID", make: "parallelism: 4 in the step"},
	{name: "Azure Pipelines", mark: "TF_BUILD", index: "SYSTEM_JOBPOSITIONINPHASE", first: 1,
		total: "SYSTEM_TOTALJOBSINPHASE", build: "BUILD_BUILDID", make: "strategy: {parallel: 4} in the job"},
	{name: "Bitbucket Pipelines", index: "BITBUCKET_PARALLEL_STEP", total: "BITBUCKET_PARALLEL_STEP_COUNT",
		build: "BITBUCKET_BUILD_NUMBER", make: "parallel: with a step for each"},
	{name: "Semaphore", index: "SEMAPHORE_JOB_INDEX", first: 1, total: "SEMAPHORE_JOB_COUNT",
		build: "SEMAPHORE_PIPELINE_ID", make: "parallelism: 4 in the job"},
	{name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", total: "AWS_BATCH_JOB_ARRAY_SIZE",
		make: "an array job"},
	{name: "Google Cloud Run", index: "CLOUD_RUN_TASK_INDEX", total: "CLOUD_RUN_TASK_COUNT",
		build: "CLOUD_RUN_EXECUTION", make: "--tasks 4"},
	{name: "a Kubernetes Indexed Job", index: "JOB_COMPLETION_INDEX", make: "completionMode: Indexed"},
	{name: "GitHub Actions", mark: "GITHUB_ACTIONS", build: "GITHUB_RUN_ID", make: "strategy.matrix"},
}

// set says whether a variable has a value.
func set(getenv func(string) string, name string) bool { return name != "" && getenv(name) != "" }

// here says whether the engine runs this job.
func (e engine) here(getenv func(string) string) bool {
	if e.mark != "" {
		return set(getenv, e.mark)
	}
	return set(getenv, e.index) || set(getenv, e.total)
}

// numbers says whether the engine may number its jobs in the environment by itself.
func (e engine) numbers() bool { return e.index != "" }
