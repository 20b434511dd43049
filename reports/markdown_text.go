package reports

import "strings"

// markdown is the text as text: on one line, with nothing that Markdown or HTML would act on.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '@': // nobody is to be notified of a failure by an accident of its text
			b.WriteString("&#64;")
		case '\\', '`', '*', '_', '[', ']', '|', '#', '!', '~', '$':
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code is the text inside a pair of backticks.
func code(s string) string { return strings.ReplaceAll(oneLine(s), "`", "'") }

// fenced is a block of code whose fence is longer than any in the text.
func fenced(label, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	language := ""
	switch label {
	case "request", "response":
		language = "http"
	case "proof header", "proof claims":
		language = "json"
	}
	return "\n" + label + "\n\n" + fence + language + "\n" + text + "\n" + fence + "\n\n"
}
