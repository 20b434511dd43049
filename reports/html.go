package reports

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/dpopspec/dpopspec/internal/visible"
)

//go:embed run.html.tmpl
var htmlSource string

//go:embed run.css
var htmlStyle string

var htmlTemplate = template.Must(template.New("run").Funcs(template.FuncMap{
	"style":    func() template.CSS { return template.CSS(htmlStyle) }, // ours, from the file beside
	"sign":     func(v Verdict) string { return signs[v] },
	"section":  section,
	"oneLine":  oneLine,
	"visible":  visible.Text,
	"clip":     func(s string) string { return visible.Text(clipBytes(s, htmlMessageLimit)) },
	"word":     verdictWord,
	"tally":    tally,
	"sentence": func(c Conformance) string { return sentence(string(c)) },
	"told":     Advice.told,
}).Parse(htmlSource))

// htmlMessageLimit is how many bytes of a message the page shows.
const htmlMessageLimit = 16 << 10

// WriteHTML writes the run as one page that needs nothing from elsewhere: no
// script, no style, no font, no picture. It reads on a telephone, on paper, by
// keyboard and by ear, in light and in dark.
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
