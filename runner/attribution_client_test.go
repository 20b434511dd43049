package runner

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// plainFlow is the one case that fails where a client cannot do what every
// client must.
const plainFlow = "client-fetch/a-client-gets-a-token-and-calls-an-api-with-it"

// driven is the embedded client in the eyes of a run: somebody's, with a driver
// that wrap may break.
func driven(parts target.Parts, wrap func(target.Driver) target.Driver) *target.Target {
	own := target.Default()
	own.Parts = parts
	session := &target.Session{Target: own}
	configured := target.Default()
	drive := func(ctx context.Context, around target.Conditions) (target.Driver, error) {
		around.Sleep = time.Sleep // no scenario shortens its waits
		d, err := session.OpenClient(ctx, around)
		if err != nil {
			return nil, err
		}
		return wrap(elsewhere{d}), nil
	}
	configured.Client = &target.RealClient{Drive: drive}
	return configured
}

// elsewhere is a client like one behind an adapter: its clock is its own.
type elsewhere struct{ target.Driver }

func (e elsewhere) Hello() target.Hello {
	hello := e.Driver.Hello()
	inProcess := func(c string) bool { return c == target.InProcess }
	hello.Capabilities = slices.DeleteFunc(slices.Clone(hello.Capabilities), inProcess)
	return hello
}

// unfinished is what an adapter says that cannot do a thing.
var unfinished = &target.ClientError{
	Name: "TypeError", Code: "ERR_SETUP", Message: "cannot read properties of undefined",
}

// tokenless is a client that gets no token, and calls nothing.
type tokenless struct{ target.Driver }

func (tokenless) Login(context.Context, target.LoginOrder) (target.Told, error) {
	return target.Told{}, unfinished
}

func (tokenless) Token(context.Context, target.TokenOrder) (target.Told, error) {
	return target.Told{}, unfinished
}

func (tokenless) Fetch(context.Context, target.FetchOrder) (*target.Fetched, error) {
	return nil, unfinished
}

func (tokenless) Userinfo(context.Context, target.SessionOrder) (*target.Fetched, error) {
	return nil, unfinished
}

func (tokenless) Leave(context.Context, target.LoginOrder) (target.Left, error) {
	return target.Left{}, unfinished
}

func (tokenless) Logout(context.Context, target.SessionOrder) error { return unfinished }

func (tokenless) Register(context.Context) error { return unfinished }

func (tokenless) Rotate(context.Context, target.KeyPair) error { return unfinished }

// setupless cannot even be configured.
type setupless struct{ tokenless }

func (setupless) Configure(context.Context, target.Setup) error { return unfinished }

// idle says that all went well, and does nothing.
type idle struct{ target.Driver }

func (idle) Login(context.Context, target.LoginOrder) (target.Told, error) {
	return target.Told{AccessToken: "token", TokenType: "DPoP"}, nil
}

func (idle) Token(context.Context, target.TokenOrder) (target.Told, error) {
	return target.Told{AccessToken: "token", TokenType: "DPoP"}, nil
}

func (idle) Fetch(context.Context, target.FetchOrder) (*target.Fetched, error) {
	return &target.Fetched{Status: 200}, nil
}

func (idle) Userinfo(context.Context, target.SessionOrder) (*target.Fetched, error) {
	return &target.Fetched{Status: 200}, nil
}

func (idle) Return(context.Context, target.ReturnOrder) (target.Told, error) {
	return target.Told{AccessToken: "token", TokenType: "DPoP"}, nil
}

func (idle) Logout(context.Context, target.SessionOrder) error { return nil }

func (idle) Register(context.Context) error { return nil }

func (idle) Rotate(context.Context, target.KeyPair) error { return nil }

// callless gets tokens, and calls nothing.
type callless struct{ target.Driver }

func (callless) Fetch(context.Context, target.FetchOrder) (*target.Fetched, error) {
	return nil, unfinished
}

