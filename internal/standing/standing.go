package standing

import (
	"cmp"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/steps/api"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Setting is one way in which servers are set up and configured: what one server has
// no use for cannot be seen at it.
type Setting struct {
	Name string
	API  bool // an API alone, which takes the tokens of the embedded authorization server

	as     func(*mockas.Config)
	rs     func(*mockrs.Config)
	named  bool           // the servers have https names and the default port, and no TLS: a proxy would end it
	path   string         // of an API's probe; empty: its name
	every  bool           // clients of every kind are registered; the authorization server listens over TLS
	twice  bool           // an API has two instances
	wallet *walletSetting // they issue credentials to a wallet; nil: they do not
}

// Settings are the ways in which real servers are tried, most telling first.
var Settings = []Setting{
	{Name: "plain"},
	{Name: "nonces",
		as: func(c *mockas.Config) { c.Nonces = mockas.NonceRequired },
		rs: func(c *mockrs.Config) { c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock) }},
	{Name: "an API alone", API: true},
	{Name: "an API that takes unbound tokens", API: true, rs: func(c *mockrs.Config) { c.Mode = mockrs.Allowed }},
	{Name: "opaque tokens", as: func(c *mockas.Config) { c.TokenFormat = mockas.FormatOpaque },
		rs: func(c *mockrs.Config) { c.Mode = mockrs.Allowed }},
	{Name: "refresh tokens that last", as: func(c *mockas.Config) {
		for i := range c.Clients {
			c.Clients[i].KeepRefresh = true
		}
	}},
	{Name: "names and no port", named: true},
	{Name: "clients of every kind", every: true},
	{Name: "a path with escapes", API: true, path: "/v1/a%2Fb%20c"},
	{Name: "what a wallet needs", wallet: &walletSetting{combined: true, txCode: "493536"},
		as: func(c *mockas.Config) { c.Nonces = mockas.NonceRequired },
		rs: func(c *mockrs.Config) { c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock) }},
	{Name: "what a wallet needs, and PoPs alone", wallet: &walletSetting{},
		as: func(c *mockas.Config) { c.Attestation = mockas.AuthAttestation }},
	{Name: "two instances that ask for nonces", twice: true,
		as: func(c *mockas.Config) { c.Nonces = mockas.NonceRequired },
		rs: func(c *mockrs.Config) { c.Verifier.Nonces = dpop.NewNonceWindow(5*time.Minute, c.Clock) }},
}

// Stand is servers that stand for real ones, and the configuration that names them.
type Stand struct {
	Target  *target.Target
	profile features.Profile
	ends    []func()
}

func (s *Stand) Close() {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
}

// Stand starts the servers of a setting on loopback, with changes to their parts.
func (s Setting) Stand(ctx context.Context, profile string, parts target.Parts) (*Stand, error) {
	made := &Stand{Target: target.Default()}
	made.Target.Profile = profile
	var err error
	if made.profile, err = features.FindProfile(profile); err != nil {
		return nil, err
	}
	start := s.startBoth
	if s.API {
		start = s.startAPI
	}
	if err := start(ctx, made, parts); err != nil {
		made.Close()
		return nil, err
	}
	return made, nil
}

// startBoth starts an authorization server and two APIs.
func (s Setting) startBoth(ctx context.Context, made *Stand, parts target.Parts) error {
	ours := target.Default()
	ours.Parts = parts
	session, err := target.Open(ctx, ours)
	if err != nil {
		return err
	}
	made.ends = append(made.ends, session.Close)
	real := &target.RealAuthorizationServer{Clients: world.StandardClients(), Registration: &target.DynamicRegistration{}}
	listening, register := s.listening("as"), func(*mockas.Config) {}
	if s.every {
		if register, err = everyKind(made.Target, real, &listening); err != nil {
			return err
		}
	}
	if s.wallet != nil {
		if register, err = s.wallet.clients(real); err != nil {
			return err
		}
	}
	now := clock.Running()
	as, err := session.StartAuthorizationServer(now, listening, world.StandardAS, register, world.Following(made.profile), s.changeAS)
	if err != nil {
		return err
	}
	s.reach(made, as.HTTP)
	real.Issuer = as.Issuer()
	if s.wallet != nil {
		s.wallet.offers(real, as)
	}
	made.Target.AuthorizationServer = real
	if s.twice {
		beside := func(c *mockas.Config) { c.Beside = as.Server }
		other, err := session.StartAuthorizationServer(now, s.listening("as"), world.StandardAS, s.changeAS, beside)
		if err != nil {
			return err
		}
		made.ends = append(made.ends, func() { other.HTTP.Close() })
		real.Replicas = []string{"http://" + other.HTTP.Address()}
	}
	for _, name := range []string{"orders", "invoices"} {
		if err := s.startOneAPI(made, session, now, name, as); err != nil {
			return err
		}
	}
	return nil
}

