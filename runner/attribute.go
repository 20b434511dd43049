package runner

import (
	"errors"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
)

// outcomeOf is what the answer of a server is called in reports.
var outcomeOf = map[world.Answer]reports.Outcome{
	world.Unclear: reports.Unclear, world.Accepted: reports.Accepted, world.Refused: reports.Refused,
	world.Challenged: reports.Challenged, world.Broken: reports.BrokeDown,
}

// attribute adds how the server answered what the finding is about: the attempt
// that was judged, or what kept the case from judging one. Where none was judged,
// as of metadata, that the newest request was granted says nothing of the finding.
func (e *execution) attribute(r *reports.Case) {
	said, found := world.Answered{}, false
	switch {
	case r.Verdict.Breaks():
		if said, found = e.world.Judged(); !found {
			said, found = e.world.Newest()
			found = found && said.Answer != world.Accepted
		}
	case r.Verdict == reports.Inconclusive, r.Verdict == reports.Errored:
		said, found = e.world.Newest()
		var unsure *world.Inconclusive
		if errors.As(e.failure, &unsure) && !unsure.Uncontrolled {
			said.Words = "" // they say what was wrong with this one probe, and not why nothing was told
		}
	}
	if found {
		r.Answer = reports.Answer{
			Outcome: outcomeOf[said.Answer], Status: said.Status, Code: said.Code, Words: said.Words,
		}
	}
}

// innermost is where an error began: what the errors of many cases have in common.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
			inner = joined.Unwrap()[0]
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}
