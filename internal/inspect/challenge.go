package inspect

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// challengeText returns the challenges in a text, with or without the name of
// their field; nothing if it holds none.
func challengeText(text string) string {
	if value, found := fieldValue(text, "WWW-Authenticate"); found {
		return value
	}
	scheme, parameters, _ := strings.Cut(text, " ")
	known := strings.EqualFold(scheme, dpop.Scheme) || strings.EqualFold(scheme, "Bearer")
	if known && strings.Contains(parameters, "=") && strings.Count(text, ".") < 2 {
		return text
	}
	return ""
}

// fieldValue returns the value of a text that is a field line of that name.
func fieldValue(text, name string) (string, bool) {
	before, value, found := strings.Cut(text, ":")
	return strings.TrimSpace(value), found && strings.EqualFold(strings.TrimSpace(before), name)
}

func challenge(text string) (*Result, error) {
	r := &Result{Kind: Challenge}
	challenges, err := dpop.ParseChallenges(strings.Split(text, "\n"))
	for _, c := range challenges {
		var b strings.Builder
		for _, p := range c.Parameters {
			fmt.Fprintf(&b, "%s = %s\n", p.Name, p.Value)
		}
		r.Sections = append(r.Sections, Section{c.Scheme, strings.TrimSuffix(b.String()+c.Token68, "\n")})
	}
	grammar := dpop.Finding{Check: "grammar", Requirements: []string{"RFC9449-7.1-06"}}
	if err != nil {
		grammar.Problem = err.Error()
	}
	r.Findings = append(r.Findings, grammar)
	if c, found := dpop.FindChallenge(challenges, dpop.Scheme); found {
		algs := dpop.Finding{Check: "algs", Requirements: []string{"RFC9449-7.1-12"}}
		if value, found := c.Get("algs"); !found || value == "" {
			algs.Problem = "the DPoP challenge has no algs"
		}
		r.Findings = append(r.Findings, algs)
	}
	return r, nil
}
