package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func ratesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^the report counts (\d+) (\w+) at the token endpoint and (\d+) at the API$`, (*Actor).errorsCounted,
		"Counts the errors that the client met by code and endpoint, writes the counts into the report and compares two of them.",
		"Then the report counts 1 use_dpop_nonce at the token endpoint and 1 at the API")
}

// errors counts the errors that the servers answered to the client, by
// endpoint and code.
func (w *Actor) errors() map[[2]string]int {
	count := map[[2]string]int{}
	for _, s := range w.sentTo("") {
		code := errorIn(s)
		if code != "" {
			count[[2]string{s.kind, code}]++
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

func (w *Actor) errorsCounted(atToken int, code string, atAPI int) error {
	if err := w.began(); err != nil {
		return err
	}
	count := w.errors()
	var lines []string
	for key, n := range count {
		lines = append(lines, fmt.Sprintf("%s %s %d", key[0], key[1], n))
	}
	slices.Sort(lines)
	w.Observe("errors of DPoP: %s", strings.Join(lines, ", "))
	right := count[[2]string{toToken, code}] == atToken && count[[2]string{toAPI, code}] == atAPI
	return w.expect(right, fmt.Sprintf("%d %s at the token endpoint, %d at the API", atToken, code, atAPI), strings.Join(lines, ", "))
}
