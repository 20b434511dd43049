package mask

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// ellipsis stands where a text was cut.
const ellipsis = "…"

// Head is the first octets of a text that may hold secrets, at most limit of
// them and whole characters, and says how long the text was if that is not
// all. Masking the head hides a secret that was cut.
func Head(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:characterBorder(text, limit)] + fmt.Sprintf("%s (%d octets)", ellipsis, len(text))
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

// cut is a place where something may have been cut out of a text: the mark that
// says so, and how far it is to the marks before and behind it.
type cut struct{ before, from, to, behind int }

// cutMark is ours, or one that others write.
var cutMark = regexp.MustCompile(ellipsis + `|\.{3,}`)

// cutsIn finds the places where a text was cut, by whomever.
func cutsIn(s string) []cut {
	if !strings.Contains(s, ellipsis) && !strings.Contains(s, "...") {
		return nil
	}
	var cuts []cut
	before := 0
	for _, mark := range cutMark.FindAllStringIndex(s, -1) {
		if maskEnd(s, mark[1]) > mark[1] { // a masked token, whole
			continue
		}
		if n := len(cuts); n > 0 {
			cuts[n-1].behind = mark[0]
		}
		cuts = append(cuts, cut{before, mark[0], mark[1], len(s)})
		before = mark[1]
	}
	return cuts
}

// quotes may stand between a text and the mark that says that it was cut.
const quotes = "\"'`\\ \t\r\n"

// endBefore is where the text before the mark ends.
func (c cut) endBefore(s string) int {
	return c.before + len(strings.TrimRight(s[c.before:c.from], quotes))
}

// startBehind is where the text behind the mark begins.
func (c cut) startBehind(s string) int {
	return c.behind - len(strings.TrimLeft(s[c.to:c.behind], quotes))
}

// findCut appends what stands of literals that were cut.
func (l *literals) findCut(s string, c cut, spans []span) []span {
	end := c.endBefore(s)
	if at := c.before + l.beginning(s[c.before:end]); at < end {
		spans = append(spans, span{at, c.from, masked})
	}
	start := c.startBehind(s)
	if n := l.ending(s[start:c.behind]); n > 0 {
		spans = append(spans, span{start, start + n, masked})
	}
	return spans
}

// findCutByPlace appends what stands of secrets that only the text that was cut
// away would have given away. Values of fields, parameters and members need no
// help: they go on to their end, with the mark in them.
func findCutByPlace(s string, c cut, spans []span) []span {
	end := c.endBefore(s)
	if at := c.before + cutToken(s[c.before:end]); at < end {
		spans = append(spans, span{at, c.from, masked})
	}
	if at := c.before + cutPassword(s[c.before:end]); at < end {
		spans = append(spans, span{at, c.from, masked})
	}
	start := c.startBehind(s)
	if n := cutPEM(s[start:c.behind]); n > 0 {
		spans = append(spans, span{start, start + n, maskedKey})
	}
	return spans
}
