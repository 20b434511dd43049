package runner

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/recent"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// ServeOptions say where the embedded servers listen for clients that are
// driven by hand.
type ServeOptions struct {
	AuthorizationServer string // address, such as 127.0.0.1:9440
	API                 string
	Look                mockas.Look
	Remote              bool // allow addresses beyond loopback
	Nonces              bool // both servers ask for nonces
	DefaultAudience     bool // a token whose request names no audience is for the API
	RedirectURIs        []string
	Judged              func(reports.Case) // called for every request, one at a time, with secrets masked
}

// Served is a running pair of embedded servers that judge every request.
type Served struct {
	Issuer, API, Audience string
	Authority             string // file of the certificate that clients must trust; empty: none
	Clients               []target.RegisteredClient

	// Forgotten counts what the authorization server has issued, that could still be
	// used, and that it no longer knows for want of room.
	Forgotten func() int

	started time.Time
	profile features.Profile
	set     reports.Set
	finder  *features.Catalogue
	judged  func(reports.Case)
	scheme  map[string]string // of the servers, by name
	close   []func()

	redactor *reports.Redactor
	mu       sync.Mutex
	seen     *recent.IDs // jti of the proofs
	ledger   ledger
}

// A jti must not come twice while a proof is valid (RFC 9449 §4.2). One that is used
// always is found however seldom requests come: what happens by hand has room.
const (
	jtiTime = 2 * time.Minute
	jtiRoom = 1 << 16
)

// Serve starts an authorization server and an API on fixed addresses. They
// refuse to listen beyond loopback unless Remote says so too.
func Serve(ctx context.Context, o ServeOptions) (*Served, error) {
	for _, address := range []string{o.AuthorizationServer, o.API} {
		if err := loopback(address); err != nil && !o.Remote {
			return nil, err
		}
	}
	catalogue, err := features.Load()
	if err != nil {
		return nil, err
	}
	profile, err := features.FindProfile("")
	if err != nil {
		return nil, err
	}
	set, err := features.LoadSet()
	if err != nil {
		return nil, err
	}
	s := &Served{
		set:     reports.Set(set),
		Clients: world.StandardClients(),
		started: time.Now(), profile: profile, finder: catalogue, judged: o.Judged, scheme: map[string]string{},
		redactor: reports.NewRedactor(), seen: recent.NewIDs(jtiTime, jtiRoom),
	}
	embedded := target.Default()
	embedded.Look = o.Look
	session, err := target.Open(ctx, embedded)
	if err != nil {
		return nil, err
	}
	s.close = append(s.close, session.Close)
	s.Authority = session.AuthorityFile()
	if err := s.start(session, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Served) start(session *target.Session, o ServeOptions) error {
	now := clock.Running()
	at := func(address string) wire.Options {
		return wire.Options{Address: address, Host: hostName(address), Ended: s.judge, Recent: recentlyServed}
	}
	wanted := func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].RedirectURIs = append(c.Clients[i].RedirectURIs, o.RedirectURIs...)
		}
		if o.Nonces {
			c.Nonces = mockas.NonceRequired
		}
		if o.DefaultAudience {
			c.DefaultAudience = world.AudienceOf(world.DefaultAPI)
		}
	}
	as, err := session.StartAuthorizationServer(now, at(o.AuthorizationServer), world.StandardAS, wanted)
	if err != nil {
		return err
	}
	s.Forgotten = as.Forgotten
	s.close = append(s.close, func() { as.HTTP.Close() })
	s.scheme[as.HTTP.Name], _, _ = strings.Cut(as.HTTP.URL, ":")
	api, err := session.StartAPI(now, at(o.API), world.StandardAPI("orders", as), func(c *mockrs.Config) {
		if o.Nonces {
			c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, now.Now)
		}
	})
	if err != nil {
		return err
	}
	s.close = append(s.close, func() { api.HTTP.Close() })
	s.scheme[api.HTTP.Name], _, _ = strings.Cut(api.HTTP.URL, ":")
	s.Issuer, s.API, s.Audience = as.Issuer(), api.Origin, api.Audience
	return nil
}

// Close ends the servers.
func (s *Served) Close() {
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
}

// recentlyServed is how many exchanges a server remembers: each is judged as it ends.
const recentlyServed = 16

// Run returns the verdict on every request so far: all are counted, and of those that
// are many alike some are listed. Secrets are masked.
func (s *Served) Run() reports.Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	cases, unlisted := s.ledger.list()
	return reports.Run{
		Tool: "dpopspec", Version: version.Number, Profile: s.profile.Name, Revision: s.profile.Revision, Set: s.set,
		Started: s.started, Duration: time.Since(s.started),
		Cases: cases, Unlisted: unlisted,
		Target: []reports.Party{
			{Role: target.AuthorizationServer.Name(), Kind: "embedded", Where: s.Issuer},
			{Role: target.ResourceServer.Name(), Kind: "embedded", Where: s.API},
			{Role: target.ClientRole.Name(), Kind: "real", Where: "driven by hand"},
		},
	}
}

