package shards

import (
	"fmt"
	"strconv"
	"strings"
)

// Auto is the part that the engine names.
const Auto = "auto"

// Most is how many parts a plan may be cut into.
const Most = 10_000

// Shard is a part of a plan.
type Shard struct {
	N  int // 1 to Of
	Of int
}

// String is the shard as --shard takes it: 2/4.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.N, s.Of) }

// Parse reads a part: N/M, such as 2/4, or Auto, for which the environment is asked.
func Parse(text string, getenv func(string) string) (Shard, error) {
	if text == Auto {
		return detect(getenv)
	}
	n, of, found := strings.Cut(text, "/")
	s := Shard{decimal(n), decimal(of)}
	if !found || s.N < 1 || s.N > s.Of || s.Of > Most {
		return Shard{}, fmt.Errorf("%q is not a part such as 2/4, nor %s, which asks the engine that runs the build", text, Auto)
	}
	return s, nil
}

// detect asks the environment. Whatever it leaves open is an error: a job that ran all
// cases, or those of another, would be a shard lost without a word.
func detect(getenv func(string) string) (Shard, error) {
	if set(getenv, IndexVariable) || set(getenv, TotalVariable) {
		return given(getenv)
	}
	var found []Shard
	var by []string
	for _, e := range engines {
		if !e.numbers() || !e.here(getenv) {
			continue
		}
		s, err := e.shard(getenv)
		if err != nil {
			return Shard{}, err
		}
		found, by = append(found, s), append(by, e.name)
	}
	switch {
	case len(found) == 0:
		return Shard{}, unknown(getenv)
	case len(found) > 1 && found[0] != found[1]:
		return Shard{}, fmt.Errorf("by %s this is job %s and by %s job %s; say which with %s (from 0) and %s",
			by[0], found[0], by[1], found[1], IndexVariable, TotalVariable)
	}
	return found[0], nil
}

// given is what the variables of ours say. Where an engine gives the index and no total,
// the total may be ours alone.
func given(getenv func(string) string) (Shard, error) {
	if set(getenv, IndexVariable) {
		return number(getenv, "", IndexVariable, 0, TotalVariable)
	}
	for _, e := range engines {
		if e.numbers() && e.total == "" && e.here(getenv) {
			return number(getenv, "", e.index, e.first, TotalVariable)
		}
	}
	return Shard{}, fmt.Errorf("%s is set and %s is not: set it to the number of this job, counted from 0",
		TotalVariable, IndexVariable)
}

// unknown says what to set where no engine numbers the jobs.
func unknown(getenv func(string) string) error {
	switch {
	case set(getenv, "GITHUB_ACTIONS"):
		return fmt.Errorf("GitHub Actions does not number the jobs of a matrix in the environment: "+
			"set %s: ${{ strategy.job-index }} and %s: ${{ strategy.job-total }} in env", IndexVariable, TotalVariable)
	case set(getenv, "CI_NODE_INDEX") || set(getenv, "CI_NODE_TOTAL"):
		return fmt.Errorf("CI_NODE_INDEX is counted from 1 by GitLab and from 0 by others, and GITLAB_CI is not set: "+
			"set %s (from 0) and %s", IndexVariable, TotalVariable)
	}
	for _, e := range engines {
		for _, name := range []string{e.index, e.total} {
			if e.mark != "" && set(getenv, name) {
				return fmt.Errorf("%s is set, as %s has it, and %s is not: pass that on too, as into a container, or set %s (from 0) and %s",
					name, e.name, e.mark, IndexVariable, TotalVariable)
			}
		}
	}
	return fmt.Errorf("no engine that numbers its jobs is known by the environment: set %s (from 0) and %s, "+
		"or write the part, as in --shard 2/4", IndexVariable, TotalVariable)
}

// shard is what the engine says.
func (e engine) shard(getenv func(string) string) (Shard, error) {
	switch {
	case e.total == "":
		return Shard{}, fmt.Errorf("%s is set, by %s, which does not say how many jobs there are: "+
			"set %s, in a Job to the number in completions", e.index, e.name, TotalVariable)
	case e.alone && !set(getenv, e.index) && getenv(e.total) == "1":
		return Shard{1, 1}, nil
	case !set(getenv, e.index) && !set(getenv, e.total):
		return Shard{}, fmt.Errorf("%s numbers its jobs in %s and %s, and neither is set: make them parallel (%s), "+
			"or leave --shard out", e.name, e.index, e.total, e.make)
	}
	return number(getenv, e.name, e.index, e.first, e.total)
}

// number reads an index and a total. Both must be there and fit each other.
func number(getenv func(string) string, name, index string, first int, total string) (Shard, error) {
	by := ""
	if name != "" {
		by = ", by " + name
	}
	for _, pair := range [][2]string{{index, total}, {total, index}} {
		if !set(getenv, pair[0]) {
			return Shard{}, fmt.Errorf("%s is set%s, and %s is not: set both", pair[1], by, pair[0])
		}
	}
	of := decimal(getenv(total))
	if of < 1 || of > Most {
		return Shard{}, fmt.Errorf("%s is %q, which is not a number of jobs from 1 to %d", total, getenv(total), Most)
	}
	n := decimal(getenv(index)) - first + 1
	if n < 1 || n > of {
		return Shard{}, fmt.Errorf("%s is %q, which is not a number from %d to %d; %s is %d",
			index, getenv(index), first, first+of-1, total, of)
	}
	return Shard{n, of}, nil
}

// decimal is a number of plain digits; far below zero for what is none.
func decimal(text string) int {
	const none = -1 << 30
	if text == "" || len(text) > 9 || strings.Trim(text, "0123456789") != "" || len(text) > 1 && text[0] == '0' {
		return none
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return none
	}
	return n
}

// Build names the run of the build that this job belongs to, such as
// "GitLab CI 4711", the same for all its jobs and for a job that is tried again; empty
// where the environment does not say. Shards of two runs are not of one plan.
func Build(getenv func(string) string) string {
	if set(getenv, BuildVariable) {
		return getenv(BuildVariable)
	}
	for _, e := range engines {
		if e.here(getenv) && set(getenv, e.build) {
			return e.name + " " + getenv(e.build)
		}
	}
	return ""
}

// Deals says whether a plan of so many cases can be cut so that no part is empty: a job
// that runs nothing would tell nothing, and look like one that passed.
func (s Shard) Deals(cases int) error {
	if s.Of <= max(cases, 1) {
		return nil
	}
	jobs := fmt.Sprintf("%d jobs", cases)
	if cases == 1 {
		jobs = "one job"
	}
	return fmt.Errorf("--shard %s: the selection has %d cases to share; run it in at most %s", s, cases, jobs)
}
