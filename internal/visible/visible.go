// Package visible makes text that a stranger wrote safe to print: nothing of it
// can move the cursor, colour or rename a terminal, show another order of
// characters than the one that stands there, or is a command to the system that runs
// a build.
package visible

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is the text with control characters as the pictures of themselves (␛ for
// escape). Carriage returns before a line feed go; what is not UTF-8, what
// reorders text and what cannot be seen becomes U+FFFD, and so does each combining mark of
// a pile but the lowest. Line feeds and tabs stay. A
// command to a system that runs builds begins with the wide form of its first
// character (：:error), for the text may come to stand at the beginning of a line.
func Text(s string) string {
	text, _ := (&disarmer{picture: wide}).disarm(characters(s), false)
	return text
}

// characters is Text without a look at commands.
func characters(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	marks := 0
	return strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > mostMarks {
			return utf8.RuneError
		}
		return Rune(r)
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// mostMarks is how many combining marks one character may bear, more than any language
// sets. A pile of them covers the lines around it, and no line can be broken within it.
const mostMarks = 8

// plain says whether characters has nothing to do.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// Rune is what stands for a character.
func Rune(r rune) rune {
	switch {
	case r == '\n', r == '\t':
		return r
	case r < 0x20:
		return 0x2400 + r
	case r == 0x7f:
		return 0x2421
	case Hidden(r):
		return utf8.RuneError
	}
	return r
}

// Hidden reports whether a character beyond ASCII acts instead of being seen: the
// second set of controls; what reorders or joins text, or is as wide as nothing
// (Unicode's formats, among them the tags); line and paragraph separators; the
// fillers of Hangul; variations, but for the two that choose between the looks of an
// emoji; what XML 1.0 has no place for.
func Hidden(r rune) bool {
	switch r {
	case 0xfe0e, 0xfe0f:
		return false
	case 0x034f, 0x115f, 0x1160, 0x3164, 0xffa0, 0xfffe, 0xffff:
		return true
	}
	return r >= 0x80 && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector)
}
