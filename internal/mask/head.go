package mask

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Head is the first octets of a text that may hold secrets, at most limit of
// them and whole characters, and says how long the text was if that is not
// all. Masking the head hides a secret that was cut.
func Head(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:characterBorder(text, limit)] + fmt.Sprintf("%s (%d octets)", ellipsis, len(text))
}

// HeadMasked is Head for a text that is masked already: it cuts through no mask.
func HeadMasked(masked string, limit int) string {
	at := CutMasked(masked, limit)
	if at == len(masked) {
		return masked
	}
	return masked[:at] + fmt.Sprintf("%s (%d octets)", ellipsis, len(masked))
}

// Tail is the last whole lines of a text that may hold secrets, in at most
// limit octets; an ellipsis on a line of its own stands for what is not there.
// Masking the tail hides a secret of several lines that was cut. A line is not
// cut: what stands in it may be secret because of how the line began.
func Tail(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	_, lines, _ := strings.Cut(text[len(text)-limit:], "\n")
	return ellipsis + "\n" + lines
}

// characterBorder is the last place up to at where a character of UTF-8 begins.
func characterBorder(s string, at int) int {
	for i := at; i > max(0, at-utf8.UTFMax); i-- {
		if utf8.RuneStart(s[i]) {
			return i
		}
	}
	return at
}

// whole is what loses its meaning if it is cut: a mask, and what Head says.
var whole = regexp.MustCompile(`\[masked(?: private key)?\]|` + ellipsis + `(?:\([0-9]+\)| \([0-9]+ octets\))`)

// CutMasked is where a masked text can be cut so that at most limit octets
// remain: between two characters, and not inside of a mask.
func CutMasked(text string, limit int) int {
	if len(text) <= limit {
		return len(text)
	}
	const longest = 40 // octets of a mask
	at := characterBorder(text, limit)
	near := max(0, at-longest)
	for _, mask := range whole.FindAllStringIndex(text[near:min(len(text), at+longest)], -1) {
		if from, to := near+mask[0], near+mask[1]; from < at && at < to {
			return from
		}
	}
	return at
}
