package client

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func ownCallSteps(v *vocabulary.Vocabulary) {
	v.Word("own-call", "What each of several calls of the client keeps to itself.", callRules.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^each call {own-call}$`, (*Actor).eachCall,
		"States something of each of the calls that the client was ordered to make, by the requests that belong to it: "+
			"each call has a query of its own.",
		"Then each call is answered after at most one repetition")
}

// marked gives a call a query of its own.
func (a *Actor) marked(api string, by *owner) (*ownCall, error) {
	o, err := a.callOf("GET", api)
	if err != nil {
		return nil, err
	}
	c := &ownCall{mark: strconv.Itoa(len(a.calls) + 1), order: o, owner: by}
	c.order.URL += "?call=" + c.mark
	if by != nil {
		c.order.Session, c.order.AccessToken = by.session, by.token
	}
	a.calls = append(a.calls, c)
	return c, nil
}

// makes lets the client make one of these calls. That it fails is for the judge of
// the call to say.
func (a *Actor) makes(c *ownCall) error {
	f, err := a.driver.Fetch(a.Context, c.order)
	if err == nil && f.Thrown != nil {
		err = f.Thrown
	}
	if own, is := err.(*target.ClientError); is && !own.Unsupported() && !own.Premature() {
		c.ended, err = own, nil
	}
	return err
}

// sentFor are the requests of a call.
func (a *Actor) sentFor(c *ownCall) []sent {
	return slices.DeleteFunc(a.sentTo(toAPI), func(s sent) bool { return s.query().Get("call") != c.mark })
}

// callRules say what is wrong with the requests of one call, or nothing.
var callRules = vocabulary.Meanings[func(*Actor, *ownCall, []sent) string]{
	"is answered after at most one repetition": (*Actor).repeatedOnceAtMost,
	"keeps its own token":                      (*Actor).keepsToken,
}

func (a *Actor) eachCall(text string) error {
	judge, err := callRules.Of(text)
	if err != nil {
		return err
	}
	if err := a.began(); err != nil {
		return err
	}
	if a.ownersUnheard() {
		return world.NotApplicablef("the client sends another token than its caller gives, with or without other calls")
	}
	expected := "that each call " + text
	for _, c := range a.calls {
		list := a.sentFor(c)
		if problem := judge(a, c, list); problem != "" {
			return a.expect(false, expected, fmt.Sprintf("call %s of %d: %s", c.mark, len(a.calls), problem))
		}
	}
	if len(a.calls) == 0 {
		return world.Inconclusivef("the client was ordered to make no calls that can be told apart")
	}
	actual := fmt.Sprintf("so it is with all %d", len(a.calls))
	if a.gate != nil {
		actual += fmt.Sprintf(", of which %d were under way at once", a.gate.together())
	}
	return a.Expect(true, expected, actual)
}

// ownersUnheard reports whether no request at all has a token that a caller gave:
// that is no exchange of tokens, and is found elsewhere.
func (a *Actor) ownersUnheard() bool {
	given := map[string]bool{}
	for _, o := range a.owners {
		given[o.token] = true
	}
	if len(given) == 0 || given[""] {
		return false
	}
	all := a.sentTo(toAPI)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s sent) bool {
		c, _ := s.credentials()
		return given[c.Token]
	})
}

// repeatedOnceAtMost demands that a call ends well, whatever becomes of others.
func (a *Actor) repeatedOnceAtMost(c *ownCall, list []sent) string {
	given := a.noncesByOrigin()
	for i, s := range list[:max(0, len(list)-1)] {
		again := list[i+1]
		if p := proofsIn([]sent{again}); len(p) != 1 || !given[again.origin][p[0].claim("nonce")] {
			return "it is repeated without a nonce of its server"
		}
		if problem := differs(s, again, a.gotMeanwhile(again)); problem != "" {
			return "it is repeated with " + problem
		}
	}
	switch {
	case len(list) > 2:
		return fmt.Sprintf("%d requests", len(list))
	case len(list) == 0:
		return "no request; " + c.ending()
	case list[len(list)-1].Status/100 != 2:
		return fmt.Sprintf("the answer %d to request %d; %s", list[len(list)-1].Status, len(list), c.ending())
	}
	return ""
}

// noncesByOrigin are all that each server has given.
func (a *Actor) noncesByOrigin() map[string]map[string]bool {
	given := map[string]map[string]bool{}
	for _, s := range a.sentTo("") {
		if nonce, has := s.givenNonce(); has {
			if given[s.origin] == nil {
				given[s.origin] = map[string]bool{}
			}
			given[s.origin][nonce] = true
		}
	}
	return given
}

// keepsToken demands the token of the call's owner, and the proof made for it.
func (a *Actor) keepsToken(c *ownCall, list []sent) string {
	for i, s := range list {
		credentials, _ := s.credentials()
		if problem := c.owner.disowns(credentials.Token); problem != "" {
			return fmt.Sprintf("request %d has %s", i+1, problem)
		}
		if i > 0 && credentialLines(s) != credentialLines(list[0]) && !a.gotMeanwhile(s) {
			return fmt.Sprintf("request %d has another token than the first", i+1)
		}
		for _, p := range proofsIn([]sent{s}) {
			if p.claim("ath") != dpop.TokenHash(credentials.Token) {
				return fmt.Sprintf("the ath of request %d is not the hash of its token", i+1)
			}
		}
		if !s.proven() {
			return fmt.Sprintf("request %d has no proof", i+1)
		}
	}
	if len(list) == 0 {
		return "no request; " + c.ending()
	}
	return ""
}
