package reports

import (
	"fmt"
	"slices"
	"strings"
)

// depth is how much the terminal tells of a cause.
type depth int

const (
	inALine   depth = iota
	inBrief         // what, where, how many, and the command that repeats one
	byExample       // one case, with its last exchange, cut
	wholly          // one case with all that is known of it
)

const (
	mostCauses = 60 // lines of causes; whoever has more has another problem
	fewCauses  = 12 // lines of causes, whatever room there is
	fewLines   = 14 // of a message in an example
)

// causes tells of each cause as much as there is room for: the first by an example
// in any event, the others first in brief and then, from the first on, at length.
func (p *page) causes(run *Run, room int) {
	causes := run.Causes()
	if run.broken() {
		causes = slices.DeleteFunc(causes, func(c Cause) bool { return c.Verdict == Noted })
	}
	left := causes[min(len(causes), p.listable(causes, run.Strict, room)):]
	causes = causes[:len(causes)-len(left)]
	told := make([]*page, len(causes))
	for i, c := range causes {
		told[i] = p.told(c, inALine)
		room -= told[i].height()
	}
	deepen := func(i int, d depth, whatever bool) bool {
		deeper := p.told(causes[i], d)
		more := deeper.height() - told[i].height()
		if more > room && !whatever {
			return false
		}
		told[i], room = deeper, room-more
		return true
	}
	alone := len(causes) == 1 && len(causes[0].Cases) == 1
	for i := range causes {
		if causes[i].Verdict == Noted {
			continue // one line a reason is enough
		}
		if i > 0 || causes[i].Verdict == Known {
			deepen(i, inBrief, false)
		} else if !deepen(i, wholly, alone) {
			deepen(i, byExample, causes[i].gives(run.Strict))
		}
	}
	for i := range causes {
		if v := causes[i].Verdict; i > 0 && v != Known && v != Noted && !deepen(i, wholly, false) {
			deepen(i, byExample, false)
		}
	}
	listed := false
	for _, one := range told {
		if one.listed && !listed {
			p.line("")
		}
		listed = one.listed
		p.WriteString(one.String())
	}
	if len(left) > 0 {
		p.line("%s", p.paint("2", fmt.Sprintf("… and %s %s", plural(len(left), "more cause"), inTheFiles)))
	}
}

// listable is of how many causes there is a line, beside the example of the first.
func (p *page) listable(causes []Cause, strict bool, room int) int {
	if len(causes) > 0 && causes[0].gives(strict) {
		room -= p.told(causes[0], byExample).height()
	}
	return min(mostCauses, max(fewCauses, room))
}

// leastTitle is how many characters of a title stay, however long the names beside it are.
const leastTitle = 16

// told is the cause on a page of its own.
func (p *page) told(c Cause, d depth) *page {
	q := p.blank()
	if q.listed = d == inALine; q.listed {
		text := fmt.Sprintf("%5s  ", thousands(len(c.Cases)))
		where := "  " + firstOf(oneLine(strings.Join(c.Endpoints, ", ")), oneLine(c.Subject))
		where = shorten(where, q.width()-2-runeLen(text)-leastTitle)
		text += q.title(c.Title, q.width()-2-runeLen(text+where)) + where
		q.line("%s%s", q.sign(c.Verdict), text)
		return q
	}
	q.line("")
	if len(c.Cases) == 1 && d > inBrief {
		q.example(c.Example(), d)
		return q
	}
	q.heading(c.Verdict, q.title(c.Title, 2*q.width()-4))
	for _, l := range wrap(c.facts(), q.width()-2) {
		q.line("  %s", q.paint("2", l))
	}
	first := c.Example()
	switch {
	case d > inBrief:
		q.line("")
		q.line("  %s %s", q.paint("2", "for example"), oneLine(first.Title()))
		q.evidence(first, d)
	case c.gives(true) && first.Repeat != "":
		q.line("  %s", q.paint("2", oneLine(first.Repeat)))
	case c.Verdict == Known && first.Reason != "":
		q.line("  %s", q.paint("2", clip(oneLine(first.Reason), q.width()-2)))
	default:
		q.line("  %s", q.paint("2", oneLine(first.ID)))
	}
	q.others(c)
	return q
}

// others names cases of a cause beside its example.
func (p *page) others(c Cause) {
	others := c.Cases[1:]
	if len(others) == 0 {
		return
	}
	text := "also " + oneLine(others[0].ID)
	if len(others) > 1 {
		text = fmt.Sprintf("and %s more %s, such as %s", thousands(len(others)), inTheFiles, oneLine(others[0].ID))
	}
	p.line("  %s", p.paint("2", clip(text, p.width()-2)))
}

// example is a case that broke a requirement or could not be tested.
func (p *page) example(c Case, d depth) {
	p.heading(c.Verdict, oneLine(c.Title()))
	p.line("  %s", p.paint("2", p.place(c)))
	p.line("")
	p.evidence(c, d)
}

// evidence is the block that explains a case; by example, it has the last exchange
// alone, and of that the first lines.
func (p *page) evidence(c Case, d depth) {
	if d != byExample || len(c.Exchanges) == 0 {
		p.block(c, 0)
		return
	}
	last := c.Exchanges[len(c.Exchanges)-1]
	if earlier := len(c.Exchanges) - 1; earlier > 0 {
		last.Title = firstOf(last.Title, "request and response") +
			" (" + plural(earlier, "exchange") + " before it " + inTheFiles + ")"
	}
	c.Exchanges = []Exchange{last}
	p.block(c, fewLines)
}
