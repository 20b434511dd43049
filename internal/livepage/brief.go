package livepage

import (
	"slices"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// How many octets of a text, which is masked, the page shows: of a name, of a line, and of a message. A
// stranger who says more must not push all else off the page.
const (
	mostName    = 80
	mostText    = 600
	mostMessage = 16 << 10
)

// brief is the event with the beginnings of its texts.
func (e Event) brief() Event {
	e.Title = mask.HeadMasked(e.Title, mostText/2)
	e.Expected, e.Actual = mask.HeadMasked(e.Expected, mostText), mask.HeadMasked(e.Actual, mostText)
	e.Who, e.Header, e.Claims = briefly(e.Who), briefly(e.Header), briefly(e.Claims)
	e.Requirements = slices.Clone(e.Requirements)
	for i, r := range e.Requirements {
		e.Requirements[i].Text, e.Requirements[i].Title = mask.HeadMasked(r.Text, mostName), mask.HeadMasked(r.Title, mostText)
	}
	e.Exchanges = slices.Clone(e.Exchanges)
	for i, text := range e.Exchanges {
		e.Exchanges[i] = mask.HeadMasked(text, mostMessage)
	}
	return e
}

func briefly(members []Member) []Member {
	members = slices.Clone(members)
	for i, m := range members {
		members[i] = Member{mask.HeadMasked(m.Name, mostName), mask.HeadMasked(m.Text, mostText)}
	}
	return members
}
