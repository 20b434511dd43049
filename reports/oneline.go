package reports

import "io"

// WriteLine writes what became of one case in one line. The case must have been
// masked by a Redactor.
func WriteLine(w io.Writer, c Case, t Terminal) error {
	text := t.sign(c.Verdict) + " " + oneLine(c.Title())
	if c.Actual != "" {
		text += ": " + oneLine(c.Actual)
	}
	for _, r := range c.Requirements {
		text += " (" + oneLine(r.ID) + ")"
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}
