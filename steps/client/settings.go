package client

import (
	"time"

	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func settingSteps(v *vocabulary.Vocabulary) {
	v.Word("setting", "How the client is made, or is set up.", settings.Forms()...)
	v.Word("clock-option", "An option of the client about clocks.", clockOptions.Forms()...)
	v.Word("jitter", "Whether a wait varies.", jitter.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the client {setting}$`, (*Actor).isSet,
		"Sets the client up so, or requires that it is so. The documentation of the SDK is what stands behind the "+
			"AUTH0 requirements; in this process the scenario sets the client's clock, so that a second counts.",
		"Given the client follows the documentation of the SDK")
	g.Given(`^the client's {clock-option} is (-?\d+) seconds$`, (*Actor).clockOptionIs,
		"Sets the option clockSkew or clockTolerance in code.",
		"Given the client's clockTolerance is 20 seconds")
	g.Given(`^the client waits (\d+) milliseconds before a retry, {jitter}$`, (*Actor).retriesAfter,
		"Sets delay and jitter of the nonce retry in code.",
		"Given the client waits 200 milliseconds before a retry, without jitter")
	g.Given(`^the servers' clocks are (-?\d+) seconds ahead of the client's$`, (*Actor).serversAhead,
		"Moves the clocks of both servers against the client's.",
		"Given the servers' clocks are 25 seconds ahead of the client's")
}

// setting is what a client must be able to do, and how it is then set up.
type setting struct {
	needs []string // capabilities
	set   func(*Actor) error
}

var settings = vocabulary.Meanings[setting]{
	"follows the documentation of the SDK":            {[]string{target.FollowsDocumentation}, asItIs},
	"runs in this process":                            {[]string{target.InProcess}, asItIs},
	"is a public one":                                 {[]string{target.CanLogin}, public},
	"authenticates by a signed assertion":             authenticating(mockas.AuthPrivateKeyJWT, target.SignsAssertions),
	"authenticates by client_secret_basic":            authenticating(mockas.AuthBasic),
	"authenticates by client_secret_post":             authenticating(mockas.AuthPost),
	"authenticates by attestation":                    {[]string{target.Attests, target.CanEnvironmentKeys}, attested},
	"is registered for tokens of the first API alone": {nil, narrowed},
	"has DPoP switched off":                           {nil, withoutDPoP},
	"demands a nonce of every server":                 {[]string{target.CanRequireNonces}, requiringNonces},
	"repeats what fails for a while":                  {nil, repeatingFailures},
	"makes its keys itself":                           {nil, keysOfItsOwn},
	"calls APIs with its ID token":                    {[]string{target.UsesIDTokens, target.CanLogin}, withIDTokens},
}

func (a *Actor) isSet(text string) error {
	s, err := settings.Of(text)
	if err != nil {
		return err
	}
	if err := a.needs(s.needs...); err != nil {
		return err
	}
	return s.set(a)
}

func asItIs(*Actor) error { return nil }

// public is a client without credentials (RFC 6749 §2.1).
func public(a *Actor) error { return a.registeredAs("public app", mockas.AuthNone) }

// authenticating is a client that authenticates by a method (RFC 6749 §2.3, RFC
// 7523 §2.2). Its id needs encoding wherever it stands.
func authenticating(method string, needs ...string) setting {
	return setting{needs, func(a *Actor) error { return a.registeredAs("app: "+method, method) }}
}

// narrowed lets refresh tokens serve only the API of the login.
func narrowed(a *Actor) error {
	return a.ArrangeAS(func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].Audiences = nil
		}
	})
}

// withoutDPoP switches DPoP off for the client as a whole; a fetcher may switch
// it on. The API takes both kinds of tokens.
func withoutDPoP(a *Actor) error {
	off := false
	a.setup.Options.UseDPoP = &off
	return a.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Mode = mockrs.Allowed })
}

// requiringNonces refuses answers without DPoP-Nonce, as the atproto profile
// demands.
func requiringNonces(a *Actor) error {
	a.setup.Options.RequireNonces = true
	return nil
}

// repeatingFailures repeats safe requests after a transient failure, where the
// client can.
func repeatingFailures(a *Actor) error {
	a.setup.Options.RetryUnavailable = a.hello.Can(target.CanRetryUnavailable)
	return nil
}

// keysOfItsOwn lets the client make its key pairs: one for each login, if it can be
// told to, else as the library does it.
func keysOfItsOwn(a *Actor) error {
	key := "generated"
	switch {
	case a.hello.Can(target.MakesLoginKeys):
		key = "login"
	case !a.hello.Can(target.CanGenerateKey):
		return world.NotApplicablef("the client %s makes no key pairs: whose they are is for the application to say",
			a.hello.Name)
	}
	delete(a.env, envPublicKey)
	delete(a.env, envPrivateKey)
	a.setup.Options.Key = key
	a.restart()
	return nil
}

// withIDTokens lets the client call the API with the ID token of a login with the
// scope webid, which the API takes (Solid-OIDC).
func withIDTokens(a *Actor) error {
	a.setup.Options.IDTokens = true
	a.scope = world.WebIDScope + " offline_access"
	return a.ArrangeAPI(world.DefaultAPI, func(c *mockrs.Config) { c.Policy.Token = mockrs.ValidateWebID })
}

var clockOptions = vocabulary.Meanings[func(a *Actor, seconds int)]{
	"clockSkew": func(a *Actor, seconds int) {
		a.setup.Options.ClockSkew, a.skew = &seconds, time.Duration(seconds)*time.Second
	},
	"clockTolerance": func(a *Actor, seconds int) { a.setup.Options.ClockTolerance = &seconds },
}

func (a *Actor) clockOptionIs(name string, seconds int) error {
	set, err := clockOptions.Of(name)
	if err != nil {
		return err
	}
	if err := a.needs(target.HasClockSkew); err != nil {
		return err
	}
	set(a, seconds)
	return nil
}

var jitter = vocabulary.Meanings[bool]{"with jitter": true, "without jitter": false}

func (a *Actor) retriesAfter(milliseconds int, how string) error {
	varies, err := jitter.Of(how)
	if err != nil {
		return err
	}
	if err := a.needs(target.HasRetryOptions); err != nil {
		return err
	}
	a.setup.Options.Retry = &target.RetryChoice{Delay: &milliseconds, Jitter: &varies}
	return nil
}

func (a *Actor) serversAhead(seconds int) error {
	if err := a.arrange(); err != nil {
		return err
	}
	if a.Session.Triggered() {
		return a.ClientKeeps() // a token made at another time would outlive the case
	}
	a.drift = time.Duration(seconds) * time.Second
	a.Clock.Advance(a.drift)
	return nil
}
