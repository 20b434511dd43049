package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/clock"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// Session is a target whose programs run and whose real parties have been
// looked up. All cases of a run share it; what changes while a case runs is
// started for that case alone.
type Session struct {
	*Target
	Metadata  Metadata // of the real authorization server
	APIs      []RealAPI
	Resources []ProtectedResource // metadata of the real APIs, once ReadResources has read them

	issuer    *wire.Server // the embedded issuer that real APIs trust
	issuerKey *dpop.Key    // of every embedded authorization server: tokens that a party keeps stay valid
	processes []*Process
	stops     []func()
	limiter   *limiter
	named     map[string]bool // origins that requests may go to
	remote    bool            // one of them is another machine
	sights    sights
	refreshes refreshTokens
	logins    logins
}

// startTimeout is how long a program may take until it listens.
const startTimeout = 60 * time.Second

// Open starts the programs of a target and reads the metadata of a real
// authorization server. An error means that nothing can be tested.
func Open(ctx context.Context, t *Target) (*Session, error) {
	s := &Session{Target: t, APIs: append([]RealAPI(nil), t.APIs...), limiter: newLimiter(t.Limits)}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) open(ctx context.Context) error {
	if as := s.AuthorizationServer; as != nil {
		issuer := as.Issuer
		if len(as.Command.Args) > 0 {
			var err error
			if issuer, err = s.launch(ctx, as.Command, nil, "issuer"); err != nil {
				return fmt.Errorf("the authorization server: %w", err)
			}
		}
		s.name(issuer)
		for _, host := range as.Hosts {
			s.name(host)
		}
		if strings.Contains(as.DeviceApproval, "://") {
			s.name(as.DeviceApproval)
		}
		metadata, err := s.discover(ctx, issuer)
		if err != nil {
			return fmt.Errorf("the authorization server %s: %w", issuer, err)
		}
		s.Metadata = *metadata
		s.completeClients()
		s.refreshes.start(s.AuthorizationServer.Clients)
	}
	if s.Embedded(AuthorizationServer) {
		var err error
		if s.issuerKey, err = dpop.GenerateKey("ES256"); err != nil {
			return err
		}
	}
	if len(s.APIs) > 0 && s.AuthorizationServer == nil {
		if err := s.startIssuer(); err != nil {
			return err
		}
	}
	if s.Triggered() {
		if err := s.openTrigger(s.Client.Trigger); err != nil {
			return err
		}
	}
	for i := range s.APIs {
		if err := s.openAPI(ctx, &s.APIs[i]); err != nil {
			return fmt.Errorf("the API %s: %w", s.APIs[i].Name, err)
		}
		s.name(s.APIs[i].URL)
	}
	return nil
}

func (s *Session) openAPI(ctx context.Context, api *RealAPI) error {
	if api.Serve != nil {
		return s.serve(api)
	}
	if api.Audience == "" {
		api.Audience = api.URL
	}
	if len(api.Command.Args) == 0 {
		if s.issuer != nil {
			return errors.New("it runs elsewhere, so it cannot trust the embedded authorization server; add the authorization_server whose tokens it takes, or start it with command, which is given DPOPSPEC_ISSUER")
		}
		return nil
	}
	if api.Audience == "" {
		api.Audience = "https://" + api.Name + ".example"
	}
	url, err := s.launch(ctx, api.Command, map[string]string{
		"DPOPSPEC_ISSUER":   s.IssuerURL(),
		"DPOPSPEC_AUDIENCE": api.Audience,
	}, "url")
	if err != nil {
		return err
	}
	if api.URL == "" {
		api.URL = url
	}
	return nil
}

func (s *Session) serve(api *RealAPI) error {
	url, stop, err := api.Serve(s.IssuerURL())
	if err != nil {
		return err
	}
	s.stops = append(s.stops, stop)
	api.URL = url
	if api.Audience == "" {
		api.Audience = url
	}
	return nil
}

func (s *Session) launch(ctx context.Context, c Command, env map[string]string, member string) (string, error) {
	p, err := start(ctx, c, env)
	if err != nil {
		return "", err
	}
	s.processes = append(s.processes, p)
	return p.ready(ctx, member, startTimeout)
}

// startIssuer starts the embedded authorization server that real APIs fetch
// their keys from. Each case has one of its own that signs with the same key
// in the same name.
func (s *Session) startIssuer() (err error) {
	s.issuer, err = wire.Listen(wire.Options{Name: "authorization server"}, func(origin string) http.Handler {
		server, err := mockas.New(origin, mockas.Config{Key: s.issuerKey})
		if err != nil {
			panic(err) // the honest configuration is always complete
		}
		return server
	})
	return err
}

// IssuerURL returns the issuer that APIs trust.
func (s *Session) IssuerURL() string {
	if s.issuer != nil {
		return s.issuer.URL
	}
	return s.Metadata.Issuer
}

// Close ends the programs and servers of the session.
func (s *Session) Close() {
	for _, stop := range s.stops {
		stop()
	}
	for _, p := range s.processes {
		p.Stop()
	}
	if s.issuer != nil {
		s.issuer.Close()
	}
}

// EmbeddedAS is the embedded authorization server of one case.
type EmbeddedAS struct {
	*mockas.Server
	HTTP *wire.Server
}

// EmbeddedAPI is an embedded API of one case.
type EmbeddedAPI struct {
	*mockrs.API
	HTTP *wire.Server
}

// StartAuthorizationServer starts the embedded authorization server for a
// case: the honest configuration, changed by the scenario and then by the mutant.
func (s *Session) StartAuthorizationServer(clk *clock.Clock, o wire.Options, arrange ...func(*mockas.Config)) (*EmbeddedAS, error) {
	var server *mockas.Server
	var failed error
	o.Name, o.Clock = AuthorizationServer.Name(), clk.Now
	listener, err := wire.Listen(o, func(origin string) http.Handler {
		config := mockas.Config{Clock: clk.Now, Key: s.issuerKey}
		if s.issuer != nil {
			config.Issuer = s.issuer.URL
		}
		for _, change := range arrange {
			change(&config)
		}
		if s.Parts.AuthorizationServer != nil {
			s.Parts.AuthorizationServer(&config)
		}
		server, failed = mockas.New(origin, config)
		return server
	})
	if err == nil && failed != nil {
		listener.Close()
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return &EmbeddedAS{server, listener}, nil
}

// StartAPI starts an embedded API for a case.
func (s *Session) StartAPI(clk *clock.Clock, o wire.Options, arrange ...func(*mockrs.Config)) (*EmbeddedAPI, error) {
	var api *mockrs.API
	o.Name, o.Clock = ResourceServer.Name(), clk.Now
	listener, err := wire.Listen(o, func(origin string) http.Handler {
		config := mockrs.Config{Clock: clk.Now, Verifier: dpop.NewVerifier(clk.Now), Policy: mockrs.HonestPolicy()}
		for _, change := range arrange {
			change(&config)
		}
		if s.Parts.API != nil {
			s.Parts.API(&config)
		}
		api = mockrs.New(origin, config)
		return api
	})
	if err != nil {
		return nil, err
	}
	return &EmbeddedAPI{api, listener}, nil
}
