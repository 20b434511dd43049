package livepage

import "slices"

// How many characters of a text the page shows: of a name, of a line, and of a message. A
// stranger who says more must not push all else off the page.
const (
	mostName    = 80
	mostText    = 600
	mostMessage = 16 << 10
)

// brief is the event with the beginnings of its texts.
func (e Event) brief() Event {
	e.Title = beginning(e.Title, mostText/2)
	e.Expected, e.Actual = beginning(e.Expected, mostText), beginning(e.Actual, mostText)
	e.Who, e.Header, e.Claims = briefly(e.Who), briefly(e.Header), briefly(e.Claims)
	e.Requirements = slices.Clone(e.Requirements)
	for i, r := range e.Requirements {
		e.Requirements[i].Text, e.Requirements[i].Title = beginning(r.Text, mostName), beginning(r.Title, mostText)
	}
	e.Exchanges = slices.Clone(e.Exchanges)
	for i, text := range e.Exchanges {
		e.Exchanges[i] = beginning(text, mostMessage)
	}
	return e
}

func briefly(members []Member) []Member {
	members = slices.Clone(members)
	for i, m := range members {
		members[i] = Member{beginning(m.Name, mostName), beginning(m.Text, mostText)}
	}
	return members
}

// beginning is the beginning of a text, and says that there is more.
func beginning(text string, most int) string {
	n := 0
	for at := range text {
		if n == most {
			return text[:at] + " …"
		}
		n++
	}
	return text
}
