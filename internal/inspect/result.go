package inspect

import (
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/visible"
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
	Encrypted Kind = "JWE"
	Challenge Kind = "challenge"
	Request   Kind = "HTTP request"
	Answer    Kind = "HTTP answer"
	Key       Kind = "JWK"
	KeySet    Kind = "JWK Set"
	Document  Kind = "JSON document"
	Unknown   Kind = "unknown"
)

// Result is what was found out about a text.
type Result struct {
	Kind       Kind
	Name       string    // where it stood among others, such as "entry 2"
	Sections   []Section // decoded parts, in order
	Thumbprint string
	Findings   []dpop.Finding
	Notes      []string
}

// Section is a decoded part of a text.
type Section struct{ Title, Text string }

// Results are what was found out about all that a text holds.
type Results []*Result

// Broken reports whether a finding speaks against one of them.
func (list Results) Broken() bool {
	for _, r := range list {
		if r.Broken() {
			return true
		}
	}
	return false
}

// String explains the results for a terminal.
func (list Results) String() string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.String()
	}
	return strings.Join(texts, "\n")
}

// Broken reports whether a finding speaks against the text.
func (r *Result) Broken() bool {
	for _, f := range r.Findings {
		if f.Problem != "" {
			return true
		}
	}
	return false
}

// note adds a remark that speaks neither for nor against the text.
func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// section adds a decoded part. Private keys in it are masked.
func (r *Result) section(title, text string) {
	r.Sections = append(r.Sections, Section{title, mask.NewSecrets().MaskProof(text)})
}

// find adds what a check found; an empty problem says that it holds.
func (r *Result) find(check, problem string, requirements ...string) {
	r.Findings = append(r.Findings, dpop.Finding{Check: check, Requirements: requirements, Problem: problem})
}

// String explains the result for a terminal. Nothing in it can steer the terminal.
func (r *Result) String() string {
	var b strings.Builder
	b.WriteString(string(r.Kind))
	if r.Name != "" {
		b.WriteString(", " + r.Name)
	}
	b.WriteString("\n")
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
			fmt.Fprintf(&b, "✗ %-12s %s\n", f.Check, f.Problem)
			if len(f.Requirements) > 0 {
				fmt.Fprintf(&b, "  %-12s %s\n", "", strings.Join(f.Requirements, " "))
			}
		case f.Skipped != "":
			fmt.Fprintf(&b, "– %-12s %s\n", f.Check, f.Skipped)
		default:
			fmt.Fprintf(&b, "✓ %s\n", f.Check)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "! %s\n", note)
	}
	return visible.Text(b.String())
}
