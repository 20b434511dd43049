package client

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

func (a *Actor) refreshesBoth() error {
	if err := a.needs(target.CallsInParallel, target.CanRefresh, target.CanRetryNonce); err != nil || a.early != nil {
		return err
	}
	if len(a.owners) != 2 {
		return a.began()
	}
	a.gate = newGate(len(a.owners))
	for range a.owners {
		if err := a.plays(toToken, once, a.gate.behind(nonceChallenge(toToken, freshNonce()...))); err != nil {
			return err
		}
	}
	err := a.order(mockas.GrantRefresh, func() error {
		return a.atOnce(len(a.owners), func(i int) error {
			_, err := a.driver.Token(a.Context, target.TokenOrder{
				Grant: target.CanRefresh, Reveal: true, Session: a.owners[i].session,
			})
			return err
		})
	})
	a.countTogether("token request")
	return err
}

// refreshesKeptApart tells the refreshes from each other by their refresh tokens.
func (a *Actor) refreshesKeptApart() error {
	if err := a.began(); err != nil {
		return err
	}
	const expected = "each refresh to be repeated once with its own refresh token, and granted"
	given := a.noncesByOrigin()
	refreshes := map[string][]sent{}
	for _, s := range a.sentNow(toToken) {
		token := s.form().Get("refresh_token")
		refreshes[token] = append(refreshes[token], s)
	}
	for _, list := range refreshes {
		problem := ""
		for i, s := range list[1:] {
			p := proofsIn([]sent{s})
			if len(p) != 1 || !given[s.origin][p[0].claim("nonce")] {
				problem = "it is repeated without a nonce of its server"
			} else if said := repeated(list[i], s); said != "" {
				problem = "it is repeated with " + said
			}
		}
		if len(list) > 2 {
			problem = fmt.Sprintf("%d requests with one refresh token", len(list))
		} else if problem == "" && !slices.ContainsFunc(list, func(s sent) bool { return s.Status/100 == 2 }) {
			problem = fmt.Sprintf("the answer %d to the last of %d requests; %s", list[len(list)-1].Status, len(list), a.ending())
		}
		if problem != "" {
			return a.expect(false, expected, problem)
		}
	}
	return a.expect(len(refreshes) == len(a.owners), expected, fmt.Sprintf("%d refresh tokens were sent", len(refreshes)))
}
