package baseline

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
)

// Formats are those of a Diff.
var Formats = map[string]func(io.Writer, Diff) error{"text": writeText, "markdown": writeMarkdown, "json": writeJSON}

// Of each change so many causes are told, and of each cause so many cases; JSON has all.
const (
	mostGroups = 20
	mostCases  = 10
	width      = 80
)

var headings = map[Change]string{
	Broken: "failing anew", Untested: "no longer tested", Vanished: "no longer there", Mended: "mended",
	Excused: "excused by known deviations", Otherwise: "another verdict", Appeared: "new, and not failing",
}

func writeJSON(w io.Writer, d Diff) error {
	encoder := json.NewEncoder(visible.NewJSONWriter(w))
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func writeText(w io.Writer, d Diff) error {
	var b strings.Builder
	for _, s := range []struct {
		name string
		side Side
	}{{"old", d.Old}, {"new", d.New}} {
		paragraph(&b, s.name+"  ", "     ", s.side.words())
	}
	for _, what := range d.Differ {
		paragraph(&b, "  ! ", "    ", what)
	}
	d.each(func(change Change, groups []Group, total int) {
		fmt.Fprintf(&b, "\n%s %s %s\n", d.sign(groups), tally(total, "case"), headings[change])
		for _, g := range groups[:min(len(groups), mostGroups)] {
			paragraph(&b, "  ", "  ", fmt.Sprintf("%s (%d)", line(g.Title), len(g.Cases)))
			for _, c := range g.Cases[:min(len(g.Cases), mostCases)] {
				fmt.Fprintf(&b, "    %s: %s\n", line(c.ID), c.words())
			}
			more(&b, "    … and %s\n", len(g.Cases)-mostCases, "more case")
		}
		more(&b, "  … and %s\n", len(groups)-mostGroups, "more cause")
	})
	fmt.Fprintf(&b, "\n%s\n", d.Words())
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMarkdown(w io.Writer, d Diff) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## DPoP: %s\n\n- old: %s\n- new: %s\n", d.Words(), markdown(d.Old.words()), markdown(d.New.words()))
	for _, what := range d.Differ {
		fmt.Fprintf(&b, "- %s\n", markdown(what))
	}
	d.each(func(change Change, groups []Group, total int) {
		fmt.Fprintf(&b, "\n### %s %s %s\n\n", d.sign(groups), tally(total, "case"), headings[change])
		for _, g := range groups[:min(len(groups), mostGroups)] {
			fmt.Fprintf(&b, "<details><summary>%s (%d)</summary>\n\n", markdown(g.Title), len(g.Cases))
			for _, c := range g.Cases[:min(len(g.Cases), mostCases)] {
				fmt.Fprintf(&b, "- %s: %s\n", markdown(c.ID), markdown(c.words()))
			}
			more(&b, "- … and %s\n", len(g.Cases)-mostCases, "more case")
			b.WriteString("\n</details>\n")
		}
		more(&b, "\n… and %s\n", len(groups)-mostGroups, "more cause")
	})
	_, err := io.WriteString(w, b.String())
	return err
}

// each calls for each kind of change that there is.
func (d Diff) each(tell func(change Change, groups []Group, total int)) {
	for _, change := range Changes {
		var groups []Group
		total := 0
		for _, g := range d.Groups {
			if g.Change == change {
				groups = append(groups, g)
				total += len(g.Cases)
			}
		}
		if groups != nil {
			tell(change, groups, total)
		}
	}
}

// sign tells what is worse without a colour.
func (d Diff) sign(groups []Group) string {
	switch {
	case groups[0].Worse:
		return "✗"
	case groups[0].Change == Mended:
		return "✓"
	}
	return "·"
}

// Words is the outcome in a line.
func (d Diff) Words() string {
	worse := 0
	for _, g := range d.Groups {
		if g.Worse {
			worse += len(g.Cases)
		}
	}
	switch {
	case worse > 0:
		return "worse: " + tally(worse, "case")
	case len(d.Groups) > 0:
		return "nothing is worse"
	}
	return "no difference"
}

func (s Side) words() string {
	parts := []string{string(s.Verdict), tally(s.Summary.Total, "case")}
	for _, v := range reports.Verdicts {
		if n := s.Summary.Of(v); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	parts = append(parts, "profile "+line(s.run.Profile))
	if s.run.Level != "" {
		parts = append(parts, "level "+line(s.run.Level))
	}
	if s.run.Set.Version != "" {
		parts = append(parts, "requirements "+line(s.run.Set.Version))
	}
	return line(s.File) + ": " + strings.Join(parts, " · ")
}

func (c Differing) words() string {
	switch {
	case c.Was == "":
		return string(c.Is)
	case c.Is == "":
		return "was " + string(c.Was)
	}
	return fmt.Sprintf("%s, was %s", c.Is, c.Was)
}

func tally(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func more(b *strings.Builder, format string, n int, what string) {
	if n > 0 {
		fmt.Fprintf(b, format, tally(n, what))
	}
}

// line is a text in one line, in which nothing is hidden.
func line(text string) string { return strings.Join(strings.Fields(visible.Text(text)), " ") }

// paragraph breaks a text at the width, between words.
func paragraph(b *strings.Builder, first, then, text string) {
	at := first
	for _, word := range strings.Fields(text) {
		if utf8.RuneCountInString(at+word) > width && strings.TrimSpace(at) != "" && at != first {
			b.WriteString(strings.TrimRight(at, " ") + "\n")
			at = then
		}
		at += word + " "
	}
	b.WriteString(strings.TrimRight(at, " ") + "\n")
}

// markdown takes from a text what Markdown and HTML would act upon.
func markdown(text string) string {
	text = line(text)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[",
		"]", "\\]", "|", "\\|", "@", "&#64;", "#", "\\#", "!", "\\!", "~", "\\~", "\\", "\\\\").Replace(text)
}
