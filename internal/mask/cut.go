package mask

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

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
		if masksToken(s, mark[0], mark[1]) {
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

// shown is how many characters a masked token keeps at most.
const shown = 10

// masksToken says whether the mark is ours for a token that is masked, whole: so few
// characters and how many there were, eyJhbG…(842). Others write that as well, behind
// more than we show.
func masksToken(s string, from, to int) bool {
	if s[from:to] != ellipsis || maskEnd(s, to) == to {
		return false
	}
	word := strings.LastIndexAny(s[:from], quotes+"=:,;&?/([{<>") + 1
	return utf8.RuneCountInString(s[word:from]) <= shown
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
