package client

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// challenges reads each field line for itself and keeps what could be read
// before and behind an error: junk in one challenge must not hide another.
func challenges(lines []string) []dpop.Challenge {
	var all []dpop.Challenge
	for _, line := range lines {
		for line != "" {
			read, err := dpop.ParseChallenges([]string{line})
			all = append(all, read...)
			if err == nil {
				break
			}
			line = behindJunk(line)
		}
	}
	return all
}

// behindJunk returns the line from the next place at which a DPoP challenge can
// begin: behind a comma that stands outside of quotes.
func behindJunk(line string) string {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == ',' && !quoted:
			rest := strings.TrimLeft(line[i+1:], " \t,")
			scheme, _, _ := strings.Cut(rest, " ")
			if strings.EqualFold(scheme, dpop.Scheme) {
				return rest
			}
		}
	}
	return ""
}
