package client

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func overTimeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.When(`^the client signs in( through a pushed request)?, and is started anew before the user is back$`,
		(*Actor).restartsInLogin,
		"Lets a login begin, ends the client's process while the user is away, starts another one with the same "+
			"environment, configuration and what the client keeps of the login, and brings the user back.",
		"When the client signs in, and is started anew before the user is back")
	g.When(`^two users sign in at the same time$`, (*Actor).overlappingLogins,
		"Lets the second user leave for a login while the first is away in theirs; then the first comes back, then the "+
			"second.",
		"When two users sign in at the same time")
	g.Then(`^each login is redeemed with what it began with$`, (*Actor).loginsKeptApart,
		"The authorization server must have granted both codes, to proofs by the key that dpop_jkt names.",
		"Then each login is redeemed with what it began with")
	g.Then(`^the refresh token is used once$`, (*Actor).refreshTokenOnce,
		"The calls of the latest step must have led to one refresh request. A client that sends the old token is not "+
			"judged.",
		"Then the refresh token is used once")
}

func (a *Actor) restartsInLogin(pushed string) error {
	if err := a.needs(target.CanRestartLogin, target.CanLogin); err != nil {
		return err
	}
	act := mockas.GrantCode
	if pushed != "" {
		if err := a.needs(target.CanPAR); err != nil {
			return err
		}
		a.usePAR()
		act = toPAR
	}
	var left target.Left
	err := a.order(act, func() (err error) {
		left, err = a.driver.Leave(a.Context, target.LoginOrder{})
		return err
	})
	if err != nil || a.problem != nil {
		a.early = a.problem
		return err
	}
	callback, err := a.follows(left.URL)
	if err != nil {
		return err
	}
	a.anew = true
	a.restart()
	if err := a.run(); err != nil {
		return err
	}
	return a.order(mockas.GrantCode, func() error {
		told, err := a.driver.Return(a.Context, target.ReturnOrder{Callback: callback, Kept: left.Kept, Reveal: true})
		return a.takes(told, err)
	})
}

