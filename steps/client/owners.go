package client

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func ownerSteps(v *vocabulary.Vocabulary) {
	v.Word("owners", "In whose name the client calls.", twoOwners.Forms()...)
	v.Word("user", "One of the two users of the client.", users.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the client calls for {owners}$`, (*Actor).callsFor,
		"Gives the client tokens of two owners: two users who sign in one after the other, or two fetchers with a token "+
			"source of the caller each.",
		"Given the client calls for two users")
	g.When(`^the client calls for each in turn, twice$`, (*Actor).callsInTurn,
		"Lets the client call the API for the first owner, the second, the first and the second.",
		"When the client calls for each in turn, twice")
	g.When(`^the client refreshes the token of the {user}$`, (*Actor).refreshesOf,
		"Lets the client get a new token for one of its users.",
		"When the client refreshes the token of the second user")
	g.When(`^the client refreshes for both users at once, and each is challenged$`, (*Actor).refreshesBoth,
		"Lets the client get a new token for each of its users. Both requests are under way before each is challenged once.",
		"When the client refreshes for both users at once, and each is challenged")
	g.When(`^the (?:client logs the {user} out|client's user signs out)$`, (*Actor).logsOut,
		"Lets the client end the session of a user.",
		"When the client logs the first user out")
	g.When(`^the client calls for the {user}$`, (*Actor).callsForUser,
		"Lets the client call the API for one of its users.",
		"When the client calls for the second user")
	g.Then(`^each refresh is repeated with its own refresh token$`, (*Actor).refreshesKeptApart,
		"Each refresh token that went to the token endpoint in the latest step must have gone there twice at most, the "+
			"second time with a nonce and a new proof, and have been granted.",
		"Then each refresh is repeated with its own refresh token")
	g.Then(`^the call for the {user} goes with a token of that user$`, (*Actor).latestCallIsOf,
		"The latest call for that user must have been granted, with a token of that user.",
		"Then the call for the second user goes with a token of that user")
	g.Then(`^no token of before the logout is sent after it$`, (*Actor).loggedOut,
		"No request to an API or to the userinfo endpoint after the latest logout may have a token that the session "+
			"had before; there may be none at all.",
		"Then no token of before the logout is sent after it")
}

var users = vocabulary.Meanings[int]{"first user": 0, "second user": 1}

var twoOwners = vocabulary.Meanings[func(*Actor) error]{
	"two users":   (*Actor).twoUsers,
	"two callers": (*Actor).twoCallers,
}

func (a *Actor) callsFor(whom string) error {
	arrange, err := twoOwners.Of(whom)
	if err != nil {
		return err
	}
	if err := a.run(); err != nil {
		return err
	}
	a.repeatsLate()
	return arrange(a)
}

// retryDelay is how many milliseconds a client that can be told so waits before it
// repeats a call.
const retryDelay = 400

// repeatsLate lets a client of another process wait before it repeats, where that is
// an option.
func (a *Actor) repeatsLate() {
	if !a.hello.Can(target.InProcess) && a.hello.Can(target.HasRetryOptions) {
		delay, jitter := retryDelay, false
		a.setup.Options.Retry = &target.RetryChoice{Delay: &delay, Jitter: &jitter}
	}
}

// twoUsers lets two people sign in, each in a session of its own.
func (a *Actor) twoUsers() error {
	if err := a.needs(target.HasSessions, target.CanLogin, target.CanFetch); err != nil {
		return err
	}
	as, err := a.AS()
	if err != nil {
		return err
	}
	for _, name := range []string{"first user", "second user"} {
		user := &owner{session: name, subject: name}
		as.SetSubject(user.subject)
		if err := a.orderLogin(target.LoginOrder{Session: user.session, Reveal: true}); err != nil {
			return err
		}
		if a.problem == nil && a.hello.Can(target.CanRefresh) {
			if err := a.refreshOf(user); err != nil {
				return err
			}
		}
		if a.problem != nil && len(a.owners) > 0 {
			return a.expect(false, "the second user to sign in as the first did", a.ending())
		}
		if a.problem != nil {
			a.early = a.problem
			return nil
		}
		a.owners = append(a.owners, user)
	}
	return nil
}

// twoCallers gives two fetchers tokens that the client has not asked for.
func (a *Actor) twoCallers() error {
	if err := a.needs(target.HasFetchers, target.CanFetch); err != nil {
		return err
	}
	mint, err := a.minter(world.AudienceOf(world.DefaultAPI))
	if err != nil {
		return err
	}
	for range 2 {
		token, err := mint()
		if err != nil {
			return err
		}
		a.owners = append(a.owners, &owner{token: token})
	}
	return a.holding()
}

func (a *Actor) refreshOf(user *owner) error {
	return a.orderTokenOf(user.session, target.CanRefresh, nil)
}

func (a *Actor) callsInTurn() error {
	for range 2 {
		for i := range a.owners {
			if err := a.callsForOwner(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Actor) callsForOwner(i int) error {
	if i >= len(a.owners) {
		return a.began()
	}
	c, err := a.marked(world.DefaultAPI, a.owners[i])
	if err != nil {
		return err
	}
	return a.order(toAPI, func() error { return a.makesWithout(c) })
}

func (a *Actor) callsForUser(which string) error {
	i, err := users.Of(which)
	if err != nil {
		return err
	}
	return a.callsForOwner(i)
}

func (a *Actor) refreshesOf(which string) error {
	i, err := users.Of(which)
	if err != nil {
		return err
	}
	if err := a.needs(target.CanRefresh); err != nil {
		return err
	}
	if i >= len(a.owners) {
		return a.began()
	}
	return a.refreshOf(a.owners[i])
}

// logsOut ends the session of one of two users, or of the only one.
func (a *Actor) logsOut(which string) error {
	if err := a.needs(target.CanLogOut); err != nil {
		return err
	}
	var session string
	if which != "" {
		i, err := users.Of(which)
		if err != nil {
			return err
		}
		if i >= len(a.owners) {
			return a.began()
		}
		session = a.owners[i].session
	}
	a.ofSession = a.tokensOf(session)
	if len(a.ofSession) == 0 {
		return world.Inconclusivef("no request shows a token of the session; the client ended with %s", a.ending())
	}
	err := a.order(mockas.GrantCode, func() error {
		return a.driver.Logout(a.Context, target.SessionOrder{Session: session})
	})
	a.atLogout = a.recorded()
	return err
}

// tokensOf are the tokens that went out for a session so far: all, where there is
// one session alone.
func (a *Actor) tokensOf(session string) map[string]bool {
	found := map[string]bool{}
	for _, s := range a.resourceRequests(nil) {
		c, ok := s.credentials()
		if ok && (session == "" || (&owner{subject: session}).disowns(c.Token) == "") {
			found[c.Token] = true
		}
	}
	return found
}

func (a *Actor) loggedOut() error {
	const expected = "no token of the session that has ended"
	for _, s := range a.resourceRequests(a.atLogout) {
		if c, _ := s.credentials(); a.ofSession[c.Token] {
			return a.Expect(false, expected, fmt.Sprintf("%s %s with one", s.Method, s.Path()))
		}
	}
	if err := a.began(); err != nil {
		return err
	}
	return a.Expect(true, expected, "there is none in what was sent after it")
}

func (a *Actor) callsAllTheSame() error {
	if err := a.needs(target.CanFetch); err != nil || a.early != nil {
		return err
	}
	c, err := a.marked(world.DefaultAPI, nil)
	if err != nil {
		return err
	}
	return a.order(toAPI, func() error { return a.makesWithout(c) })
}

// makesWithout is makes for a client that may have no token any more, and says so.
func (a *Actor) makesWithout(c *ownCall) error {
	err := a.makes(c)
	var own *target.ClientError
	if errors.As(err, &own) && own.Premature() {
		c.ended, err = own, nil
	}
	return err
}

func (a *Actor) latestCallIsOf(which string) error {
	i, err := users.Of(which)
	if err != nil {
		return err
	}
	if err := a.began(); err != nil {
		return err
	}
	for n := len(a.calls) - 1; n >= 0; n-- {
		c := a.calls[n]
		if c.owner == nil || c.owner != a.owners[i] {
			continue
		}
		list := a.sentFor(c)
		problem := a.keepsToken(c, list)
		if problem == "" && list[len(list)-1].Status/100 != 2 {
			problem = fmt.Sprintf("the answer %d; %s", list[len(list)-1].Status, c.ending())
		}
		return a.expect(problem == "", "the call to be granted with a token of the "+which, orElse(problem, "so it is"))
	}
	return world.Inconclusivef("the client was not ordered to call for the %s", which)
}
