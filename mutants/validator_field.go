package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// reading changes the values of the DPoP field lines before they are judged.
func reading(change func(lines []string) []string) gate {
	return gate{fields: func(r *http.Request) []string { return change(wire.RequestFields(r).Values("DPoP")) }}
}

// each changes every value by itself.
func each(change func(string) string) gate {
	return reading(func(lines []string) []string {
		changed := make([]string, len(lines))
		for i, line := range lines {
			changed[i] = change(line)
		}
		return changed
	})
}

// fieldBugs are bugs in reading the DPoP field lines.
var fieldBugs = []bug{
	{"PV-001", "reads only the first DPoP field line", []string{"RFC9449-4.3-01", "RFC9449-4.3-04"}, nil,
		reading(func(lines []string) []string { return lines[:min(1, len(lines))] })},
	{"PV-002", "reads only the last DPoP field line", []string{"RFC9449-4.3-04"}, nil,
		reading(func(lines []string) []string { return lines[max(0, len(lines)-1):] })},
	{"PV-003", "splits a comma list and takes one element", []string{"RFC9449-4.3-03"}, nil,
		each(func(line string) string {
			first, _, _ := strings.Cut(line, ",")
			return strings.TrimSpace(first)
		})},
	{"PV-004", "tolerates identical duplicates", []string{"RFC9449-4.3-02"}, nil,
		reading(func(lines []string) []string {
			if len(lines) == 2 && lines[0] == lines[1] {
				return lines[:1]
			}
			return lines
		})},
	// With an access token a missing proof is refused as well as an empty one.
	{"PV-005", "treats an empty DPoP field as absent", []string{"RFC9449-4.1-05"}, withoutToken,
		gate{present: func(lines []string) bool { return len(lines) > 0 && lines[0] != "" }}},
	{"PV-006", "matches the field name with its letter case", []string{"RFC9449-4.1-01"}, nil,
		gate{fields: func(r *http.Request) []string {
			var values []string
			for _, f := range wire.RequestFields(r) {
				if f.Name == "DPoP" {
					values = append(values, f.Value)
				}
			}
			return values
		}}},
	{"PV-007", `strips quotes and a "DPoP " prefix from the value`, []string{"RFC9449-4.1-03"}, nil,
		each(func(line string) string { return strings.Trim(strings.TrimPrefix(line, "DPoP "), `"`) })},
}
