package inspect

import (
	"time"

	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// Context is what is known of the request that a proof came with. What is left
// empty is not judged.
type Context struct {
	Method string
	URL    string
	Token  string // access token
	Now    time.Time
}

// Kind is what a text was taken for.
type Kind string

// The kinds of texts.
const (
	Proof     Kind = "DPoP proof"
	Token     Kind = "JWT"
	Challenge Kind = "challenge"
	Request   Kind = "HTTP request"
)

// Result is what was found out about a text.
type Result struct {
	Kind       Kind
	Sections   []Section // decoded parts, in order
	Thumbprint string
	Findings   []dpop.Finding
	Notes      []string
}

// Section is a decoded part of a text.
type Section struct{ Title, Text string }

// Broken reports whether a finding speaks against the text.
func (r *Result) Broken() bool {
	for _, f := range r.Findings {
		if f.Problem != "" {
			return true
		}
	}
	return false
}

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
