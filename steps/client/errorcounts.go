package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func errorCountSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^the report counts (\d+) (\w+) at the token endpoint and (\d+) at the API$`, (*Actor).errorsCounted,
		"Counts the errors that the client met by code and endpoint, writes the counts into the report and compares "+
			"two of them.",
		"Then the report counts 1 use_dpop_nonce at the token endpoint and 1 at the API")
}

// metError is an error that a server answered to the client.
type metError struct{ kind, code string }

// errorsMet counts them.
func (a *Actor) errorsMet() map[metError]int {
	count := map[metError]int{}
	for _, s := range a.sentTo("") {
		if code := errorIn(s); code != "" {
			count[metError{s.kind, code}]++
		}
	}
	return count
}

// errorIn is the error code of an answer, in a challenge or in a JSON body.
func errorIn(s sent) string {
	if s.Status/100 != 4 {
		return ""
	}
	challenges, _ := dpop.ParseChallenges(s.Answer.Values("WWW-Authenticate"))
	if c, found := dpop.FindChallenge(challenges, dpop.Scheme); found {
		if code, has := c.Get("error"); has {
			return code
		}
	}
	body, err := dpop.ParseObject(s.Reply)
	if err != nil {
		return ""
	}
	code, _ := body.Text("error")
	return code
}

func (a *Actor) errorsCounted(atToken int, code string, atAPI int) error {
	if err := a.began(); err != nil {
		return err
	}
	count := a.errorsMet()
	var lines []string
	for met, n := range count {
		lines = append(lines, fmt.Sprintf("%s %s %d", met.kind, met.code, n))
	}
	slices.Sort(lines)
	counted := strings.Join(lines, ", ")
	a.Observe("errors of DPoP: %s", counted)
	right := count[metError{toToken, code}] == atToken && count[metError{toAPI, code}] == atAPI
	return a.expect(right, fmt.Sprintf("%d %s at the token endpoint, %d at the API", atToken, code, atAPI), counted)
}