func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not an address such as 127.0.0.1:9440", address)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s is not a loopback address; these servers are for tests, "+
		"give --allow-remote too if others must reach them", address)
}

// hostName returns the name in an address, by which clients then know the
// server; empty where it is a number.
func hostName(address string) string {
	host, _, _ := net.SplitHostPort(address)
	if net.ParseIP(host) != nil {
		return ""
	}
	return host
}

// clientRows are the requirements on a client behind the checks of a proof.
var clientRows = map[string]string{
	"field": "RFC9449-4.1-02", "size": "RFC9449-4.2-17",
	"form": "RFC9449-4.2-17", "objects": "RFC9449-4.2-17", "crit": "RFC9449-4.2-17", "signature": "RFC9449-4.2-17",
	"typ": "RFC9449-4.2-01", "alg": "RFC9449-4.2-02", "alg-key": "RFC9449-4.2-02",
	"jwk": "RFC9449-4.2-04", "key": "RFC9449-4.2-04", "key-use": "RFC9449-4.2-04", "private-key": "RFC9449-4.2-05",
	"jti": "RFC9449-4.2-06", "htm": "RFC9449-4.2-08", "htu": "RFC9449-4.2-09",
	"iat": "RFC9449-4.2-11", "lifetime": "RFC9449-4.2-11", "ath": "RFC9449-4.2-13",
}

// judge turns an exchange into a case: what the client did, read from the wire.
func (s *Served) judge(e wire.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := []world.Shown{{Title: "request", Exchange: &e}}
	c := reports.Case{
		ID:      fmt.Sprintf("serve/%d", s.ledger.judged+1),
		Feature: "serve", FeatureName: "Requests of a client driven by hand",
		Scenario: e.Method + " " + wire.Brief(e.Path()) + " at the " + e.Server, Subject: target.ClientRole.Name(),
		Verdict: reports.Noted, Actual: fmt.Sprintf("status %d", e.Status),
		Exchanges: exchanges(shown), Secrets: cameBy(shown),
	}
	lines := e.Fields.Values("DPoP")
	if problems := s.problems(e, lines); len(problems) > 0 {
		c.Verdict = reports.Failed
		c.Expected = "a sound proof"
		c.Actual = ""
		for _, p := range problems {
			c.Actual += mask.Head(p.text, maxShown) + "; "
			if r, found := s.finder.Find(p.requirement); found {
				c.Requirements = append(c.Requirements, reportRequirement(r, s.profile))
			}
		}
		c.Actual = strings.TrimSuffix(c.Actual, "; ")
	} else if len(lines) > 0 {
		c.Verdict, c.Expected = reports.Passed, "a sound proof"
		c.Actual = fmt.Sprintf("a sound proof; status %d", e.Status)
	}
	// What is kept is masked at once: then no token has to be kept for it.
	c = s.redactor.Case(c)
	s.ledger.add(c)
	if s.judged != nil {
		s.judged(c)
	}
}

type problem struct{ requirement, text string }

func (s *Served) problems(e wire.Exchange, lines []string) []problem {
	if check, _ := e.Fact("refused-by"); check == "downgrade" {
		return []problem{{"RFC9449-7-01", "a bound access token was sent with the Bearer scheme"}}
	}
	if len(lines) == 0 {
		return nil
	}
	verifier := dpop.NewVerifier(func() time.Time { return e.At })
	verifier.Algorithms = dpop.AlgorithmNames()
	called := dpop.TargetURI(s.scheme[e.Server]+"://"+e.Host, e.Target)
	request := dpop.Request{Method: e.Method, TargetURI: called, Fields: lines}
	if authorization, ok := e.Fields.One("Authorization"); ok {
		if credentials, err := dpop.ParseCredentials(authorization); err == nil && credentials.Is(dpop.Scheme) {
			request.AccessToken = credentials.Token
		}
	}
	proof, findings := verifier.Examine(request, "replay", "nonce", "binding")
	var problems []problem
	for _, f := range findings {
		if f.Problem != "" {
			problems = append(problems, problem{clientRows[f.Check], f.Problem})
		}
	}
	if strings.ContainsAny(proof.URI, "?#") {
		problems = append(problems, problem{"RFC9449-4.2-10", "htu has a query or a fragment"})
	}
	if proof.ID != "" && s.seen.Use(proof.ID, time.Now()) {
		problems = append(problems, problem{"RFC9449-4-01", "the jti was used before"})
	}
	return problems
}
