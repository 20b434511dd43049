package dpop

import (
	"errors"
	"strings"
)

// Credentials is the value of an Authorization field (RFC 9110 §11.4).
type Credentials struct {
	Scheme string
	Token  string
}

// Is compares the scheme without letter case (RFC 9110 §11.1).
func (c Credentials) Is(scheme string) bool { return strings.EqualFold(c.Scheme, scheme) }

// ParseCredentials reads an Authorization value of the DPoP or Bearer form:
// scheme, one or more spaces, token68 (RFC 9449 §7.1, RFC 6750 §2.1).
func ParseCredentials(value string) (Credentials, error) {
	scheme, rest, found := strings.Cut(value, " ")
	if !found {
		return Credentials{Scheme: scheme}, errors.New("the Authorization field has no token behind its scheme")
	}
	c := Credentials{Scheme: scheme, Token: strings.TrimLeft(rest, " ")}
	p := challengeParser{text: c.Token}
	if c.Token == "" || p.token68() != c.Token {
		return c, errors.New("the Authorization field is not a scheme, spaces and one token68")
	}
	return c, nil
}

// IsToken68 reports whether text is one token68 (RFC 9110 §11.2).
func IsToken68(text string) bool {
	p := challengeParser{text: text}
	return text != "" && p.token68() == text
}
