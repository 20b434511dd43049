package surroundings

import "github.com/dpopspec/dpopspec/reports"

// How many problems may be told, but for an exact number.
const (
	Any  = -1 // none or more
	Some = -2 // one or more
)

// Outcome is what may come of a run.
type Outcome struct {
	Conformance []reports.Conformance // each that is allowed
	Problems    int                   // of the set-up that are told: exactly so many, Any or Some
	Requests    int                   // or starts of an adapter, at most; 0: as many as it takes
	// Unfinished: one that is neither conformant nor the opposite ends with exit
	// code 3, so that nobody takes it for a success.
	Unfinished bool
}

// Allows reports whether a run may have told so many problems.
func (o Outcome) Allows(problems int) bool {
	switch o.Problems {
	case Any:
		return true
	case Some:
		return problems > 0
	}
	return problems == o.Problems
}

// What the rows allow.
var (
	// hindered: some cases may tell nothing, but nothing is in the way of a verdict.
	hindered = Outcome{Conformance: []reports.Conformance{reports.Conformant, reports.Partial}}
	// obstructed: it may be that nothing could be tested, which is then said.
	obstructed = Outcome{
		Conformance: []reports.Conformance{reports.Conformant, reports.Partial, reports.CouldNotTest}, Problems: Any,
	}
	// found: the verdict on a lax subject, whatever is in the way.
	found = Outcome{Conformance: []reports.Conformance{reports.NotConformant}, Problems: Any}
	// notGood: so much is in the way that a lax subject need not be found out.
	notGood = Outcome{
		Conformance: []reports.Conformance{reports.NotConformant, reports.Partial, reports.CouldNotTest},
		Problems:    Any, Unfinished: true,
	}
	// untested: one problem of the set-up, and nothing could be tested.
	untested = Outcome{Conformance: []reports.Conformance{reports.CouldNotTest}, Problems: 1, Unfinished: true}
	// foundOutOnce is the same of an adapter, which need not be started for each case.
	foundOutOnce = Outcome{
		Conformance: []reports.Conformance{reports.CouldNotTest}, Problems: 1, Requests: 3, Unfinished: true,
	}
	// blocked: one problem of the set-up, and what depends on it could not be tested.
	blocked = Outcome{
		Conformance: []reports.Conformance{reports.Partial, reports.CouldNotTest}, Problems: 1, Unfinished: true,
	}
	// blockedLax is the same where the rest finds a lax subject out.
	blockedLax = Outcome{
		Conformance: []reports.Conformance{reports.NotConformant, reports.CouldNotTest}, Problems: 1, Unfinished: true,
	}
	// withoutLogin: what needs no login is tested as ever.
	withoutLogin    = Outcome{Conformance: []reports.Conformance{reports.Partial}, Problems: 1}
	withoutLoginLax = Outcome{Conformance: []reports.Conformance{reports.NotConformant}, Problems: 1}
	// cutShort: what came before the moment counts, and the moment is named once. A
	// run that goes on more slowly is as good.
	cutShort = Outcome{
		Conformance: []reports.Conformance{reports.Conformant, reports.Partial, reports.CouldNotTest},
		Problems:    Some, Unfinished: true,
	}
	// givenUp: after few requests, and why is told.
	givenUp = Outcome{
		Conformance: []reports.Conformance{reports.CouldNotTest}, Problems: Some, Requests: 40, Unfinished: true,
	}
	// refused: that every honest proof is refused somewhere is a failure, or leaves
	// a gap.
	refused = Outcome{Conformance: []reports.Conformance{reports.NotConformant, reports.Partial}, Problems: Any}
	// foundOrUntested: a lax subject is found out, or the run says that it could not.
	foundOrUntested = Outcome{
		Conformance: []reports.Conformance{reports.NotConformant, reports.CouldNotTest}, Problems: Any, Unfinished: true,
	}
	// replayable: that replays are taken is true of these surroundings, if it is found.
	replayable = Outcome{Conformance: []reports.Conformance{
		reports.Conformant, reports.Partial, reports.NotConformant,
	}}
)
