package client

import (
	"context"
	"maps"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// The environment variables from which a client that follows the documentation
// of the SDK takes its key pair.
const (
	envPublicKey  = "AUTH0_DPOP_PUBLIC_KEY"
	envPrivateKey = "AUTH0_DPOP_PRIVATE_KEY"
)

// appRedirect is where the client under test gets its codes. Nothing listens
// there: a driver reads the code from the redirect.
const appRedirect = "http://127.0.0.1/app/callback"

// Actor is the client under test in one case: how it is configured, the process
// that runs, and what came of the latest order.
type Actor struct {
	*world.World

	setup  target.Setup
	env    map[string]string
	driver target.Driver // nil: not running
	hello  target.Hello
	ready  bool          // configured
	holds  bool          // has a token
	drift  time.Duration // clock of the servers minus that of the client
	skew   time.Duration // option clock_skew
	script provocation

	acts     []string // what was ordered: grant types, and kinds of endpoints
	controls []string // those without whose honest success nothing is learned, see clientExpect

	problem *target.ClientError // of the latest order
	early   *target.ClientError // why what the scenario wanted could not even begin
	told    target.Told
	fetched *target.Fetched
	before  map[string]int  // recordings of each server before the latest order
	past    []func() string // output of processes that have ended

	heldToken         heldToken
	keyFiles          keyFiles
	offeredAlgorithms offeredAlgorithms
	secondServer      secondServer
}

// clientActor returns the client under test, arranged when it is first asked for.
func (w *Actor) arranged() (*Actor, error) {
	a := w
	if a.env != nil {
		return a, nil
	}
	if !w.EmbeddedAS() || !w.EmbeddedAPI() {
		return nil, world.NotApplicablef("what a client does is read from the recordings of the embedded servers, and not all servers are embedded")
	}
	key, err := w.Key("client")
	if err != nil {
		return nil, err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return nil, err
	}
	a.env = map[string]string{envPublicKey: pair.Public, envPrivateKey: pair.Private}
	a.before = map[string]int{}
	a.setup.Client = target.ClientLogin{ID: "app", Secret: "app-secret", Auth: mockas.AuthPost}
	a.setup.RedirectURI = appRedirect
	return a, w.PrepareAS(func(c *mockas.Config) {
		c.Nonces = mockas.NonceOff // whether nonces are demanded is for the scenario to say, under every profile
		for _, client := range []mockas.Client{
			{ID: "app", Secret: "app-secret", Auth: mockas.AuthPost},
			{ID: "public app", Auth: mockas.AuthNone},
		} {
			client.RedirectURIs, client.AlwaysRefresh = []string{appRedirect}, true
			client.Audiences = []string{world.AudienceOf("orders"), world.AudienceOf("invoices")}
			c.Clients = append(c.Clients, client)
		}
	})
}

func pemPairOf(key *dpop.Key) (target.KeyPair, error) {
	private, public, err := key.PEM()
	return target.KeyPair{Public: public, Private: private}, err
}

// running starts the client's process.
func (w *Actor) running() (*Actor, error) {
	a, err := w.arranged()
	if err != nil || a.driver != nil {
		return a, err
	}
	a.driver, err = w.Session.OpenClient(w.Context, target.Surroundings{
		Env:     maps.Clone(a.env),
		Clock:   func() time.Time { return w.Clock.Now().Add(-a.drift) },
		Sleep:   w.Clock.Sleep,
		Resolve: w.Resolver(),
	})
	if err != nil {
		return nil, err
	}
	a.hello = a.driver.Hello()
	w.AtClose(a.driver.Close)
	return a, nil
}

// needs makes the case not applicable to a client without a capability.
func (w *Actor) can(capabilities ...string) (*Actor, error) {
	a, err := w.running()
	if err != nil {
		return nil, err
	}
	for _, capability := range capabilities {
		if !a.hello.Can(capability) && w.Session.Triggered() {
			return nil, world.NotApplicablef("a client driven by a trigger URL cannot be told to do more than call its API; this needs the capability %s", capability)
		}
		if !a.hello.Can(capability) {
			return nil, world.NotApplicablef("the client %s does not name the capability %s", a.hello.Name, capability)
		}
	}
	return a, nil
}

// configured configures the client, if it is not yet. An error of the client's
// own is kept as the outcome of the order under way.
func (w *Actor) configured() (*Actor, error) {
	a, err := w.running()
	if err != nil || a.ready {
		return a, err
	}
	if err := w.completeSetup(a); err != nil {
		return nil, err
	}
	err = a.driver.Configure(w.Context, a.setup)
	if err == nil {
		a.ready = true
	}
	return a, err
}

// complete fills in where the servers are.
func (w *Actor) completeSetup(a *Actor) error {
	as, err := w.AS()
	if err != nil {
		return err
	}
	if a.setup.Issuer == "" {
		a.setup.Issuer = as.Issuer()
	}
	if a.setup.API == (target.APIChoice{}) {
		api, err := w.API(world.DefaultAPI)
		if err != nil {
			return err
		}
		a.setup.API = target.APIChoice{URL: api.Origin, Audience: world.AudienceOf(world.DefaultAPI), Scope: "openid offline_access"}
	}
	return nil
}

// order lets the client do something. Its own error is an outcome to be
// judged; that it cannot do it makes the case not applicable. act is what
// it is asked for: a grant type, or the kind of endpoint that it is to use.
func (w *Actor) order(act string, do func(context.Context, *Actor) error) error {
	a, err := w.arranged()
	if err != nil {
		return err
	}
	a.isAsked(act)
	w.markSent(a)
	if a, err = w.configured(); err == nil {
		err = do(w.Context, a)
	}
	w.showSince()
	return w.outcome(err)
}

// mark remembers how much the servers have recorded.
func (w *Actor) markSent(a *Actor) {
	a.before = map[string]int{}
	for origin, recorder := range w.recorders() {
		a.before[origin] = recorder.Len()
	}
}

// restart ends the client's process. The next order starts another one with
// the environment as it is then.
func (w *Actor) restart(a *Actor) {
	if a.driver != nil {
		a.past = append(a.past, a.driver.Output)
		a.driver.Close()
	}
	a.driver, a.ready, a.holds = nil, false, false
}

// output is all that the client has written in this case, errors included.
func (a *Actor) output() string {
	var text string
	for _, output := range a.past {
		text += output()
	}
	if a.driver != nil {
		text += a.driver.Output()
	}
	if a.problem != nil {
		text += "\n" + a.problem.Text()
	}
	return text
}

// heldToken is a token that the scenario speaks of.
type heldToken struct {
	text  string
	scope string
}

// keyFiles are configuration files of a case, and what was said of them.
type keyFiles struct {
	folder string
	files  []string
	advice []string
}

// offeredAlgorithms is what the metadata say of algorithms in this case.
type offeredAlgorithms struct{ algorithms []string }

// provocation is what the servers of a case have been told to answer.
type provocation struct{ kind string }

// secondServer is a second authorization server and what came to it.
type secondServer struct{ as *target.EmbeddedAS }
