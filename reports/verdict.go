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

// The outcomes of a run.
const (
	Conformant    Conformance = "conformant"
	NotConformant Conformance = "not conformant"
	// Partial: nothing is known to be broken, but something could not be tested.
	Partial Conformance = "partial"
	// CouldNotTest: no case told anything of the target.
	CouldNotTest Conformance = "could not test"
	// SelectionPassed: all that was chosen of the plan holds, which says nothing of
	// the rest.
	SelectionPassed Conformance = "passed"
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

// Count counts one more case. A verdict that is none of ours is an error of the harness.
func (s *Summary) Count(v Verdict) {
	s.Total++
	if n := s.counter(v); n != nil {
		*n++
	} else {
		s.Errored++
	}
}

// and adds up what two counted.
func (s Summary) and(other Summary) Summary {
	s.Total += other.Total
	for _, v := range Verdicts {
		*s.counter(v) += other.Of(v)
	}
	return s
}

// Without takes cases away from those that were counted.
func (s Summary) Without(cases []Case) Summary {
	s.Total -= len(cases)
	for i := range cases {
		if n := s.counter(cases[i].Verdict); n != nil {
			*n--
		} else {
			s.Errored--
		}
	}
	return s
}

// sound reports whether a count, as a stranger's file gives it, can be one.
func (s Summary) sound() bool {
	sum := 0
	for _, v := range Verdicts {
		if s.Of(v) < 0 {
			return false
		}
		sum += s.Of(v)
	}
	return sum == s.Total
}

// Summary counts the cases of the run by verdict, those included that are not listed.
func (r *Run) Summary() Summary {
	s := r.Unlisted
	for i := range r.Cases {
		s.Count(r.Cases[i].Verdict)
	}
	return s
}

// Fails says whether the case makes the run not conformant: it failed, or it
// warned where warnings count as failures.
func (c Case) Fails(strict bool) bool {
	return c.Verdict == Failed || strict && c.Verdict == Warned
}

// Gap is a requirement of verdict fail that could not be tested, at all or at
// one endpoint of its party, or a scenario of somebody's own that tests none of the catalogue's
// and could not be judged.
type Gap struct {
	Requirement Requirement
	Case        string   // id of the case of one's own; empty for a requirement
	Endpoint    string   // where it was not; empty: anywhere
	Verdict     Verdict  // of its cases: errored, inconclusive or skipped, the gravest
	Blocked     bool     // one of them rests on a problem of the set-up
	Rare        bool     // all of them are skipped for want of what few have
	Reasons     []string // why its cases told nothing; each once
}

// at is where a requirement was to be tested.
type at struct{ requirement, subject, endpoint string }

// Gaps are the requirements of verdict fail that could not be tested: those whose
// cases were all skipped, inconclusive or errored, and those of which no case at
// one endpoint told anything though it was tried there, or could not be for a
// problem of the set-up. That all cases of an endpoint were skipped for another
// reason says that the party has no such endpoint, which is no gap while the
// requirement was tested at another. A requirement without any case is
// not among them: the plan decided that, not the target. In order of appearance.
func (r *Run) Gaps() []Gap {
	tested := map[at]bool{}
	gaps := map[at]*Gap{}
	var order []at
	var own []Gap
	for _, c := range r.Cases {
		if len(c.Requirements) == 0 && !c.Extra && c.untested() {
			gap := Gap{Case: c.ID, Endpoint: c.at(), Verdict: c.Verdict, Rare: true}
			gap.because(c)
			own = append(own, gap)
		}
		for _, q := range c.Requirements {
			if q.Verdict != "fail" {
				continue
			}
			anywhere, here := at{requirement: q.ID}, at{q.ID, c.Subject, c.at()}
			if !c.untested() {
				tested[anywhere], tested[here] = true, true
				continue
			}
			for _, place := range []at{anywhere, here} {
				gap := gaps[place]
				if gap == nil {
					gap = &Gap{Requirement: q, Endpoint: place.endpoint, Verdict: c.Verdict, Rare: true}
					gaps[place] = gap
					order = append(order, place)
				}
				gap.because(c)
			}
		}
	}
	var out []Gap
	for _, place := range order {
		anywhere := at{requirement: place.requirement}
		switch {
		case tested[place]:
		case place == anywhere:
			out = append(out, *gaps[place])
		case tested[anywhere] && (gaps[place].Verdict != Skipped || gaps[place].Blocked):
			out = append(out, *gaps[place])
		}
	}
	return append(own, out...)
}

// Name is the requirement, with the endpoint at which it was not tested, or the case.
func (g Gap) Name() string {
	switch {
	case g.Case != "":
		return g.Case
	case g.Endpoint == "":
		return g.Requirement.ID
	}
	return g.Requirement.ID + " at " + g.Endpoint
}

func (g *Gap) because(c Case) {
	if graver(c.Verdict, g.Verdict) {
		g.Verdict = c.Verdict
	}
	g.Blocked, g.Rare = g.Blocked || c.Blocked != "", g.Rare && c.Rare
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
// not conformant. Where no case told anything it could not be tested. It is
// partial if a requirement of verdict fail could not be tested at an endpoint, or a
// scenario of one's own, if
// something is wrong with the set-up, if the run was cut short, or if a known deviation is excused or listed and gone: an excuse keeps a run
// from failing, it does not make the target conformant. Conformant is said of a
// whole plan alone; what was chosen of one has passed.
func (r *Run) Conformance() Conformance {
	s := r.Summary()
	switch {
	case r.breaks():
		return NotConformant
	case !r.tested():
		return CouldNotTest
	case r.outdated() > 0:
		return Partial
	case r.LacksCases() || len(r.SetUp) > 0 || s.Errored > 0 || s.Known > 0 || len(r.Gaps()) > 0:
		return Partial
	case r.Selection != nil:
		return SelectionPassed
	}
	return Conformant
}

// ExitCode is what the process should end with: 1 if the target is known not
// to conform; otherwise 3 if a case errored, something is wrong with the set-up,
// the run was cut short or no case told anything; otherwise 0.
func (r *Run) ExitCode() int {
	switch {
	case r.fails():
		return ExitNotConformant
	case r.LacksCases(), len(r.SetUp) > 0, r.Summary().Errored > 0, !r.tested():
		return ExitCouldNotTest
	}
	return ExitConformant
}

// LacksCases says whether cases that were to be run are missing.
func (r *Run) LacksCases() bool {
	return r.Interrupted || r.Selection != nil && len(r.Selection.Lost) > 0
}

func (r *Run) fails() bool {
	return r.Unlisted.Failed > 0 || r.Strict && r.Unlisted.Warned > 0 || slices.ContainsFunc(r.Cases, func(c Case) bool { return c.Fails(r.Strict) })
}

// breaks says whether the party fails, and not a list of its known deviations alone.
func (r *Run) breaks() bool {
	if !r.fails() {
		return false
	}
	return r.Unlisted.Failed > 0 || r.Strict && r.Unlisted.Warned > 0 ||
		slices.ContainsFunc(r.Cases, func(c Case) bool { return c.Fails(r.Strict) && c.Kind != Outdated })
}

// Outdated is the kind of a failure that is none of the party: an entry of the list of
// known deviations speaks of what deviates no more.
const Outdated = "outdated known deviation"

// outdated counts the entries of the list of known deviations that are out of date.
func (r *Run) outdated() int {
	n := 0
	for i := range r.Cases {
		if r.Cases[i].Kind == Outdated {
			n++
		}
	}
	return n
}

func (r *Run) tested() bool {
	u := r.Unlisted
	return u.Total > u.Skipped+u.Inconclusive+u.Errored || slices.ContainsFunc(r.Cases, func(c Case) bool { return !c.untested() })
}

// broken says whether something is to be mended before anything else is worth reading.
func (r *Run) broken() bool {
	return r.fails() || r.Summary().Errored > 0
}
