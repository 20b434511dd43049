package mask

import "strings"

// findParameters finds the values of secret parameters in forms and queries,
// and in queries that are themselves percent-encoded inside another.
//
// A value without an end goes on to the end of the text, and what stands in it is masked
// with it: no part of a text is looked at once for each parameter before it.
func findParameters(s string, spans []span) []span {
	ends, escaped := next{s: s, of: valueEnds, at: -1}, next{s: s, of: escapedEnd, at: -1}
	covered := 0 // by the values that were found
	for at := 0; ; {
		i := strings.IndexAny(s[at:], "=%")
		if i < 0 {
			return spans
		}
		at += i
		from, inside := at+1, false
		if s[at] == '%' {
			if !strings.HasPrefix(s[at:], "%3D") && !strings.HasPrefix(s[at:], "%3d") {
				at++
				continue
			}
			from, inside = at+3, true
		}
		name := wordBefore(s, at)
		if inside { // the escape before the name ends in two letters or digits that look like the name
			name = afterEscape(s, at-len(name), name)
		}
		if secretNames[strings.ToLower(name)] {
			to := ends.from(from)
			if inside {
				to = min(to, escaped.from(from))
			}
			if value := s[from:to]; to > covered && value != "" && !isMask(value) {
				spans = append(spans, span{from, to, parameterMask(name, value)})
				covered = to
			}
		}
		at = from
	}
}

// afterEscape is the name without the rest of a percent escape before it.
func afterEscape(s string, start int, name string) string {
	if start > 0 && s[start-1] == '%' && len(name) > 2 {
		return name[2:]
	}
	return name
}

// Where the value of a parameter ends, and that of one that is escaped inside another.
func valueEnds(s string) int  { return strings.IndexAny(s, "&\"'<> \t\r\n\\") }
func escapedEnd(s string) int { return strings.Index(s, "%26") }

// next looks for something behind places that come in order, and never twice at the same.
type next struct {
	s  string
	of func(string) int
	at int // where it was found; -1: it was not looked for
}

// from is where it stands next, from a place on; the length of the text if nowhere.
func (n *next) from(place int) int {
	if n.at < place {
		n.at = len(n.s)
		if i := n.of(n.s[place:]); i >= 0 {
			n.at = place + i
		}
	}
	return n.at
}
