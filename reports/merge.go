package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Merge makes one run of the shards of a run. They must agree on the version,
// the profile, strictness, the level, the target and the plan. The same shard twice is an
// error; of a run with a missing shard something could not be tested. A
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
	if merged.Selection = selection; selection != nil && len(merged.Cases) == selection.Of {
		merged.Selection = nil // together they are the whole plan
	}
	merged.NotRun = slices.DeleteFunc(merged.NotRun, func(n NotRun) bool { _, ran := m.cases[n.ID]; return ran })
	return merged, nil
}

// together is what the reports chose of their plan; nil if one of them ran it
// whole.
func together(runs []Run) (*Selection, error) {
	chosen := &Selection{}
	by := map[int]int{} // report by shard
	for i, run := range runs {
		s := run.Selection
		if s == nil {
			return nil, nil
		}
		if first := runs[0].Selection; first != nil && (s.Of != first.Of || s.Shards != first.Shards) {
			return nil, fmt.Errorf("report 1 is of a plan of %d cases in %d shards and report %d of one of %d in %d; "+
				"shards must be of one plan", first.Of, first.Shards, i+1, s.Of, s.Shards)
		}
		chosen.Of, chosen.Shards = s.Of, s.Shards
		if s.Shards == 0 {
			continue
		}
		if other, twice := by[s.Shard]; twice {
			return nil, fmt.Errorf("reports %d and %d are both shard %d of %d; name each shard once",
				other+1, i+1, s.Shard, s.Shards)
		}
		by[s.Shard] = i
	}
	for shard := 1; shard <= chosen.Shards; shard++ {
		if _, found := by[shard]; !found {
			chosen.Lost = append(chosen.Lost, fmt.Sprintf("%d/%d", shard, chosen.Shards))
		}
	}
	chosen.How = "merged"
	return chosen, nil
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
		differs("level", first.Level, run.Level),
		differs("strict", fmt.Sprint(first.Strict), fmt.Sprint(run.Strict)),
		differs("level", first.Level, run.Level),
		differs("rounds", fmt.Sprint(first.Rounds), fmt.Sprint(run.Rounds)),
		differs("target", targetName(first), targetName(run)),
	)
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
	for _, problem := range run.SetUp {
		if !slices.Contains(m.run.SetUp, problem) {
			m.run.SetUp = append(m.run.SetUp, problem)
		}
	}
	for _, c := range run.Cases {
		at, seen := m.cases[c.ID]
		if !seen {
			m.cases[c.ID], m.by[c.ID] = len(m.run.Cases), i
			m.run.Cases = append(m.run.Cases, c)
			continue
		}
		if other := m.run.Cases[at]; other.Verdict != c.Verdict {
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
