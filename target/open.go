package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

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
		if err := s.discover(ctx, issuer); err != nil {
			return fmt.Errorf("the authorization server %s: %w", issuer, err)
		}
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
		if err := s.Client.Trigger.free(); err != nil {
			return err
		}
		s.name(s.Client.Trigger.URL)
	}
	for i := range s.APIs {
		if err := s.openAPI(ctx, &s.APIs[i]); err != nil {
			return fmt.Errorf("the API %s: %w", s.APIs[i].Name, err)
		}
		s.name(s.APIs[i].URL)
	}
	return nil
}

// discover reads the metadata of the real authorization server.
func (s *Session) discover(ctx context.Context, issuer string) error {
	client := s.NewClient(nil, nil)
	defer client.Close()
	metadata, err := discover(ctx, client, issuer)
	if err == nil {
		s.Metadata = *metadata
	}
	return err
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
			return errors.New("it runs elsewhere, so it cannot trust the embedded authorization server; add the " +
				"authorization_server whose tokens it takes, or start it with command, which is given DPOPSPEC_ISSUER")
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

// completeClients tells the clients what only the metadata knows.
func (s *Session) completeClients() {
	as := *s.AuthorizationServer
	as.Clients = slices.Clone(as.Clients)
	overTLS := len(as.Clients) > 0
	for i := range as.Clients {
		if as.Clients[i].AssertionAudience == "" {
			as.Clients[i].AssertionAudience = s.Metadata.Issuer
		}
		overTLS = overTLS && as.Clients[i].ByCertificate()
	}
	if overTLS {
		s.Metadata.useAliases()
	}
	t := *s.Target
	t.AuthorizationServer = &as
	s.Target = &t
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
