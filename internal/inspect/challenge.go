package inspect

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// challenges judges the values of WWW-Authenticate field lines.
func challenges(lines []string) *Result {
	r := &Result{Kind: Challenge}
	r.challenged(lines)
	return r
}

// challenged judges the challenges of an answer and returns them.
func (r *Result) challenged(lines []string) []dpop.Challenge {
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	list, err := dpop.ParseChallenges(lines)
	for _, c := range list {
		var b strings.Builder
		for _, p := range c.Parameters {
			fmt.Fprintf(&b, "%s = %s\n", p.Name, p.Value)
		}
		r.section(c.Scheme, strings.TrimSuffix(b.String()+c.Token68, "\n"))
	}
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	r.find("grammar", problem, "RFC9449-7.1-06")
	if c, found := dpop.FindChallenge(list, dpop.Scheme); found && err == nil {
		if value, found := c.Get("algs"); !found || value == "" {
			r.note("the DPoP challenge has no algs; it should name the algorithms that are taken " +
				"(RFC 9449 §7.1, RFC9449-7.1-12)")
		}
	}
	return list
}
