package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/visible"
)

// oneLine is the text on one line, runs of white space as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(visible.Text(s)), " ") }

// clip cuts the text to at most width characters, with an ellipsis if it cut.
// A mask stays whole or goes.
func clip(s string, width int) string {
	if width <= 0 || utf8.RuneCountInString(s) <= width {
		return s
	}
	fits := len(string([]rune(s)[:width-1]))
	return s[:mask.CutMasked(s, fits)] + "…"
}

// clipBytes cuts the text to at most limit bytes, between characters and
// outside of masks, and says how much is missing.
func clipBytes(s string, limit int) string {
	at := mask.CutMasked(s, limit)
	if at == len(s) {
		return s
	}
	return s[:at] + "\n… " + plural(len(s)-at, "more byte")
}

// clipLines cuts the text to at most so many lines of at most so many characters,
// and says how many are missing. 0 lines: nothing is cut.
func clipLines(text string, most, width int) string {
	if most == 0 {
		return text
	}
	lines := strings.Split(text, "\n")
	more := len(lines) - most
	if more > 1 { // the line that says so takes the place of one
		lines = append(lines[:most-1:most-1], fmt.Sprintf("… %d more lines", more+1))
	}
	for i, l := range lines {
		lines[i] = clip(l, width)
	}
	return strings.Join(lines, "\n")
}

// wrap breaks the text into lines of at most width characters, at spaces;
// a word that is longer stays whole, so that it can be copied. The text's own
// line breaks stay.
func wrap(s string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case width > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
				lines = append(lines, line)
				line = word
			default:
				line += " " + word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// sentence is the text with a capital letter at its head.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// plural is the number with its noun: "1 case", "2 cases".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// number is a measured value in as few digits as tell it.
func number(v float64) string {
	if v == float64(int64(v)) {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// thousands is a count with commas: 1,750.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// tally is a large count with its noun: 1,750 cases.
func tally(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// firstOf is the first of the texts that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// runeLen is the width of a text without colours.
func runeLen(s string) int { return utf8.RuneCountInString(s) }

// someOf names the first of many, and how many there are beyond.
func someOf(names []string, most int) string {
	text := oneLine(strings.Join(names[:min(len(names), most)], ", "))
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %s more", thousands(more))
	}
	return text
}

// inTheFiles is where to find what the terminal leaves out.
const inTheFiles = "in the report files"

// slug is the text in characters that need no escape in a URL.
func slug(s string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(unreserved, r) {
			return r
		}
		return '-'
	}, s)
}

// brevity is a duration as people say it.
func brevity(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
