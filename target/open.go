package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
)

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
	s.persons.browsing = &browsing{session: s}
	if s.Embedded(AuthorizationServer) {
		if s.issuerKey, err = s.Look.GenerateKey(); err != nil {
			return err
		}
		if s.Look.TLS {
			if s.Triggered() && s.LookCertificate == nil {
				s.failed(errUntrusted, reports.Problem{
					Name: "client", What: "the client has no reason to trust the embedded authorization server",
					Key: "as.certificate", Remedy: "give one that it trusts, or let it take http (as: {tls: false})",
				}, Dependent{Role: ClientRole})
			}
			if err = s.secured.open(s.LookCertificate); err != nil {
				return err
			}
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
	if as.Unused {
		return true
	}
	const party, key = "the authorization server", "authorization_server.command"
	all := Dependent{Everything: true}
	issuer := as.Issuer
	if len(as.Command.Args) > 0 {
		_, said, err := s.launch(ctx, as.Command, nil, "issuer", program{party: party, key: key, rests: []Dependent{all}})
		if err != nil {
			s.failed(fmt.Errorf("the authorization server: %w", err), notStarted(party, key, "issuer"), all)
			return false
		}
		issuer = said.text("issuer") // to the slash at its end: its metadata must name the same
		as = s.mayRegisterBy(said.text("initial_access_token"))
	}
	s.name(issuer)
	s.named = issuer
	for _, host := range slices.Concat(as.Hosts, as.Replicas) {
		s.name(host)
	}
	for _, address := range addressesIn(as.Metadata) {
		s.name(address)
	}
	for _, c := range as.Clients {
		for _, host := range c.Ways.Hosts {
			s.name(host)
		}
		if c.Offers != nil && c.Offers.URL != "" {
			s.name(c.Offers.URL)
		}
	}
	if address := as.DeviceApproval.names(); address != "" {
		s.name(address)
	}
	if err := s.discover(ctx, issuer); err != nil {
		p := reports.Problem{
			Name: party, What: "the metadata of the authorization server cannot be read", Key: "authorization_server.issuer",
			Remedy: "give the URL of its metadata without /.well-known/…, and see that it can be reached from here " +
				"(connection.proxy, connection.ca); if it publishes none, give them in authorization_server.metadata",
		}
		var other *otherIssuer
		if errors.As(err, &other) {
			p.What = "the metadata of the authorization server are those of another issuer"
			p.Remedy = fmt.Sprintf("if that is the server you mean, write issuer: %q, as it names itself", mask.Head(other.named, 200))
		}
		s.failed(fmt.Errorf("the authorization server %s: %w", issuer, err), p, all)
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
	metadata, err := discover(ctx, client, issuer, s.AuthorizationServer.Metadata)
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
	if api.Issuance != nil {
		if err := s.openIssuance(ctx, api); err != nil {
			s.failed(fmt.Errorf("%s: %w", party, err), reports.Problem{
				Name: party, What: "the credential endpoint of " + party + " cannot be found", Key: key + ".credential",
				Remedy: "give the Credential Issuer Identifier, the URL of its metadata without /.well-known/…, and a " +
					"configuration that it has; a host of its own belongs into authorization_server.hosts",
			}, rests...)
			return
		}
	}
	err := s.locate(ctx, api, program{party: party, key: key + ".command", rests: rests})
	if err == nil {
		for _, address := range append([]string{api.URL}, api.Replicas...) {
			s.name(address)
		}
		if api.Upstream != "" {
			s.name(api.Upstream)
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

// errUntrusted says that an application cannot trust what did not exist when it was
// started.
var errUntrusted = errors.New("the client runs already, so it cannot trust the throw-away authority by which the " +
	"embedded authorization server has its certificate; give one that it trusts: as.certificate")

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
	env := s.secured.trustedBy(api.Command.Env)
	env["DPOPSPEC_ISSUER"], env["DPOPSPEC_AUDIENCE"] = s.issuerURL(), api.Audience
	url, _, err := s.launch(ctx, api.Command, env, "url", p)
	if err != nil {
		return err
	}
	if api.URL == "" {
		api.URL = url
	}
	return nil
}

func (s *Session) serve(api *RealAPI) error {
	url, stop, err := api.Serve(s.issuerURL())
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
	options := s.secured.listening(wire.Options{Name: "authorization server"})
	s.issuer, err = wire.Listen(options, func(origin string) http.Handler {
		server, err := mockas.New(origin, mockas.Config{Key: s.issuerKey, Look: s.Look})
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
	for i := range as.Clients {
		if as.Clients[i].AssertionAudience == "" {
			as.Clients[i].AssertionAudience = s.Metadata.Issuer
		}
		if instance := as.Clients[i].Instance; instance != nil {
			instance.Audience = as.Clients[i].AssertionAudience
		}
	}
	t := *s.Target
	t.AuthorizationServer = &as
	s.Target = &t
}

// Close ends the programs and servers of the session.
func (s *Session) Close() {
	s.adapters.close()
	s.persons.close()
	for _, stop := range s.stops {
		stop()
	}
	for _, p := range s.programs {
		p.Stop()
	}
	if s.issuer != nil {
		s.issuer.Close()
	}
	s.secured.close()
}
