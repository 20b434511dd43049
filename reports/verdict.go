package reports

import "slices"

// Verdict is how a case ended.
type Verdict string

// The verdicts of a case.
const (
	Passed       Verdict = "passed"       // the requirement holds
	Failed       Verdict = "failed"       // a requirement with verdict fail is broken
	Warned       Verdict = "warned"       // one with verdict warn is broken
	Noted        Verdict = "noted"        // an observation is recorded
	Skipped      Verdict = "skipped"      // not applicable, not supported or not safe here
	Inconclusive Verdict = "inconclusive" // what was seen cannot be attributed
	Errored      Verdict = "errored"      // the harness or the way to the target failed
	Known        Verdict = "known"        // a failure that the file of known deviations excuses
)

// Verdicts lists all verdicts, the gravest first.
var Verdicts = []Verdict{Failed, Errored, Known, Warned, Inconclusive, Skipped, Noted, Passed}

// Breaks says whether the verdict tells of a broken requirement, whatever that
// is worth.
func (v Verdict) Breaks() bool { return v == Failed || v == Warned || v == Noted }

// Conformance is what the run says of its target as a whole.
type Conformance string

// The three outcomes of a run.
const (
	Conformant    Conformance = "conformant"
	NotConformant Conformance = "not conformant"
	Partial       Conformance = "partial" // nothing is known to be broken, but something could not be tested
)

// Exit codes of a run; 2, bad usage or configuration, is decided before there is a run.
const (
	ExitConformant    = 0
	ExitNotConformant = 1
	ExitCouldNotTest  = 3
)

// Summary counts the cases by verdict.
type Summary struct {
	Total        int `json:"total"`
	Passed       int `json:"passed"`
	Failed       int `json:"failed"`
	Warned       int `json:"warned"`
	Noted        int `json:"noted"`
	Skipped      int `json:"skipped"`
	Inconclusive int `json:"inconclusive"`
	Errored      int `json:"errored"`
	Known        int `json:"known"`
}

// Of is the number of cases with the verdict.
func (s Summary) Of(v Verdict) int {
	if n := s.counter(v); n != nil {
		return *n
	}
	return 0
}

func (s *Summary) counter(v Verdict) *int {
	switch v {
	case Passed:
		return &s.Passed
	case Failed:
		return &s.Failed
	case Warned:
		return &s.Warned
	case Noted:
		return &s.Noted
	case Skipped:
		return &s.Skipped
	case Inconclusive:
		return &s.Inconclusive
	case Errored:
		return &s.Errored
	case Known:
		return &s.Known
	}
	return nil
}

// add counts one more case. A verdict that is none of ours is an error of the harness.
func (s *Summary) add(v Verdict) {
	s.Total++
	if n := s.counter(v); n != nil {
		*n++
	} else {
		s.Errored++
	}
}

// Summary counts the cases of the run by verdict.
func (r *Run) Summary() Summary {
	var s Summary
	for i := range r.Cases {
		s.add(r.Cases[i].Verdict)
	}
	return s
}

// Fails says whether the case makes the run not conformant: it failed, or it
// warned where warnings count as failures.
func (c Case) Fails(strict bool) bool {
	return c.Verdict == Failed || strict && c.Verdict == Warned
}

// Gap is a requirement of verdict fail that no case could test.
type Gap struct {
	Requirement Requirement
	Verdict     Verdict  // of its cases: errored, inconclusive or skipped, the gravest
	Reasons     []string // why its cases told nothing; each once
}

// Gaps are the requirements of verdict fail whose cases were all skipped,
// inconclusive or errored. A requirement without any case is not among them:
// the plan decided that, not the target. In order of appearance.
func (r *Run) Gaps() []Gap {
	tested := map[string]bool{}
	gaps := map[string]*Gap{}
	var order []string
	for _, c := range r.Cases {
		for _, q := range c.Requirements {
			if q.Verdict != "fail" {
				continue
			}
			if !c.untested() {
				tested[q.ID] = true
				continue
			}
			gap := gaps[q.ID]
			if gap == nil {
				gap = &Gap{Requirement: q, Verdict: c.Verdict}
				gaps[q.ID] = gap
				order = append(order, q.ID)
			}
			gap.because(c)
		}
	}
	var out []Gap
	for _, id := range order {
		if !tested[id] {
			out = append(out, *gaps[id])
		}
	}
	return out
}

func (g *Gap) because(c Case) {
	if graver(c.Verdict, g.Verdict) {
		g.Verdict = c.Verdict
	}
	if c.Reason != "" && !slices.Contains(g.Reasons, c.Reason) {
		g.Reasons = append(g.Reasons, c.Reason)
	}
}

// untested says whether the case ended without telling anything of its requirements.
func (c Case) untested() bool {
	switch c.Verdict {
	case Passed, Failed, Warned, Noted, Known:
		return false
	}
	return true
}

// graver says whether a is worse than b.
func graver(a, b Verdict) bool {
	return slices.Index(Verdicts, a) < slices.Index(Verdicts, b)
}

// Conformance is the verdict on the target. One broken requirement makes it
// not conformant. It is partial if a requirement of verdict fail could not be
// tested, if the run was cut short or tested nothing, or if a known deviation
// is excused: an excuse keeps a run from failing, it does not make the target
// conformant.
func (r *Run) Conformance() Conformance {
	if r.fails() {
		return NotConformant
	}
	s := r.Summary()
	if r.Interrupted || s.Errored > 0 || s.Known > 0 || !r.tested() || len(r.Gaps()) > 0 {
		return Partial
	}
	return Conformant
}

// ExitCode is what the process should end with: 1 if the target is known not
// to conform; otherwise 3 if a case errored, the run was cut short or no case
// told anything; otherwise 0.
func (r *Run) ExitCode() int {
	switch {
	case r.fails():
		return ExitNotConformant
	case r.Interrupted, r.Summary().Errored > 0, !r.tested():
		return ExitCouldNotTest
	}
	return ExitConformant
}

func (r *Run) fails() bool {
	return slices.ContainsFunc(r.Cases, func(c Case) bool { return c.Fails(r.Strict) })
}

func (r *Run) tested() bool {
	return slices.ContainsFunc(r.Cases, func(c Case) bool { return !c.untested() })
}
