package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Merge makes one run of the shards of a run. They must agree on the version, the set of
// requirements, the profile, strictness, the level, the target, the plan and the build that
// ran them. The same shard twice is an error, and so is a report that holds fewer cases than
// its shard has without having been cut short; of a run with a missing shard something could
// not be tested. A
// case that two reports ran counts once; if they disagree on its verdict, that is
// an error that names both, and so is every other disagreement. The duration is
// that of the longest shard, since shards run side by side.
func Merge(runs ...Run) (Run, error) {
	if len(runs) == 0 {
		return Run{}, errors.New("merging reports: there are none; name the JSON reports of the shards")
	}
	merged := runs[0]
	merged.Cases, merged.Measurements, merged.NotRun, merged.Catalogue = nil, nil, nil, nil
	merged.SetUp, merged.Requests, merged.Unlisted = nil, 0, Summary{}
	m := merger{
		run: &merged, cases: map[string]int{}, by: map[string]int{},
		requirements: map[string]bool{}, left: map[string]bool{},
	}
	var errs []error
	for i, run := range runs {
		errs = append(errs, sameTarget(runs[0], run, i), m.add(run, i))
	}
	selection, err := together(runs)
	if err := errors.Join(append(errs, err)...); err != nil {
		return Run{}, fmt.Errorf("merging reports: %w", err)
	}
	if merged.Selection = selection; selection != nil && selection.isWhole(merged.planned()) {
		merged.Selection = nil // together they are the whole plan
	}
	if selection != nil && len(selection.Lost) > 0 {
		merged.Cases = append(merged.Cases, selection.loss())
	}
	merged.NotRun = slices.DeleteFunc(merged.NotRun, func(n NotRun) bool { _, ran := m.cases[n.ID]; return ran })
	return merged, nil
}

// planned counts the cases of the plan: findings, and known deviations that are gone, come
// on top of them.
func (r *Run) planned() int {
	n := 0
	for i := range r.Cases {
		if !r.Cases[i].Extra {
			n++
		}
	}
	return n
}

// isWhole says whether merged parts with so many cases are the whole plan. Of shards it is
// enough that each is there: which of its cases one left out for want of time, it has told.
func (s *Selection) isWhole(planned int) bool {
	if s.Shards > 0 {
		return len(s.Lost) == 0 && s.Cases == s.Of
	}
	return planned == s.Of
}

// loss is the result that stands for the shards that are missing: what a CI system shows
// beside a job is made of results, and this is to be red there.
func (s *Selection) loss() Case {
	what := "Shard " + s.Lost[0] + " is missing"
	if len(s.Lost) > 1 {
		what = plural(len(s.Lost), "shard") + " are missing: " + someOf(s.Lost, mostLost)
	}
	return Case{
		ID: "shards/lost", FeatureName: "Shards", Scenario: what, Extra: true,
		Verdict: Errored, Kind: "a shard is missing", Reason: what + ": its job failed, or its report was not passed on",
	}
}

// mostLost is how many shards are named.
const mostLost = 20

// together is what the reports chose of their plan; nil if one of them ran it
// whole.
func together(runs []Run) (*Selection, error) {
	for _, run := range runs {
		if run.Selection == nil {
			return nil, nil
		}
	}
	first := runs[0].Selection
	chosen := &Selection{How: "merged", Of: first.Of, Shards: first.Shards, Cases: first.Cases, Plan: first.Plan}
	by := map[int]int{} // report by shard
	for i, run := range runs {
		s := run.Selection
		if err := samePlan(first, s, i); err != nil {
			return nil, err
		}
		if s.Shards == 0 {
			continue
		}
		if s.Shard == 0 {
			return nil, fmt.Errorf("report %d is of several shards already; name the reports of the shards themselves", i+1)
		}
		if other, twice := by[s.Shard]; twice {
			return nil, fmt.Errorf("reports %d and %d are both shard %d of %d; name each shard once",
				other+1, i+1, s.Shard, s.Shards)
		}
		by[s.Shard] = i
		if err := s.complete(&run, i); err != nil {
			return nil, err
		}
	}
	for shard := 1; shard <= chosen.Shards; shard++ {
		if _, found := by[shard]; !found {
			chosen.Lost = append(chosen.Lost, fmt.Sprintf("%d/%d", shard, chosen.Shards))
		}
	}
	return chosen, nil
}

// samePlan says in what the part of a report is not of the plan of the first one.
func samePlan(first, s *Selection, i int) error {
	switch {
	case s.Of != first.Of || s.Shards != first.Shards:
		return fmt.Errorf("report 1 is of a plan of %d cases in %d shards and report %d of one of %d in %d; "+
			"shards must be of one plan", first.Of, first.Shards, i+1, s.Of, s.Shards)
	case s.Plan != first.Plan || s.Cases != first.Cases:
		return fmt.Errorf("report 1 is a shard of %d cases (%s) and report %d one of %d cases (%s), and they are not the same "+
			"cases: another selection, another feature, or a configuration that lets others run; shards must be of one plan",
			first.Cases, oneLine(first.How), i+1, s.Cases, oneLine(s.How))
	}
	return nil
}

