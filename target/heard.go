package target

import (
	"time"

	"github.com/dpopspec/dpopspec/reports"
)

// farewellOfProgram is how long the end of a program, and the last of its standard
// error, are waited for when a case did not hold: both are read beside the exchanges.
const farewellOfProgram = 50 * time.Millisecond

// Listen begins to listen to the servers that the harness has started. What it returns
// tells what each has said on standard error since then, in at most 4096 octets, and
// which have ended meanwhile; one that did neither is left out. With others running
// beside it, a case hears what is said of theirs too. patient: it gives them a moment.
func (s *Session) Listen() (heard func(patient bool) []reports.Heard) {
	type listened struct {
		*program
		from int64
	}
	var all []listened
	for _, p := range s.programs {
		if !p.ended(0) {
			all = append(all, listened{p, p.stderr.mark()})
		}
	}
	return func(patient bool) []reports.Heard {
		var list []reports.Heard
		patience := time.Duration(0)
		if patient {
			patience = farewellOfProgram
		}
		for _, p := range all {
			h := reports.Heard{Party: p.party}
			if p.ended(patience) {
				h.Ended = "it ended " + p.code()
			}
			if h.Text = p.stderr.since(p.from); h != (reports.Heard{Party: p.party}) {
				list = append(list, h)
			}
		}
		return list
	}
}
