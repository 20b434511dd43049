package mask

import "strings"

// findParameters finds the values of secret parameters in forms and queries,
// and in queries that are themselves percent-encoded inside another.
func findParameters(s string, spans []span) []span {
	for at := 0; ; {
		i := strings.IndexAny(s[at:], "=%")
		if i < 0 {
			return spans
		}
		at += i
		from, stop := at+1, "&"
		if s[at] == '%' {
			if !strings.HasPrefix(s[at:], "%3D") && !strings.HasPrefix(s[at:], "%3d") {
				at++
				continue
			}
			from, stop = at+3, "%26"
		}
		name := wordBefore(s, at)
		if stop == "%26" { // the escape before the name ends in two letters or digits that look like the name
			name = afterEscape(s, at-len(name), name)
		}
		if secretNames[strings.ToLower(name)] {
			to := valueEnd(s, from, stop)
			if value := s[from:to]; value != "" && !isMask(value) {
				spans = append(spans, span{from, to, parameterMask(name, value)})
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

func valueEnd(s string, from int, stop string) int {
	to := len(s)
	if i := strings.IndexAny(s[from:], "&\"'<> \t\r\n\\"); i >= 0 {
		to = from + i
	}
	if i := strings.Index(s[from:to], stop); i >= 0 {
		to = from + i
	}
	return to
}
