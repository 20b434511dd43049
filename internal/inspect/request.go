package inspect

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

var requestLine = regexp.MustCompile(`^(?:> )?([!#$%&'*+.^_|~0-9A-Za-z-]+) (\S+) HTTP/[0-9.]+\s*$`)

func looksLikeRequest(text string) bool {
	for line := range strings.Lines(text) {
		if requestLine.MatchString(strings.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

// request reads an HTTP request as it stands on the wire, or as curl -v prints
// it with "> " before each line, and judges its proof in that context.
func request(text string, c Context) (*Result, error) {
	method, target, fields, err := readRequest(text)
	if err != nil {
		return nil, err
	}
	if c.Method == "" {
		c.Method = method
	}
	if c.URL == "" {
		if host, found := fields.One("Host"); found {
			c.URL = dpop.TargetURI("https://"+host, target)
		}
	}
	var notes []string
	if lines := fields.Values("Authorization"); len(lines) > 0 {
		credentials, err := dpop.ParseCredentials(lines[0])
		switch {
		case len(lines) > 1:
			notes = append(notes, fmt.Sprintf("%d Authorization field lines where one is allowed", len(lines)))
		case credentials.Is(dpop.Scheme) && err == nil && c.Token == "":
			c.Token = credentials.Token
		case err != nil && credentials.Is(dpop.Scheme):
			notes = append(notes, err.Error())
		case credentials.Is("Bearer"):
			notes = append(notes, "the token is sent with the Bearer scheme; a bound token needs DPoP (RFC 9449 §7.1)")
		}
	}
	r := proof(fields.Values("DPoP"), c)
	r.Kind = Request
	r.Notes = append(notes, r.Notes...)
	r.Sections = append([]Section{{"request", method + " " + target}}, r.Sections...)
	return r, nil
}

func readRequest(text string) (method, target string, fields wire.Fields, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if method == "" {
			if m := requestLine.FindStringSubmatch(line); m != nil {
				method, target = m[1], m[2]
			}
			continue
		}
		line = strings.TrimPrefix(line, "> ")
		if line == "" || line == ">" {
			break
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			continue
		}
		fields = append(fields, wire.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	if len(fields.Values("DPoP")) == 0 {
		return method, target, fields, errors.New("the HTTP request has no DPoP field")
	}
	return method, target, fields, nil
}