// startOneAPI starts an API, or two instances that are configured alike and remember
// in common: what a mutant makes of either is its own.
func (s Setting) startOneAPI(
	made *Stand, session *target.Session, now *clock.Clock, name string, as *target.EmbeddedAS,
) error {
	shared := dpop.NewReplayMemory(now.Now)
	var nonces dpop.Nonces
	change := func(c *mockrs.Config) {
		api.Following(made.profile, c.Clock)(c)
		s.changeAPI(c)
		if s.wallet != nil {
			c.Issuance = &mockrs.Issuance{Configuration: "example"}
		}
		if s.twice {
			c.Verifier.Replays = shared
		}
		if nonces == nil {
			nonces = c.Verifier.Nonces
		}
		c.Verifier.Nonces = nonces
	}
	first, err := session.StartAPI(now, s.listening(name), world.StandardAPI(name, as), change)
	if err != nil {
		return err
	}
	s.reach(made, first.HTTP)
	real := target.RealAPI{
		Name: name, URL: first.Origin, Audience: first.Audience, Scope: first.Scope, Method: "GET", Path: s.probe(name),
	}
	if s.wallet != nil {
		real.Issuance = &target.Issuance{Issuer: first.Origin, Configuration: "example"}
	}
	if s.twice {
		o := s.listening(name)
		o.Origin = first.Origin
		other, err := session.StartAPI(now, o, world.StandardAPI(name, as), change)
		if err != nil {
			return err
		}
		made.ends = append(made.ends, func() { other.HTTP.Close() })
		real.Replicas = []string{"http://" + other.HTTP.Address()}
	}
	made.Target.APIs = append(made.Target.APIs, real)
	return nil
}

// probe is the path of an API that is asked for.
func (s Setting) probe(name string) string { return cmp.Or(s.path, "/"+name) }

// startAPI has a run start an API that takes the tokens of its own issuer.
func (s Setting) startAPI(_ context.Context, made *Stand, parts target.Parts) error {
	for _, name := range []string{"orders", "invoices"} {
		made.Target.APIs = append(made.Target.APIs, target.RealAPI{
			Name: name, Audience: world.AudienceOf(name), Method: "GET", Path: s.probe(name),
			Serve: func(issuer string) (string, func(), error) {
				server, err := wire.Listen(s.listening(name), func(origin string) http.Handler {
					now := clock.Running().Now
					c := mockrs.Config{
						Name: name, Audience: world.AudienceOf(name), Issuer: issuer, Clock: now,
						Verifier: dpop.NewVerifier(now), Policy: mockrs.HonestPolicy(),
						Keys: func(ctx context.Context) ([]dpop.PublicKey, error) {
							return FetchKeys(ctx, issuer+mockas.PathJWKS)
						},
					}
					api.Following(made.profile, now)(&c)
					s.changeAPI(&c)
					if parts.API != nil {
						parts.API(&c)
					}
					return mockrs.New(origin, c)
				})
				if err != nil {
					return "", nil, err
				}
				return server.URL, func() { server.Close() }, nil
			},
		})
	}
	return nil
}

func (s Setting) changeAS(c *mockas.Config) {
	if s.as != nil {
		s.as(c)
	}
}

func (s Setting) changeAPI(c *mockrs.Config) {
	if s.rs != nil {
		s.rs(c)
	}
}

// listening says how a server is reached: by its address, or by a name.
func (s Setting) listening(name string) wire.Options {
	o := wire.Options{Name: name}
	if s.named {
		o.Origin = "https://" + name + ".example"
	}
	return o
}

// reach lets a run find a server by its name.
func (s Setting) reach(made *Stand, server *wire.Server) {
	made.ends = append(made.ends, func() { server.Close() })
	if s.named {
		made.Target.Limits.Rate = 1e6 // a name is taken for one beyond this machine
		_, host, _ := strings.Cut(server.URL, "://")
		made.Target.Connection.Resolve = append(made.Target.Connection.Resolve,
			map[string]string{net.JoinHostPort(host, "443"): wire.Plainly + server.Address()})
	}
}

// FetchKeys reads a JWK set (RFC 7517 §5).
func FetchKeys(ctx context.Context, address string) ([]dpop.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var set struct{ Keys []json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return nil, err
	}
	var keys []dpop.PublicKey
	for _, text := range set.Keys {
		jwk, err := dpop.ParseObject(text)
		if err != nil {
			return nil, err
		}
		key, err := dpop.ParsePublicKey(jwk)
		if err != nil {
			return nil, err
		}
		keys = append(keys, *key)
	}
	return keys, nil
}
