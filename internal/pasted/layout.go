package pasted

import (
	"regexp"
	"strings"
)

// coloured are the sequences by which programs colour a terminal (ECMA-48 §8.3.117),
// and the links and titles that they set there.
var coloured = regexp.MustCompile("\x1b\\[[0-9;:]*m|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")

// plainly takes out what belongs to the place where a text stood: colours, and the
// indentation of a figure or a list. The first line may have lost its indentation when
// it was copied.
func plainly(text string) string {
	text = coloured.ReplaceAllString(text, "")
	lines := strings.Split(text, "\n")
	first := 0
	for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	if first >= len(lines)-1 {
		return text
	}
	head := strings.TrimSpace(lines[first])
	rest := lines[first+1:]
	indent := indentation(rest)
	if indent == "" || !starts(head) && !telltale(head) && !strings.HasPrefix(lines[first], indent) {
		return text
	}
	for i, line := range rest {
		rest[i] = strings.TrimPrefix(line, indent)
	}
	lines[first] = head
	return strings.Join(lines[first:], "\n")
}

// indentation is the white space that all lines begin with, but for empty ones.
func indentation(lines []string) string {
	common, any := "", false
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		own := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if !any {
			common, any = own, true
		}
		for !strings.HasPrefix(own, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}
