package visible

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Systems that run builds read commands out of what a build prints. GitHub and what
// runs its workflows obey a line that begins with "::", behind any white space, and
// "##[" anywhere in one; Azure DevOps "##vso[" and TeamCity "##teamcity[" anywhere;
// Buildkite folds at "--- ", "+++ " and "~~~ " and opens at "^^^ +++", behind any
// colours; GitLab and Travis fold at words of their own; readers of go test -v take
// "--- FAIL: x" and "=== RUN" for results. A stranger's words must do none of that.

// starts are what a line must not begin with. A space at the end is any white space.
var starts = []string{
	"::", "--- ", "+++ ", "~~~ ", "^^^ +++", "=== ",
	"section_start:", "section_end:", "travis_fold:", "travis_time:", "[command]",
}

// longestName is how long the name of a system between "##" and "[" may be.
const longestName = 40

// disarmer takes commands their first character. It keeps between texts of one
// output whether nothing but white space stands in the line as yet.
type disarmer struct {
	inLine  bool              // something stands in the line
	picture func(byte) string // what stands for the first character of a command
}

// wide is an ASCII character as wide as an ideograph: seen as what it is, and
// another character to a machine.
func wide(c byte) string { return string(rune(c) + 0xfee0) }

// disarm returns the text without commands. If more text may follow, it leaves at
// its end, and returns the length of, what could become a command.
func (d *disarmer) disarm(s string, more bool) (text string, left int) {
	var b strings.Builder
	done := 0
	replace := func(at int) {
		b.WriteString(s[done:at] + d.picture(s[at]))
		done = at + 1
	}
	for at := 0; at < len(s); {
		if !d.inLine {
			size, whole := blank(s[at:])
			if !whole && more {
				return b.String() + s[done:at], len(s) - at
			}
			if at += size; size > 0 {
				continue
			}
			switch found, whole := start(s[at:]); {
			case found && whole:
				replace(at)
				at++
				d.inLine = true
				continue
			case found && more:
				return b.String() + s[done:at], len(s) - at
			}
			d.inLine = true
		}
		next := strings.IndexAny(s[at:], "#\n\r")
		if next < 0 {
			break
		}
		if at += next; s[at] != '#' {
			d.inLine = false
			at++
			continue
		}
		switch found, whole := numbered(s[at:]); {
		case found && whole:
			replace(at)
		case found && more:
			return b.String() + s[done:at], len(s) - at
		}
		at++
	}
	if done == 0 {
		return s, 0
	}
	return b.String() + s[done:], 0
}

// blank is the length of the white space, line end or colour at the head of a text,
// 0 if there is none; not whole, if the text ends in the middle of a colour.
func blank(s string) (size int, whole bool) {
	if s[0] == '\x1b' {
		return colour(s)
	}
	if r, size := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
		return size, true
	}
	return 0, true
}

// colour is the length of a control sequence (ECMA-48 §5.4) at the head of a text.
func colour(s string) (size int, whole bool) {
	if len(s) == 1 {
		return 0, false
	}
	if s[1] != '[' {
		return 0, true
	}
	for i := 2; i < len(s); i++ {
		if c := s[i]; c >= 0x40 && c < 0x7f {
			return i + 1, true
		} else if c < 0x20 || c > 0x3f {
			return 0, true
		}
	}
	return 0, false
}

// start says whether a text begins with one of starts, or, not whole, is the
// beginning of one.
func start(s string) (found, whole bool) {
	for _, command := range starts {
		switch n := common(s, command); {
		case n == len(command):
			return true, true
		case n == len(s):
			found = true
		}
	}
	return found, false
}

// common is how many octets of the command stand at the head of the text. White space
// at the end of a command stands for every kind but a line end: then nothing follows.
func common(s, command string) int {
	n := 0
	for n < len(command) && n < len(s) && s[n] == command[n] {
		n++
	}
	if n == len(command)-1 && command[n] == ' ' && n < len(s) && s[n] != '\n' && s[n] != '\r' {
		if size, whole := blank(s[n:]); size > 0 || !whole {
			return len(command)
		}
	}
	return n
}

// numbered says whether a text begins with "##", a name or none, and "[", or, not
// whole, is the beginning of that.
func numbered(s string) (found, whole bool) {
	if len(s) < 2 {
		return true, false
	}
	if s[1] != '#' {
		return false, false
	}
	for i := 2; i < len(s) && i < 2+longestName; i++ {
		switch c := s[i]; {
		case c == '[':
			return true, true
		case c != '-' && c != '_' && c != '.' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9'):
			return false, false
		}
	}
	return len(s) < 2+longestName, false
}
