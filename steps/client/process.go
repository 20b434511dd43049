package client

import (
	"cmp"
	"maps"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// The environment variables from which a client that follows the documentation
// of the SDK takes its key pair.
const (
	envPublicKey  = "AUTH0_DPOP_PUBLIC_KEY"
	envPrivateKey = "AUTH0_DPOP_PRIVATE_KEY"
)

// arrange gives the client a key pair and registers it, when it is first asked
// for.
func (a *Actor) arrange() error {
	if a.env != nil {
		return nil
	}
	if !a.EmbeddedAS() || !a.EmbeddedAPI() {
		return world.NotApplicablef("what a client does is read from the recordings of the embedded servers, " +
			"and not all servers are embedded")
	}
	key, err := a.environmentKey()
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	a.env = map[string]string{envPublicKey: pair.Public, envPrivateKey: pair.Private}
	a.before = map[string]int{}
	return a.register()
}

// environmentKey is the key pair that the client finds in its environment, unless
// the scenario says otherwise. A client behind an adapter finds the same in every
// case, so that one process can serve many.
func (a *Actor) environmentKey() (*dpop.Key, error) {
	if c := a.Session.Client; c == nil || len(c.Command.Args) == 0 {
		return a.Key("client")
	}
	key, err := a.Session.EnvironmentKey(func() (*dpop.Key, error) { return a.Key("client") })
	if err == nil {
		a.SetKey("client", key)
	}
	return key, err
}

func pemPairOf(key *dpop.Key) (target.KeyPair, error) {
	private, public, err := key.PEM()
	return target.KeyPair{Public: public, Private: private}, err
}

// run starts the client's process, if none runs.
func (a *Actor) run() error {
	if err := a.arrange(); err != nil || a.driver != nil {
		return err
	}
	driver, err := a.open()
	if err != nil {
		return err
	}
	a.driver, a.hello = driver, driver.Hello()
	return nil
}

// open starts a process with the client's environment, which ends with the case.
func (a *Actor) open() (target.Driver, error) {
	driver, err := a.Session.OpenClient(a.Context, target.Conditions{
		Env:     maps.Clone(a.env),
		Anew:    a.anew,
		Clock:   func() time.Time { return a.Clock.Now().Add(-a.drift) },
		Sleep:   a.sleep,
		Resolve: a.Resolver(),
	})
	if err != nil {
		return nil, err
	}
	a.AtClose(driver.Close)
	return driver, nil
}

// sleep is how a client in this process waits.
func (a *Actor) sleep(d time.Duration) {
	a.Clock.Sleep(d)
	if a.whileWaiting != nil {
		a.whileWaiting()
	}
}

// needs makes the case not applicable to a client without a capability.
func (a *Actor) needs(capabilities ...string) error {
	if err := a.run(); err != nil {
		return err
	}
	for _, capability := range capabilities {
		if !a.hello.Can(capability) && a.Session.Triggered() {
			return world.NotApplicablef("a client driven by a trigger URL cannot be told to do more "+
				"than call its API; this needs the capability %s", capability)
		}
		if !a.hello.Can(capability) {
			return world.NotApplicablef("the client %s does not name the capability %s", a.hello.Name, capability)
		}
	}
	return nil
}

// configure configures the client, if it is not yet. An error of the client's
// own is the outcome of the order under way.
func (a *Actor) configure() error {
	if err := a.run(); err != nil || a.ready {
		return err
	}
	if err := a.completeSetup(); err != nil {
		return err
	}
	if err := a.driver.Configure(a.Context, a.setup); err != nil {
		return err
	}
	a.ready = true
	return nil
}

// completeSetup fills in where the servers are.
func (a *Actor) completeSetup() error {
	as, err := a.AS()
	if err != nil {
		return err
	}
	if a.setup.Issuer == "" && !a.findsIssuer {
		a.setup.Issuer = as.Issuer()
	}
	if a.setup.API == (target.APIChoice{}) {
		api, err := a.API(world.DefaultAPI)
		if err != nil {
			return err
		}
		a.setup.API = target.APIChoice{
			URL: api.Origin, Audience: world.AudienceOf(world.DefaultAPI), Scope: cmp.Or(a.scope, "openid offline_access"),
		}
		if a.wanted.AudienceParameter == target.NoAudience {
			a.setup.API.Audience = ""
		}
	}
	return nil
}

// order lets the client do something. Its own error is an outcome to be judged;
// that it cannot do it makes the case not applicable. act is what it is asked
// for: a grant type, or the kind of endpoint that it is to use.
func (a *Actor) order(act string, do func() error) error {
	if err := a.arrange(); err != nil {
		return err
	}
	a.isAsked(act)
	a.markSent()
	err := a.configure()
	if err == nil {
		err = do()
	}
	a.showSince()
	return a.outcome(err)
}

// restart ends the client's process. The next order starts another one with the
// environment as it is then.
func (a *Actor) restart() {
	if a.driver != nil {
		a.past = append(a.past, a.driver.Output)
		a.driver.End()
	}
	a.driver, a.ready, a.holds = nil, false, false
}
