package client

import (
	"net/http"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/target"
)

func userinfoSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client asks for userinfo$`, (*Actor).asksUserinfo,
		"Lets the client call the userinfo endpoint; a user signs in first if none has.",
		"When the client asks for userinfo")
}

// asksUserinfo needs the token of a login: userinfo is about a person.
func (a *Actor) asksUserinfo() error {
	if err := a.needs(target.CallsUserinfo, target.CanLogin); err != nil {
		return err
	}
	a.scripted = toUserinfo
	if a.told.RefreshToken == "" && !a.loggedIn() {
		if err := a.holdsToken(" by login"); err != nil || a.early != nil {
			return err
		}
	}
	return a.order(toUserinfo, func() (err error) {
		a.fetched = nil
		if a.fetched, err = a.driver.Userinfo(a.Context, target.SessionOrder{}); err == nil && a.fetched.Thrown != nil {
			a.problem = a.fetched.Thrown
		}
		return err
	})
}

// loggedIn reports whether a login of the case was granted.
func (a *Actor) loggedIn() bool {
	for _, s := range a.sentTo(toToken) {
		if s.form().Get("grant_type") == mockas.GrantCode && s.Status == http.StatusOK {
			return true
		}
	}
	return false
}
