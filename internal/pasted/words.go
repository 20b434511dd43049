package pasted

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// shell is how a command line is quoted.
type shell int

const (
	posix shell = iota
	windows
	powerShell
)

// shellOf tells the shells apart by the mark that each escapes an end of line or a
// quote with.
func shellOf(text string) shell {
	switch {
	case strings.Contains(text, `^"`), strings.Contains(text, "^\n"), strings.Contains(text, "^\r"):
		return windows
	case strings.Contains(text, "`\n"), strings.Contains(text, "`\r"), strings.HasPrefix(text, "curl.exe"):
		return powerShell
	}
	return posix
}

// operators end a command; what stands behind them belongs to another.
var operators = []string{"&&", "||", ";", "&", "|"}

// splitter cuts a command line into words, as a shell does. Nothing is expanded: a
// variable stays its name.
type splitter struct {
	text string
	at   int

	word    strings.Builder
	begun   bool // a word, be it empty
	command []string
	all     [][]string
}

// split returns the commands of a text, each as its words.
func split(text string) [][]string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	kind := shellOf(text)
	if kind == windows {
		text = uncareted(text)
	}
	s := &splitter{text: text}
	for s.at < len(text) {
		s.step(kind)
	}
	s.endCommand()
	return s.all
}

// uncareted undoes the carets of cmd.exe, which come before the program splits its
// line: a caret makes the next character plain and joins lines.
func uncareted(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '^' && i+1 < len(text) {
			i++
			if text[i] == '\n' {
				if strings.HasPrefix(text[i:], "\n\n") { // an end of line inside a word
					b.WriteByte('\n')
					i++
				} else if strings.HasPrefix(text[i:], "\n^\n") {
					continue
				} else {
					b.WriteByte(' ')
				}
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func (s *splitter) rest() string { return s.text[s.at:] }

func (s *splitter) put(text string) {
	s.word.WriteString(text)
	s.begun = true
}

func (s *splitter) endWord() {
	if s.begun {
		s.command = append(s.command, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}

func (s *splitter) endCommand() {
	s.endWord()
	if len(s.command) > 0 {
		s.all = append(s.all, s.command)
	}
	s.command = nil
}

// step reads one character, or one quoted part.
func (s *splitter) step(kind shell) {
	rest := s.rest()
	c := rest[0]
	escape := map[shell]byte{posix: '\\', powerShell: '`'}[kind]
	switch {
	case c == ' ' || c == '\t':
		s.endWord()
		s.at++
	case c == '\n':
		s.endCommand()
		s.at++
	case kind != windows && c == escape:
		s.escaped(rest)
	case kind == posix && strings.HasPrefix(rest, "$'"):
		s.at += 2
		s.cString()
	case kind != windows && c == '\'':
		s.at++
		s.literal(kind)
	case c == '"':
		s.at++
		s.quoted(kind)
	case kind == windows && strings.HasPrefix(rest, `\"`):
		s.put(`"`)
		s.at += 2
	default:
		if !s.begun || c == ';' || c == '|' {
			for _, operator := range operators {
				if strings.HasPrefix(rest, operator) {
					s.endCommand()
					s.at += len(operator)
					return
				}
			}
		}
		s.put(rest[:1])
		s.at++
	}
}

// escaped is an escape outside quotes; before an end of line it joins lines.
func (s *splitter) escaped(rest string) {
	s.at += min(2, len(rest))
	if len(rest) > 1 && rest[1] != '\n' {
		_, size := utf8.DecodeRuneInString(rest[1:])
		s.put(rest[1 : 1+size])
		s.at += size - 1
	}
}

// literal is a part in single quotes; PowerShell writes one of them as two.
func (s *splitter) literal(kind shell) {
	s.begun = true
	for s.at < len(s.text) {
		rest := s.rest()
		if kind == powerShell && strings.HasPrefix(rest, "''") {
			s.put("'")
			s.at += 2
			continue
		}
		s.at++
		if rest[0] == '\'' {
			return
		}
		s.put(rest[:1])
	}
}

// quoted is a part in double quotes.
func (s *splitter) quoted(kind shell) {
	s.begun = true
	for s.at < len(s.text) {
		rest := s.rest()
		next := byte(0)
		if len(rest) > 1 {
			next = rest[1]
		}
		switch {
		case kind == posix && rest[0] == '\\' && next == '\n':
			s.at += 2
		case kind == posix && rest[0] == '\\' && strings.IndexByte("$`\"\\", next) >= 0 && next != 0,
			kind != posix && rest[0] == '\\' && (next == '"' || next == '\\' && strings.HasPrefix(rest[2:], `"`)),
			kind == powerShell && rest[0] == '`' && next != 0,
			kind != posix && rest[0] == '"' && next == '"':
			s.put(rest[1:2])
			s.at += 2
		case rest[0] == '"':
			s.at++
			return
		default:
			s.put(rest[:1])
			s.at++
		}
	}
}

// cEscapes are those of $'…' that stand for one character.
var cEscapes = map[byte]string{
	'n': "\n", 't': "\t", 'r': "\r", 'a': "\a", 'b': "\b", 'e': "\x1b", 'f': "\f", 'v': "\v", '\\': `\`, '\'': "'",
	'"': `"`, '?': "?",
}

// cString is a part in $'…', whose escapes are those of C.
func (s *splitter) cString() {
	s.begun = true
	for s.at < len(s.text) {
		rest := s.rest()
		switch {
		case rest[0] == '\'':
			s.at++
			return
		case rest[0] != '\\' || len(rest) == 1:
			s.put(rest[:1])
			s.at++
		default:
			text, size := cEscape(rest)
			s.put(text)
			s.at += size
		}
	}
}

// cEscape returns what an escape at the head of a text stands for, and its length.
func cEscape(text string) (string, int) {
	if plain, known := cEscapes[text[1]]; known {
		return plain, 2
	}
	for _, form := range []struct {
		letter byte
		most   int
	}{{'x', 2}, {'u', 4}, {'U', 8}} {
		if text[1] != form.letter {
			continue
		}
		end := 2
		for end < len(text) && end < 2+form.most && strings.IndexByte("0123456789abcdefABCDEF", text[end]) >= 0 {
			end++
		}
		if n, err := strconv.ParseUint(text[2:end], 16, 32); err == nil {
			if form.letter == 'x' {
				return string([]byte{byte(n)}), end
			}
			return string(rune(n)), end
		}
	}
	if end := octal(text); end > 1 {
		n, _ := strconv.ParseUint(text[1:end], 8, 16)
		return string([]byte{byte(n)}), end
	}
	return text[:2], 2
}

// octal is where the digits behind a backslash end.
func octal(text string) int {
	end := 1
	for end < len(text) && end < 4 && text[end] >= '0' && text[end] <= '7' {
		end++
	}
	return end
}
