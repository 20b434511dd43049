package mask

import (
	"regexp"
	"strings"
)

// maskedKey stands where a private key stood.
const maskedKey = "[masked private key]"

// findPEM finds private keys in PEM; one without an end goes to the end of the text.
func findPEM(s string, spans []span) []span {
	const frame = "-----"
	for at := 0; ; {
		i := strings.Index(s[at:], "-----BEGIN")
		if i < 0 {
			return spans
		}
		from := at + i
		at = from + len("-----BEGIN")
		title, _, ok := strings.Cut(s[at:], frame)
		if !ok || len(title) > 40 || !strings.Contains(title, "PRIVATE") {
			continue
		}
		to := len(s)
		if end := lastLine.FindStringIndex(s[at:]); end != nil {
			to = at + end[1]
		}
		spans = append(spans, span{from, to, maskedKey})
		at = to
	}
}

// cutPEM is how much at the beginning of a text belongs to a private key whose
// first lines were cut away: all up to its last line, or, if that was cut away
// too, the lines that hold nothing but base64.
func cutPEM(s string) int {
	if end := lastLine.FindStringIndex(s); end != nil && !strings.Contains(s[:end[0]], "-----BEGIN") &&
		strings.Contains(s[end[0]:end[1]], "PRIVATE") {
		return end[1]
	}
	return len(strings.TrimSpace(base64Lines.FindString(s)))
}

var (
	// The label may be escaped as in a form.
	lastLine = regexp.MustCompile(`-----END[A-Za-z0-9 +%]*-----`)
	// The first line has 64 characters (RFC 7468 §2), or what a cut has left of
	// them; few words are longer than 16.
	base64Lines = regexp.MustCompile(`^[A-Za-z0-9+/=]{16,}(?:\s*\n[A-Za-z0-9+/=]+)*\s*(?:$|\n)`)
)
