package dpop

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Scheme is the authentication scheme of bound access tokens (RFC 9449 §7.1).
const Scheme = "DPoP"

// Parameter is one auth-param of a challenge (RFC 9110 §11.2).
type Parameter struct{ Name, Value string }

// Challenge is one challenge of a WWW-Authenticate field (RFC 9110 §11.6.1):
// a scheme with parameters, or with a token68.
type Challenge struct {
	Scheme     string
	Token68    string
	Parameters []Parameter
}

// Is reports whether the challenge is of that scheme; letter case does not
// count (RFC 9110 §11.1).
func (c Challenge) Is(scheme string) bool { return strings.EqualFold(c.Scheme, scheme) }

// Get returns the first parameter of that name; letter case does not count.
func (c Challenge) Get(name string) (string, bool) {
	for _, p := range c.Parameters {
		if strings.EqualFold(p.Name, name) {
			return p.Value, true
		}
	}
	return "", false
}

// With returns the challenge with one more parameter.
func (c Challenge) With(name, value string) Challenge {
	c.Parameters = append(c.Parameters[:len(c.Parameters):len(c.Parameters)], Parameter{name, value})
	return c
}

// quotedPair escapes what a quoted-string cannot hold as it is (RFC 9110 §5.6.4).
var quotedPair = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// String writes the challenge with every value as a quoted-string.
func (c Challenge) String() string {
	text := c.Scheme
	if c.Token68 != "" {
		return text + " " + c.Token68
	}
	for i, p := range c.Parameters {
		separator := ", "
		if i == 0 {
			separator = " "
		}
		text += separator + p.Name + `="` + quotedPair.Replace(p.Value) + `"`
	}
	return text
}

// FindChallenge returns the first challenge of a scheme.
func FindChallenge(challenges []Challenge, scheme string) (Challenge, bool) {
	for _, c := range challenges {
		if c.Is(scheme) {
			return c, true
		}
	}
	return Challenge{}, false
}

// ParseChallenges reads the values of all WWW-Authenticate field lines
// strictly by RFC 9110 §11.6.1. What breaks the grammar is an error that names
// line and column; nothing is guessed. The challenges read so far come with it.
func ParseChallenges(lines []string) ([]Challenge, error) {
	var challenges []Challenge
	for n, line := range lines {
		p := challengeParser{text: line}
		if err := p.list(&challenges); err != nil {
			return challenges, fmt.Errorf("WWW-Authenticate line %d, column %d: %w", n+1, p.at+1, err)
		}
	}
	for _, c := range challenges {
		seen := map[string]bool{}
		for _, p := range c.Parameters {
			name := strings.ToLower(p.Name)
			if seen[name] {
				return challenges, fmt.Errorf("the parameter %s occurs twice in one %s challenge (RFC 9110 §11.2)",
					name, c.Scheme)
			}
			seen[name] = true
		}
	}
	return challenges, nil
}

type challengeParser struct {
	text string
	at   int
}

// list reads challenges and the parameters that follow each. Commas separate
// both, so after one it takes the next words to tell which it is.
func (p *challengeParser) list(into *[]Challenge) error {
	open := false // a challenge of this line can still take parameters
	for {
		p.skip(" \t,")
		if p.at == len(p.text) {
			return nil
		}
		name := p.token()
		if name == "" {
			return fmt.Errorf("expected a scheme or a parameter, found %q", firstRune(p.text[p.at:]))
		}
		before := p.at
		p.skip(" \t")
		if open && p.peek() == '=' {
			value, err := p.value()
			if err != nil {
				return err
			}
			last := &(*into)[len(*into)-1]
			last.Parameters = append(last.Parameters, Parameter{name, value})
			if err := p.end(); err != nil {
				return err
			}
			continue
		}
		if p.at == before && p.at < len(p.text) && p.peek() != ',' {
			return fmt.Errorf("expected a space behind the scheme %s", name)
		}
		*into = append(*into, Challenge{Scheme: name})
		open = true
		if err := p.credentials(&(*into)[len(*into)-1], &open); err != nil {
			return err
		}
	}
}

// credentials reads what follows a scheme: nothing, a token68, or the first
// parameter.
func (p *challengeParser) credentials(c *Challenge, open *bool) error {
	start := p.at
	name := p.token()
	p.skip(" \t")
	if name != "" && p.peek() == '=' && !p.padding() {
		value, err := p.value()
		if err != nil {
			return err
		}
		c.Parameters = []Parameter{{name, value}}
		return p.end()
	}
	p.at = start
	c.Token68 = p.token68()
	if c.Token68 != "" {
		*open = false
	}
	return p.end()
}

// padding reports whether the equals signs here end a token68.
func (p *challengeParser) padding() bool {
	rest := strings.TrimLeft(p.text[p.at:], "=")
	rest = strings.TrimLeft(rest, " \t")
	return rest == "" || rest[0] == ','
}

func (p *challengeParser) value() (string, error) {
	p.at++ // the equals sign
	p.skip(" \t")
	if p.peek() != '"' {
		if value := p.token(); value != "" {
			return value, nil
		}
		return "", fmt.Errorf("expected a value")
	}
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return b.String(), nil
		case c == '\\':
			p.at++
			if p.at == len(p.text) {
				return "", fmt.Errorf("a backslash at the end")
			}
			if control(p.text[p.at]) {
				return "", fmt.Errorf("a control character behind a backslash")
			}
			b.WriteByte(p.text[p.at])
		case control(c):
			return "", fmt.Errorf("a control character in a quoted-string")
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("a quoted-string is not closed")
}

// control reports whether an octet may not stand in a quoted-string, escaped or
// not (RFC 9110 §5.6.4).
func control(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }

// end demands a comma or the end of the line.
func (p *challengeParser) end() error {
	p.skip(" \t")
	if p.at < len(p.text) && p.peek() != ',' {
		return fmt.Errorf("expected a comma, found %q", firstRune(p.text[p.at:]))
	}
	return nil
}

// firstRune is the character that a text begins with, be it of several octets.
func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

func (p *challengeParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *challengeParser) skip(set string) {
	for p.at < len(p.text) && strings.IndexByte(set, p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *challengeParser) token() string {
	start := p.at
	for p.at < len(p.text) && tokenChar(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *challengeParser) token68() string {
	start := p.at
	for p.at < len(p.text) && (alphanumeric(p.text[p.at]) || strings.IndexByte("-._~+/", p.text[p.at]) >= 0) {
		p.at++
	}
	if p.at > start {
		p.skip("=")
	}
	return p.text[start:p.at]
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// tokenChar is tchar of RFC 9110 §5.6.2.
func tokenChar(c byte) bool {
	return alphanumeric(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