func (a *Actor) overlappingLogins() error {
	if err := a.needs(target.CanRestartLogin, target.HasSessions, target.CanLogin); err != nil {
		return err
	}
	users := []string{"first user", "second user"}
	away := make([]target.Left, len(users))
	for i, user := range users {
		err := a.order(mockas.GrantCode, func() (err error) {
			away[i], err = a.driver.Leave(a.Context, target.LoginOrder{Session: user})
			return err
		})
		if err != nil || a.problem != nil {
			a.early = a.problem
			return err
		}
	}
	callbacks := make([]string, len(users))
	for i := range users {
		var err error
		if callbacks[i], err = a.follows(away[i].URL); err != nil {
			return err
		}
	}
	for i, user := range users {
		back := target.ReturnOrder{Callback: callbacks[i], Kept: away[i].Kept, Session: user, Reveal: true}
		err := a.order(mockas.GrantCode, func() error {
			told, err := a.driver.Return(a.Context, back)
			return a.takes(told, err)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// loginsKeptApart follows each code from the answer that brought it to its redemption.
func (a *Actor) loginsKeptApart() error {
	if err := a.began(); err != nil {
		return err
	}
	const expected = "each code to be redeemed with the verifier and the key that its login began with"
	jkts := map[string]string{} // of the requests, by code
	pushed := map[string]string{}
	for _, s := range a.sentTo(toPAR) {
		if body, err := dpop.ParseObject(s.Reply); err == nil {
			uri, _ := body.Text("request_uri")
			pushed[uri] = s.form().Get("dpop_jkt")
		}
	}
	for _, s := range a.sentTo(toAuthorize) {
		location, _ := s.Answer.One("Location")
		back, err := url.Parse(location)
		if err != nil || !back.Query().Has("code") {
			continue
		}
		jkt := s.query().Get("dpop_jkt")
		if uri := s.query().Get("request_uri"); uri != "" {
			jkt = pushed[uri]
		}
		jkts[back.Query().Get("code")] = jkt
	}
	redeemed := map[string]bool{}
	for _, s := range a.sentTo(toToken) {
		code := s.form().Get("code")
		jkt, known := jkts[code]
		for _, p := range proofsIn([]sent{s}) {
			if known && jkt != "" && p.thumbprint() != jkt {
				return a.Expect(false, expected, fmt.Sprintf("the code bound to %s with a proof by %s", jkt, p.thumbprint()))
			}
		}
		redeemed[code] = redeemed[code] || known && s.Status == http.StatusOK
	}
	granted := 0
	for code := range jkts {
		if redeemed[code] {
			granted++
		}
	}
	return a.expect(granted == 2, expected, fmt.Sprintf("%d of %d codes were granted; %s", granted, len(jkts), a.ending()))
}

// mostRedirects bounds the way of a user through a login.
const mostRedirects = 10

// follows plays the browser of a user who consents: it follows redirects until one
// leads back to the client.
func (a *Actor) follows(address string) (callback string, err error) {
	for range mostRedirects {
		e, err := a.Send("the user's browser follows the login", wire.Request{
			Method: "GET", URL: address, Fields: wire.Fields{{Name: "User-Agent", Value: "browser"}},
		})
		if err != nil {
			return "", err
		}
		location, one := e.Answer.One("Location")
		if !one {
			return "", world.Inconclusivef("the login stopped at %s with the answer %d", e.Path(), e.Status)
		}
		if leadsTo(location, a.setup.RedirectURI) {
			return location, nil
		}
		address = location
	}
	return "", world.Inconclusivef("the login came to no end after %d redirects", mostRedirects)
}

// leadsTo reports whether an address is that redirect URI with an answer, which comes
// after a query that the redirect URI has itself (RFC 6749 §3.1.2).
func leadsTo(address, redirect string) bool {
	separator := "?"
	if strings.Contains(redirect, "?") {
		separator = "&"
	}
	return strings.HasPrefix(address, redirect+separator)
}

// short is how many seconds a token lasts that is to run out.
const short = 1

func (a *Actor) callsExpired(count int) error {
	if err := a.needs(target.CanLogin, target.CanRefresh, target.CanFetch, target.CallsInParallel); err != nil {
		return err
	}
	a.gate = newGate(count)
	if err := a.plays(toAPI, always, a.gate.behind(wire.Reply(http.StatusOK, nil, "{}"))); err != nil {
		return err
	}
	if err := a.plays(toToken, once, wire.Altered(lasting(short))); err != nil {
		return err
	}
	if err := a.signsIn(); err != nil || a.problem != nil {
		a.early = a.problem
		return err
	}
	if a.hello.Can(target.InProcess) {
		a.Clock.Advance(time.Minute)
	} else if err := world.Sleep(a.Context, short*time.Second+100*time.Millisecond); err != nil { // its clock is its own
		return err
	}
	// The first refresh is held until another one comes, or none.
	held := newGate(2)
	err := a.plays(toToken, once, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		held.pass(secondThought)
		next.ServeHTTP(w, r)
	})
	if err != nil {
		return err
	}
	err = a.plays(toToken, always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		held.pass(0)
		next.ServeHTTP(w, r)
	})
	if err != nil {
		return err
	}
	var calls []*ownCall
	for range count {
		c, err := a.marked(world.DefaultAPI, nil)
		if err != nil {
			return err
		}
		calls = append(calls, c)
	}
	return a.underWay(calls)
}

// secondThought is how long the answer to a refresh waits for another one of the same
// client. A client that lets its calls share one makes the case wait so long.
const secondThought = 250 * time.Millisecond

// lasting changes how long a token lasts, by what is said of it.
func lasting(seconds int) func(*int, http.Header, *[]byte) {
	return func(_ *int, _ http.Header, body *[]byte) {
		if o, err := dpop.ParseObject(*body); err == nil {
			o.Set("expires_in", seconds)
			*body = o.JSON()
		}
	}
}

func (a *Actor) refreshTokenOnce() error {
	if err := a.began(); err != nil {
		return err
	}
	uses := map[string]int{}
	refreshes := 0
	for _, s := range a.sentNow(toToken) {
		if form := s.form(); form.Get("grant_type") == mockas.GrantRefresh {
			uses[form.Get("refresh_token")]++
			refreshes++
		}
	}
	if refreshes == 0 {
		return world.NotApplicablef("the client does not refresh by itself when its access token has run out; "+
			"it ended with %s", a.ending())
	}
	for _, count := range uses {
		if count > 1 {
			return a.Expect(false, "one use of the refresh token", fmt.Sprintf("%d uses of the same one", count))
		}
	}
	return a.Expect(refreshes == 1, "one refresh for calls at the same time", fmt.Sprintf("%d", refreshes))
}