// complete says that the report of a shard lacks cases though its run was not cut short,
// or has others: somebody has changed it.
func (s *Selection) complete(run *Run, i int) error {
	if s.Cases == 0 || s.Shard < 1 || s.Shards < 1 {
		return nil
	}
	want := (s.Cases - s.Shard + s.Shards) / s.Shards // they are dealt in turn
	got := run.planned()
	cut := run.Interrupted || len(run.SetUp) > 0
	if got == want || got < want && cut {
		return nil
	}
	return fmt.Errorf("report %d is of shard %d/%d, which has %d cases, and holds %d: it was changed or cut",
		i+1, s.Shard, s.Shards, want, got)
}

// sameTarget says in what a shard differs from the first one. The addresses of
// embedded parties differ by nature.
func sameTarget(first, run Run, i int) error {
	differs := func(what, a, b string) error {
		if a == b {
			return nil
		}
		return fmt.Errorf("report 1 has %s %q and report %d %q; shards must be of one run", what, a, i+1, b)
	}
	return errors.Join(
		differs("version", first.Version, run.Version),
		differs("profile", first.Profile, run.Profile),
		differs("revision", first.Revision, run.Revision),
		differs("build", builds(first, first), builds(run, first)),
		differs("strict", fmt.Sprint(first.Strict), fmt.Sprint(run.Strict)),
		differs("requirements", first.Set.Version+" "+first.Set.Digest, run.Set.Version+" "+run.Set.Digest),
		differs("level", first.Level, run.Level),
		differs("rounds", fmt.Sprint(first.Rounds), fmt.Sprint(run.Rounds)),
		differs("target", targetName(first), targetName(run)),
	)
}

// builds is the run of the CI system of a shard. Parts that somebody has chosen by other
// means may come from anywhere.
func builds(run, first Run) string {
	if first.Selection == nil || first.Selection.Shards == 0 {
		return ""
	}
	return run.Build
}

func targetName(run Run) string {
	name := ""
	for _, p := range run.Target {
		name += p.Role + " " + p.Name + " " + p.Kind
		if p.Kind == "real" {
			name += " " + p.Where
		}
		name += "; "
	}
	return name
}

type merger struct {
	run          *Run
	cases        map[string]int // case id to its place in the merged run
	by           map[string]int // case id to the report it came from
	requirements map[string]bool
	left         map[string]bool
}

func (m *merger) add(run Run, i int) error {
	var errs []error
	if run.Started.Before(m.run.Started) {
		m.run.Started = run.Started
	}
	m.run.Duration = max(m.run.Duration, run.Duration)
	m.run.Requests += run.Requests
	m.run.Unlisted = m.run.Unlisted.and(run.Unlisted)
	m.run.Interrupted, m.run.Cut = m.run.Interrupted || run.Interrupted, firstOf(m.run.Cut, run.Cut)
	for _, c := range run.Cases {
		at, seen := m.cases[c.ID]
		if !seen {
			m.cases[c.ID], m.by[c.ID] = len(m.run.Cases), i
			m.run.Cases = append(m.run.Cases, c)
			continue
		}
		other := m.run.Cases[at]
		if c.Extra && other.Extra { // several shards may come upon it
			if graver(c.Verdict, other.Verdict) {
				m.run.Cases[at], m.by[c.ID] = c, i
			}
			continue
		}
		if other.Verdict != c.Verdict {
			errs = append(errs, fmt.Errorf("case %s %s in report %d (%s) and %s in report %d (%s)",
				c.ID, other.Verdict, m.by[c.ID]+1, when(other, m.run.Started), c.Verdict, i+1, when(c, run.Started)))
		}
	}
	for _, q := range run.Catalogue {
		if !m.requirements[q.ID] {
			m.requirements[q.ID] = true
			m.run.Catalogue = append(m.run.Catalogue, q)
		}
	}
	for _, n := range run.NotRun {
		if !m.left[n.ID] {
			m.left[n.ID] = true
			m.run.NotRun = append(m.run.NotRun, n)
		}
	}
	for _, problem := range run.SetUp {
		if !slices.ContainsFunc(m.run.SetUp, func(known Problem) bool { return known.Name == problem.Name }) {
			m.run.SetUp = append(m.run.SetUp, problem)
		}
	}
	for _, measured := range run.Measurements {
		if !slices.Contains(m.run.Measurements, measured) {
			m.run.Measurements = append(m.run.Measurements, measured)
		}
	}
	return errors.Join(errs...)
}

// when tells two reports of a case apart: by its reason, or by the start of the run.
func when(c Case, started time.Time) string {
	if c.Reason != "" {
		return c.Reason
	}
	return "run of " + started.UTC().Format(time.RFC3339)
}