func (callless) Userinfo(context.Context, target.SessionOrder) (*target.Fetched, error) {
	return nil, unfinished
}

// deaf gets tokens and calls, and makes an error of every answer.
type deaf struct{ target.Driver }

func (d deaf) Fetch(ctx context.Context, o target.FetchOrder) (*target.Fetched, error) {
	if _, err := d.Driver.Fetch(ctx, o); err != nil {
		return nil, err
	}
	return nil, unfinished
}

func (d deaf) Userinfo(ctx context.Context, o target.SessionOrder) (*target.Fetched, error) {
	if _, err := d.Driver.Userinfo(ctx, o); err != nil {
		return nil, err
	}
	return nil, unfinished
}

// basicless gets tokens, and makes an error of those that it asked for with
// client_secret_basic.
type basicless struct {
	target.Driver
	basic bool
}

func (b *basicless) Configure(ctx context.Context, s target.Setup) error {
	b.basic = s.Client.Auth == mockas.AuthBasic
	return b.Driver.Configure(ctx, s)
}

func (b *basicless) Token(ctx context.Context, o target.TokenOrder) (target.Told, error) {
	told, err := b.Driver.Token(ctx, o)
	if b.basic && err == nil {
		err = unfinished
	}
	return told, err
}

// ofClient runs all cases about the client.
func ofClient(t *testing.T, configured *target.Target) []reports.Case {
	t.Helper()
	sources, err := ReadFS(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(sources, configured, Selection{Subjects: []target.Role{target.ClientRole}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := Run(t.Context(), plan, configured, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run.Cases
}

func TestAClientThatCanDoNothingFailsOnceAndIsNotPraised(t *testing.T) {
	for name, row := range map[string]struct {
		wrap func(target.Driver) target.Driver
		says string
	}{
		"every call fails":   {func(d target.Driver) target.Driver { return tokenless{d} }, "ERR_SETUP"},
		"every set-up fails": {func(d target.Driver) target.Driver { return setupless{tokenless{d}} }, "ERR_SETUP"},
		"it only says it can": {
			func(d target.Driver) target.Driver { return idle{d} }, "no request of it that was granted"},
	} {
		t.Run(name, func(t *testing.T) {
			inconclusive := 0
			for _, c := range ofClient(t, driven(target.Parts{}, row.wrap)) {
				switch {
				case c.ID == plainFlow:
					expect(t, map[string]reports.Case{c.ID: c}, c.ID, reports.Failed, row.says)
				case c.Verdict == reports.Inconclusive:
					inconclusive++
					if !strings.Contains(c.Reason, row.says) || !strings.Contains(c.Reason, "make that work first") {
						t.Errorf("%s does not say what went wrong: %s", c.ID, c.Reason)
					}
				case c.Verdict != reports.Skipped:
					t.Errorf("%s: %s: expected %s; got %s", c.ID, c.Verdict, c.Expected, c.Actual)
				}
			}
			if inconclusive < 300 {
				t.Errorf("%d cases are inconclusive", inconclusive)
			}
		})
	}
}

// callsAPI reports whether a case lets the client call an API.
func callsAPI(c reports.Case) bool {
	return slices.ContainsFunc(c.Steps, func(s reports.Step) bool {
		return strings.Contains(s.Text, "the client fetches") ||
			strings.Contains(s.Text, "the client uses the API") || strings.Contains(s.Text, "goes through a session")
	})
}

func TestAClientThatGetsTokensAndCallsNoAPIFailsOnce(t *testing.T) {
	passed := 0
	for _, c := range ofClient(t, driven(target.Parts{}, func(d target.Driver) target.Driver { return callless{d} })) {
		switch {
		case c.ID == plainFlow:
			expect(t, map[string]reports.Case{c.ID: c}, c.ID, reports.Failed, "ERR_SETUP")
		case c.Verdict == reports.Passed && !callsAPI(c):
			passed++ // its tokens can be judged
		case c.Verdict != reports.Inconclusive && c.Verdict != reports.Skipped:
			t.Errorf("%s: %s: expected %s; got %s", c.ID, c.Verdict, c.Expected, c.Actual)
		}
	}
	if passed < 100 {
		t.Errorf("%d cases of its tokens passed", passed)
	}
}

func TestAClientThatMakesAnErrorOfEveryAnswerIsJudgedByWhatItSent(t *testing.T) {
	const (
		proof = "client-proof/a-proof-names-the-method-of-its-request/post"
		retry = "client-nonce/a-challenge-of-the-api-is-answered-with-the-same-token-and-body"
		gives = "client-hostile/an-answer-that-makes-no-sense-ends-in-an-error/api-a-hundred-challenges"
	)
	cases := map[string]reports.Case{}
	for _, c := range ofClient(t, driven(target.Parts{}, func(d target.Driver) target.Driver { return deaf{d} })) {
		cases[c.ID] = c
		harmless := []reports.Verdict{reports.Passed, reports.Inconclusive, reports.Skipped}
		if c.ID != plainFlow && !slices.Contains(harmless, c.Verdict) {
			t.Errorf("%s: %s: expected %s; got %s", c.ID, c.Verdict, c.Expected, c.Actual)
		}
	}
	expect(t, cases, plainFlow, reports.Failed, "ERR_SETUP")
	expect(t, cases, proof, reports.Passed, "")
	expect(t, cases, retry, reports.Inconclusive, "cannot get a token and call the API with it either")
	expect(t, cases, gives, reports.Inconclusive, "cannot get a token and call the API with it either")
}

func TestAClientThatCannotAuthenticateSoIsNotBlamedForWhatItDoesThen(t *testing.T) {
	const challenged = "client-authentication/a-challenge-is-answered-however-the-client-authenticates/"
	const basic, post = challenged + "authenticates-by-client-secret-basic", challenged + "authenticates-by-client-secret-post"
	cases := of(t, driven(target.Parts{}, func(d target.Driver) target.Driver { return &basicless{Driver: d} }), basic, post)
	expect(t, cases, basic, reports.Inconclusive, "get a token by client_credentials, authenticating by client_secret_basic, either")
	expect(t, cases, post, reports.Passed, "")
}

func TestABadProofOfAClientFailsThoughNoAPITakesIt(t *testing.T) {
	const (
		hash  = "client-proof/the-hash-is-that-of-the-token-sent-by-sha-256"
		retry = "client-nonce/a-challenge-of-the-api-is-answered-with-the-same-token-and-body"
	)
	bug := target.Parts{Client: func(o *client.Options) {
		honest := o.Policy.Draft
		o.Policy.Draft = func(r client.ProofRequest) dpop.Draft {
			d := honest(r)
			if d.Claims.Has("ath") {
				d.Claims.Set("ath", dpop.TokenHash("another token"))
			}
			return d
		}
	}}
	cases := of(t, driven(bug, func(d target.Driver) target.Driver { return d }), plainFlow, hash, retry)
	expect(t, cases, plainFlow, reports.Failed, "ath is not the hash")
	expect(t, cases, hash, reports.Failed, "ath")
	expect(t, cases, retry, reports.Inconclusive, "cannot get a token and call the API with it either")
}

func TestASoundClientBehindADriverPassesWhatApplies(t *testing.T) {
	passed := 0
	for _, c := range ofClient(t, driven(target.Parts{}, func(d target.Driver) target.Driver { return d })) {
		switch c.Verdict {
		case reports.Passed, reports.Noted:
			passed++
		case reports.Skipped:
		default:
			t.Errorf("%s: %s: %s; expected %s; got %s", c.ID, c.Verdict, c.Reason, c.Expected, c.Actual)
		}
	}
	if passed < 350 {
		t.Errorf("%d cases passed", passed)
	}
}
