package reports

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/dpopspec/dpopspec/internal/curl"
	"github.com/dpopspec/dpopspec/internal/visible"
)

//go:embed run.html.tmpl
var htmlSource string

//go:embed run.css
var htmlStyle string

//go:embed run.js
var htmlScript string

var htmlTemplate = template.Must(template.New("run").Funcs(template.FuncMap{
	"style":    func() template.CSS { return template.CSS(htmlStyle) }, // ours, from the file beside
	"script":   func() template.JS { return template.JS(htmlScript) },  // as well
	"policy":   func() string { return contentPolicy },
	"curl":     func(e Exchange) string { return curl.Command(e.URL, e.Request) },
	"short":    short,
	"name":     name,
	"verdicts": func() []Verdict { return Verdicts },
	"sign":     func(v Verdict) string { return signs[v] },
	"section":  section,
	"oneLine":  func(s string) string { return shorten(oneLine(s), htmlLineLimit) },
	"visible":  func(s string) string { return visible.Text(clipBytes(s, htmlTextLimit)) },
	"long":     long,
	"clip":     func(s string) string { return visible.Text(clipBytes(s, htmlMessageLimit)) },
	"word":     verdictWord,
	"tally":    tally,
	"sentence": func(c Conformance) string { return sentence(string(c)) },
	"told":     Advice.told,
}).Parse(htmlSource))

// How much of a stranger's words the page shows: bytes of a message and of a text,
// characters of a line.
const (
	htmlMessageLimit = 16 << 10
	htmlTextLimit    = 4 << 10
	htmlLineLimit    = 600
)

// long reports whether a text has so much that it scrolls by itself: else one answer would
// push all the others off the page.
func long(s string) bool { return len(s) > 1500 || strings.Count(s, "\n") > 20 }

// contentPolicy lets the page's own style and script work, by their hashes, and nothing
// else: a stranger's script has none, nor may anything be fetched or sent.
var contentPolicy = "default-src 'none'; script-src " + hashOf(htmlScript) + "; style-src " + hashOf(htmlStyle) +
	"; base-uri 'none'; form-action 'none'"

// hashOf is the source of an inline element in a policy (CSP Level 3, hash-source).
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// WriteHTML writes the run as one page that needs nothing from elsewhere: no font, no
// picture, and one script, its own, which filters cases and copies commands. Without it
// everything is there to be read. The page reads on a telephone, by keyboard and by ear,
// in light and in dark; on paper it has twenty pages at most.
func WriteHTML(w io.Writer, redacted Redacted) error {
	if err := htmlTemplate.Execute(w, htmlPageOf(&redacted.run)); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	return nil
}

// verdictWord is the verdict as a reader of a table is told.
func verdictWord(v Verdict) string {
	if v == "" {
		return "no case"
	}
	return string(v)
}
