package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// fieldBugs are bugs in reading the DPoP field lines.
var fieldBugs = []row{
	{id: "PV-001", does: "reads only the first DPoP field line", breaks: ids{"RFC9449-4.3-01", "RFC9449-4.3-04"},
		change: reading(func(lines []string) []string { return lines[:min(1, len(lines))] })},
	{id: "PV-002", does: "reads only the last DPoP field line", breaks: ids{"RFC9449-4.3-04"},
		change: reading(func(lines []string) []string { return lines[max(0, len(lines)-1):] })},
	{id: "PV-003", does: "splits a comma list and takes one element", breaks: ids{"RFC9449-4.3-03"},
		change: each(func(line string) string {
			first, _, _ := strings.Cut(line, ",")
			return strings.TrimSpace(first)
		})},
	{id: "PV-004", does: "tolerates identical duplicates", breaks: ids{"RFC9449-4.3-02"},
		change: reading(func(lines []string) []string {
			if len(lines) == 2 && lines[0] == lines[1] {
				return lines[:1]
			}
			return lines
		})},
	// With an access token a missing proof is refused as well as an empty one.
	{id: "PV-005", does: "treats an empty DPoP field as absent", breaks: ids{"RFC9449-4.1-05"}, at: withoutToken,
		change: gate{present: func(lines []string) bool { return len(lines) > 0 && lines[0] != "" }}},
	{id: "PV-006", does: "matches the field name with its letter case", breaks: ids{"RFC9449-4.1-01"},
		change: gate{fields: func(r *http.Request) []string {
			var values []string
			for _, f := range wire.RequestFields(r) {
				if f.Name == "DPoP" {
					values = append(values, f.Value)
				}
			}
			return values
		}}},
	{id: "PV-007", does: `strips quotes and a "DPoP " prefix from the value`, breaks: ids{"RFC9449-4.1-03"},
		change: each(func(line string) string { return strings.Trim(strings.TrimPrefix(line, "DPoP "), `"`) })},
}
