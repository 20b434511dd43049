package inspect

import (
	"fmt"
	"strings"
)

// String explains the result for a terminal.
func (r *Result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Kind)
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "\n%s\n  %s\n", s.Title, strings.ReplaceAll(s.Text, "\n", "\n  "))
	}
	if r.Thumbprint != "" {
		fmt.Fprintf(&b, "\nthumbprint %s\n", r.Thumbprint)
	}
	b.WriteString("\n")
	for _, f := range r.Findings {
		switch {
		case f.Problem != "":
			fmt.Fprintf(&b, "✗ %-12s %s\n  %-12s %s\n", f.Check, f.Problem, "", strings.Join(f.Requirements, " "))
		case f.Skipped != "":
			fmt.Fprintf(&b, "– %-12s %s\n", f.Check, f.Skipped)
		default:
			fmt.Fprintf(&b, "✓ %s\n", f.Check)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "! %s\n", note)
	}
	return b.String()
}
