package runner

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
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
	Judged              func(Watched) // called for every request, one at a time, with secrets masked
}

// Served is a running pair of embedded servers that judge every request.
type Served struct {
	Issuer, API, Audience string
	Authority             string // file of the certificate that clients must trust; empty: none
	Clients               []target.RegisteredClient

	// Forgotten counts what the authorization server has issued, that could still be
	// used, and that it no longer knows for want of room.
	Forgotten func() int

	*Judge
	controls *controls

	set     reports.Set
	started time.Time
	close   []func()
	mu      sync.Mutex
	ledger  ledger
}

// Serve starts an authorization server and an API on fixed addresses. They
// refuse to listen beyond loopback unless Remote says so too.
func Serve(ctx context.Context, o ServeOptions) (*Served, error) {
	for _, address := range []string{o.AuthorizationServer, o.API} {
		if err := loopback(address); err != nil && !o.Remote {
			return nil, err
		}
	}
	judge, err := newJudge()
	if err != nil {
		return nil, err
	}
	set, err := features.LoadSet()
	if err != nil {
		return nil, err
	}
	s := &Served{Clients: world.StandardClients(), Judge: judge, set: reports.Set(set), started: time.Now()}
	s.tell(func(one Watched) {
		s.mu.Lock()
		s.ledger.add(one.Case)
		s.mu.Unlock()
		if o.Judged != nil {
			o.Judged(one)
		}
	})
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
	s.controls = newControls(now, o.Nonces)
	at := func(address string) wire.Options {
		return s.listening(wire.Options{Address: address, Host: hostName(address), Recent: recentlyServed})
	}
	wanted := func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].RedirectURIs = append(c.Clients[i].RedirectURIs, o.RedirectURIs...)
		}
		c.NonceSource = s.controls.atAS
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
	s.knows(as.HTTP)
	api, err := session.StartAPI(now, at(o.API), world.StandardAPI("orders", as), s.controls.ofAPI)
	if err != nil {
		return err
	}
	s.close = append(s.close, func() { api.HTTP.Close() })
	s.knows(api.HTTP)
	as.NameResource(api.Origin, api.Audience)
	s.controls.as, s.controls.api = as, api
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
