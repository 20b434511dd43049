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
	"github.com/dpopspec/dpopspec/reports"
)

// startTimeout is how long a program may take until it listens.
const startTimeout = 60 * time.Second

// Open starts the programs of a target and reads the metadata of a real
// authorization server. An error means that a party cannot be opened.
func Open(ctx context.Context, t *Target) (*Session, error) {
	s, err := Begin(ctx, t)
	if err != nil {
		return nil, err
	}
	if s.unopened != nil {
		s.Close()
		return nil, s.unopened
	}
	return s, nil
}

// Begin is Open for a run that goes on with what works: that a party cannot be
// opened is a problem of the session's set-up. An error is one of the harness.
func Begin(ctx context.Context, t *Target) (*Session, error) {
	s := &Session{Target: t, APIs: append([]RealAPI(nil), t.APIs...), limiter: newLimiter(t.Limits)}
	err := s.open(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) open(ctx context.Context) (err error) {
	if s.Embedded(AuthorizationServer) {
		if s.issuerKey, err = dpop.GenerateKey("ES256"); err != nil {
			return err
		}
	} else if !s.openAuthorizationServer(ctx) {
		return nil
	}
	if len(s.APIs) > 0 && s.AuthorizationServer == nil {
		if err := s.startIssuer(); err != nil {
			return err
		}
	}
	if s.Triggered() {
		if err := s.Client.Trigger.free(); err != nil {
			s.failed(err, reports.Problem{
				Name: "client", What: "the embedded servers cannot listen where the client expects them",
				Key: "client.trigger", Remedy: "end what listens there, or another run",
			}, Dependent{Role: ClientRole})
		}
		s.name(s.Client.Trigger.URL)
	}
	for i := range s.APIs {
		s.openAPI(ctx, i)
	}
	return nil
}

// failed keeps why a party cannot be opened.
func (s *Session) failed(err error, p reports.Problem, dependents ...Dependent) {
	if s.unopened == nil {
		s.unopened = err
	}
	p.Answer = err.Error()
	s.Block(p, dependents...)
}

// openAuthorizationServer reports whether it succeeded; without a real
// authorization server there is nothing to be had for any party.
func (s *Session) openAuthorizationServer(ctx context.Context) bool {
	as := s.AuthorizationServer
	const party, key = "the authorization server", "authorization_server.command"
	all := Dependent{Everything: true}
	issuer := as.Issuer
	if len(as.Command.Args) > 0 {
		var err error
		issuer, err = s.launch(ctx, as.Command, nil, "issuer", program{party: party, key: key, rests: []Dependent{all}})
		if err != nil {
			s.failed(fmt.Errorf("the authorization server: %w", err), notStarted(party, key, "issuer"), all)
			return false
		}
	}
	s.name(issuer)
	for _, host := range slices.Concat(as.Hosts, as.Replicas) {
		s.name(host)
	}
	if strings.Contains(as.DeviceApproval, "://") {
		s.name(as.DeviceApproval)
	}
	if err := s.discover(ctx, issuer); err != nil {
		s.failed(fmt.Errorf("the authorization server %s: %w", issuer, err), reports.Problem{
			Name: party, What: "the metadata of the authorization server cannot be read", Key: "authorization_server.issuer",
			Remedy: "give the URL of its metadata without /.well-known/…, and see that it can be reached from here " +
				"(connection.proxy, connection.ca)",
		}, all)
		return false
	}
	s.completeClients()
	s.refreshes.start(s.AuthorizationServer.Clients)
	return true
}

// notStarted is that the program of a party never said where it listens.
func notStarted(party, key, member string) reports.Problem {
	return reports.Problem{
		Name: party, What: "the command that starts " + party + " does not start it", Key: key,
		Remedy: fmt.Sprintf("run the command by itself: it must print a line of JSON with %q when it is ready, "+
			"and go on", member),
	}
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

// openAPI opens one of the APIs.
func (s *Session) openAPI(ctx context.Context, i int) {
	api := &s.APIs[i]
	party, key := "the API "+api.Name, "apis."+api.Name
	rests := []Dependent{{API: api.Name}}
	if i == 0 { // the one that the cases about APIs are run at
		rests = append(rests, Dependent{Role: ResourceServer})
	}
	err := s.locate(ctx, api, program{party: party, key: key + ".command", rests: rests})
	if err == nil {
		for _, address := range append([]string{api.URL}, api.Replicas...) {
			s.name(address)
		}
		return
	}
	problem := notStarted(party, key+".command", "url")
	if errors.Is(err, errNoIssuer) {
		problem.What = party + " has no authorization server whose tokens it takes"
		problem.Key, problem.Remedy = "authorization_server", "add it, or let the API be started by command"
	}
	s.failed(fmt.Errorf("%s: %w", party, err), problem, rests...)
}

// errNoIssuer says that nobody issues tokens for an API.
var errNoIssuer = errors.New("it runs elsewhere, so it cannot trust the embedded authorization server; add the " +
	"authorization_server whose tokens it takes, or start it with command, which is given DPOPSPEC_ISSUER")

// locate finds out where an API is, and starts it if need be.
func (s *Session) locate(ctx context.Context, api *RealAPI, p program) error {
	if api.Serve != nil {
		return s.serve(api)
	}
	if api.Audience == "" {
		api.Audience = api.URL
	}
	if len(api.Command.Args) == 0 {
		if s.issuer != nil {
			return errNoIssuer
		}
		return nil
	}
	if api.Audience == "" {
		api.Audience = "https://" + api.Name + ".example"
	}
	url, err := s.launch(ctx, api.Command, map[string]string{
		"DPOPSPEC_ISSUER":   s.IssuerURL(),
		"DPOPSPEC_AUDIENCE": api.Audience,
	}, "url", p)
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
	for _, p := range s.programs {
		p.Stop()
	}
	if s.issuer != nil {
		s.issuer.Close()
	}
}
