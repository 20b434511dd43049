package reports

import (
	"errors"
	"fmt"
	"slices"
)

// What no run comes near: a report with more was not written by one. Sums of these
// numbers over many reports stay numbers.
const (
	mostSeconds = 366 * 24 * 60 * 60 // of a run, or of a case
	mostCount   = 1_000_000_000      // of requests, lines or rounds
	mostShards  = 100_000
)

// conformances are what a report may say of its target.
var conformances = []Conformance{Conformant, NotConformant, Partial, CouldNotTest, SelectionPassed}

// worth is what a violation of a requirement may be worth.
var worth = []string{"fail", "warn", "info"}

// check says what in a document no run has written. A number or a verdict that is
// believed without a look would become a verdict on somebody.
func (d *document) check() error {
	if !slices.Contains(conformances, d.Verdict) {
		return fmt.Errorf("its verdict is %q, which is none of %q", d.Verdict, conformances)
	}
	errs := []error{
		between("seconds", d.Seconds, 0, mostSeconds), between("requests", d.Requests, 0, mostCount),
		between("rounds", d.Rounds, 0, mostCount), d.Selection.check(),
	}
	for _, q := range d.Requirements {
		errs = append(errs, q.check())
	}
	tally := Summary{}
	for i := range d.Cases {
		c := &d.Cases[i]
		tally.Count(c.Verdict)
		if err := c.check(); err != nil {
			errs = append(errs, fmt.Errorf("case %d, %q: %w", i+1, c.ID, err))
		}
	}
	if d.Summary != (Summary{}) && d.Summary != tally {
		errs = append(errs, fmt.Errorf("its summary is of %d cases, %d of them failed, and it holds %d and %d: "+
			"it was changed or cut", d.Summary.Total, d.Summary.Failed, tally.Total, tally.Failed))
	}
	return firstError(errs...) // one is enough: such a report is no report
}

func (j *jsonCase) check() error {
	if j.ID == "" {
		return errors.New("it has no id")
	}
	if !slices.Contains(Verdicts, j.Verdict) {
		return fmt.Errorf("its verdict is %q, which is none of %q", j.Verdict, Verdicts)
	}
	for _, q := range j.AsJudged {
		if err := q.check(); err != nil {
			return err
		}
	}
	return firstError(
		between("seconds", j.Seconds, 0, mostSeconds), between("requests", j.Requests, 0, mostCount),
		between("line", j.Line, 0, mostCount), between("rounds", j.Rounds, 0, mostCount),
		between("broke", j.Broke, 0, max(j.Rounds, 1)),
	)
}

func (q *jsonRequirement) check() error {
	if !slices.Contains(worth, q.Verdict) {
		return fmt.Errorf("a violation of the requirement %q is worth %q, which is none of %q", q.ID, q.Verdict, worth)
	}
	return nil
}

func (s *jsonSelection) check() error {
	if s == nil {
		return nil
	}
	return firstError(
		between("selection.of", s.Of, 0, mostCount), between("selection.shards", s.Shards, 0, mostShards),
		between("selection.shard", s.Shard, 0, s.Shards), // 0: merged of several
		between("selection.cases", s.Cases, 0, mostCount),
	)
}

// between says that a number is not what it may be.
func between[N int | float64](name string, n, least, most N) error {
	if n >= least && n <= most {
		return nil
	}
	return fmt.Errorf("%s is %v, which is not between %v and %v", name, n, least, most)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
