package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/mockas"
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

// clientActor is the client under test in one case: how it is configured, the
// process that runs, and what came of the latest order.
type actor struct {
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
}

// clientActor returns the client under test, arranged when it is first asked for.
func (w *World) clientActor() (*actor, error) {
	a := of[actor](w)
	if a.env != nil {
		return a, nil
	}
	if !w.EmbeddedAS() || !w.EmbeddedAPI() {
		return nil, notApplicable("what a client does is read from the recordings of the embedded servers, and not all servers are embedded")
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
	return a, w.prepareAS(func(c *mockas.Config) {
		c.Nonces = mockas.NonceOff // whether nonces are demanded is for the scenario to say, under every profile
		for _, client := range []mockas.Client{
			{ID: "app", Secret: "app-secret", Auth: mockas.AuthPost},
			{ID: "public app", Auth: mockas.AuthNone},
		} {
			client.RedirectURIs, client.AlwaysRefresh = []string{appRedirect}, true
			client.Audiences = []string{audienceOf("orders"), audienceOf("invoices")}
			c.Clients = append(c.Clients, client)
		}
	})
}

func pemPairOf(key *dpop.Key) (target.KeyPair, error) {
	private, public, err := key.PEM()
	return target.KeyPair{Public: public, Private: private}, err
}

// running starts the client's process.
func (w *World) clientRunning() (*actor, error) {
	a, err := w.clientActor()
	if err != nil || a.driver != nil {
		return a, err
	}
	a.driver, err = w.Session.OpenClient(w.Context, target.Surroundings{
		Env:     maps.Clone(a.env),
		Clock:   func() time.Time { return w.Clock.Now().Add(-a.drift) },
		Sleep:   w.Clock.Sleep,
		Resolve: w.resolve,
	})
	if err != nil {
		return nil, err
	}
	a.hello = a.driver.Hello()
	w.closers = append(w.closers, a.driver.Close)
	return a, nil
}

// needs makes the case not applicable to a client without a capability.
func (w *World) clientCan(capabilities ...string) (*actor, error) {
	a, err := w.clientRunning()
	if err != nil {
		return nil, err
	}
	for _, capability := range capabilities {
		if !a.hello.Can(capability) && w.Session.Triggered() {
			return nil, notApplicable("a client driven by a trigger URL cannot be told to do more than call its API; this needs the capability %s", capability)
		}
		if !a.hello.Can(capability) {
			return nil, notApplicable("the client %s does not name the capability %s", a.hello.Name, capability)
		}
	}
	return a, nil
}

// configured configures the client, if it is not yet. An error of the client's
// own is kept as the outcome of the order under way.
func (w *World) clientConfigured() (*actor, error) {
	a, err := w.clientRunning()
	if err != nil || a.ready {
		return a, err
	}
	if err := w.clientCompleteSetup(a); err != nil {
		return nil, err
	}
	err = a.driver.Configure(w.Context, a.setup)
	if err == nil {
		a.ready = true
	}
	return a, err
}

// complete fills in where the servers are.
func (w *World) clientCompleteSetup(a *actor) error {
	as, err := w.AS()
	if err != nil {
		return err
	}
	if a.setup.Issuer == "" {
		a.setup.Issuer = as.Issuer()
	}
	if a.setup.API == (target.APIChoice{}) {
		api, err := w.API(defaultAPI)
		if err != nil {
			return err
		}
		a.setup.API = target.APIChoice{URL: api.Origin, Audience: audienceOf(defaultAPI), Scope: "openid offline_access"}
	}
	return nil
}

// clientOrder lets the client do something. Its own error is an outcome to be
// judged; that it cannot do it makes the case not applicable. act is what
// it is asked for: a grant type, or the kind of endpoint that it is to use.
func (w *World) clientOrder(act string, do func(context.Context, *actor) error) error {
	a, err := w.clientActor()
	if err != nil {
		return err
	}
	a.isAsked(act)
	w.clientMarkSent(a)
	if a, err = w.clientConfigured(); err == nil {
		err = do(w.Context, a)
	}
	w.clientShowSince()
	return of[actor](w).outcome(err)
}

// outcome sorts what became of an order.
func (a *actor) outcome(err error) error {
	var own *target.ClientError
	switch {
	case !errors.As(err, &own):
		return err
	case own.Unsupported():
		return notApplicable("the client %s cannot do that: %s", a.hello.Name, own.Message)
	case own.Premature():
		return fmt.Errorf("the adapter of %s was asked too early: %w", a.hello.Name, own)
	}
	a.problem = own
	return nil
}

// mark remembers how much the servers have recorded.
func (w *World) clientMarkSent(a *actor) {
	a.before = map[string]int{}
	for origin, recorder := range w.clientRecorders() {
		a.before[origin] = recorder.Len()
	}
}

// restart ends the client's process. The next order starts another one with
// the environment as it is then.
func (w *World) clientRestart(a *actor) {
	if a.driver != nil {
		a.past = append(a.past, a.driver.Output)
		a.driver.Close()
	}
	a.driver, a.ready, a.holds = nil, false, false
}

// output is all that the client has written in this case, errors included.
func (a *actor) output() string {
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

// ending says how the latest order ended, for reports.
func (a *actor) ending() string {
	switch {
	case a.problem != nil:
		return "the error " + clipped(a.problem.Error())
	case a.early != nil:
		return "the error " + clipped(a.early.Error()) + ", before it came so far"
	case a.fetched != nil:
		return fmt.Sprintf("no error, the answer %d", a.fetched.Status)
	}
	return "no error"
}

func clipped(text string) string {
	return mask.Head(strings.TrimSpace(text), 300)
}
