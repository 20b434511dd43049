package target

import (
	"context"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Session is a target whose programs run and whose real parties have been
// looked up. All cases of a run share it; what changes while a case runs is
// started for that case alone.
type Session struct {
	*Target
	Metadata  Metadata // of the real authorization server
	APIs      []RealAPI
	Resources []ProtectedResource // metadata of the real APIs, once ReadResources has read them
	Evidence  Evidence            // what cases saw beside what each is about

	named     string       // the issuer of the real authorization server, by the configuration or its program
	issuer    *wire.Server // the embedded issuer that real APIs trust
	secured   secured
	issuerKey *dpop.Key // of every embedded authorization server: tokens that a party keeps stay valid
	programs  []*program
	stops     []func()
	limiter   *limiter
	sent      atomic.Int64 // requests to real parties
	setUp     setUp
	unopened  error // why the first party that cannot be opened cannot
	silence   silence
	twins     twins
	hosts     hosts
	seen      seen
	issued    issued
	refreshes refreshTokens
	logins    logins
	persons   persons
	waits     waits
	owned     ownTokens
	approvals approvals

	introduction introduction // of a real client
	adapters     adapters
	environmentKey
}

// rateAbroad is how many requests a second leave for other machines unless the
// configuration says otherwise.
const rateAbroad = 5

// name lets requests go to the origin of a URL.
func (s *Session) name(address string) {
	s.hosts.add(address)
	if s.hosts.remote && s.Limits.Rate == 0 {
		s.limiter.slowTo(rateAbroad)
	}
}

// Reaches reports whether requests may go to a URL: to the origins that the
// configuration names.
func (s *Session) Reaches(address string) error {
	to, err := wire.ParseAddress(address)
	if err != nil {
		return err
	}
	return s.hosts.check(to)
}

// Named reports whether the configuration gives requests a User-Agent.
func (s *Session) Named() bool { return len(s.Connection.Fields.Values("User-Agent")) > 0 }

// Rate returns how many requests a second leave at most; 0: no limit.
func (s *Session) Rate() float64 { return s.limiter.rate() }

// WhenBudgetIsSpent has a function called once, at the first request for which limits.budget
// has no room left.
func (s *Session) WhenBudgetIsSpent(over func()) {
	s.limiter.mu.Lock()
	defer s.limiter.mu.Unlock()
	s.limiter.over = over
}

// AuthorityFile is where the certificate lies that programs must trust, in PEM;
// empty where the embedded authorization server needs none.
func (s *Session) AuthorityFile() string { return s.secured.file }

// Trusting returns a connection that trusts the embedded authorization server.
func (s *Session) Trusting(c wire.Connection) wire.Connection { return s.secured.trusting(c) }

// issuerURL returns the issuer that APIs trust.
func (s *Session) issuerURL() string {
	if s.issuer != nil {
		return s.Look.IssuerAt(s.issuer.URL)
	}
	return s.Metadata.Issuer
}

// NewClient returns a sender of requests for one case. It keeps to the limits
// and to the hosts of the target, except towards servers that are ours, whose
// authority it may trust besides.
func (s *Session) NewClient(
	resolve map[string]string, ours func(url string) bool, also ...*wire.Authority,
) *wire.Client {
	return s.sender(s.Connection, resolve, ours, func(to wire.Address) error {
		if ours != nil && ours(to.URL) || to.OfThisProcess() {
			return nil
		}
		return s.hosts.check(to)
	}, also...)
}

// sender is NewClient by a connection, to where permit lets requests go.
func (s *Session) sender(
	by wire.Connection, resolve map[string]string, ours func(url string) bool, permit func(wire.Address) error,
	also ...*wire.Authority,
) *wire.Client {
	connection := s.secured.trusting(by)
	for _, authority := range also {
		connection = connection.Trusting(authority)
	}
	connection.Timeout = s.Limits.Timeout
	connection.Resolve = append([]map[string]string{resolve}, s.Connection.Resolve...)
	c := wire.NewClient(connection)
	c.UserAgent = version.Agent
	c.Permit = func(ctx context.Context, to wire.Address) error {
		if err := permit(to); err != nil {
			return err
		}
		if ours != nil && ours(to.URL) {
			return nil
		}
		if err := s.answers(to.URL); err != nil {
			return err
		}
		if err := s.leaves(ctx); err != nil {
			return err
		}
		s.waits.ask(to.Origin())
		return nil
	}
	c.Lost = func(ctx context.Context, e *wire.Exchange) {
		s.waits.answer()
		if ctx.Err() == nil && (ours == nil || !ours(e.URL)) {
			s.silence.lost(e)
		}
	}
	c.Judge = func(e *wire.Exchange) error {
		if ours != nil && ours(e.URL) {
			return nil
		}
		s.waits.answer()
		s.silence.broken(e)
		s.seen.learn(e)
		s.refreshes.learn(e)
		if s.AuthorizationServer != nil {
			heedChallenge(s.AuthorizationServer.Clients, e)
		}
		return s.limiter.judge(e)
	}
	return c
}

// Way says what is unusual about the way to a URL, for a report to show behind
// it; empty if nothing is.
func (s *Session) Way(address string) string {
	var notes []string
	if to, err := wire.ParseAddress(address); err == nil {
		if proxy, err := s.Connection.ProxyFor(to); err == nil && proxy != nil {
			notes = append(notes, "through "+proxy.Redacted())
		}
	}
	if s.Connection.BehindTLS(address) {
		notes = append(notes, "without TLS to the process behind it")
	}
	if s.Connection.Insecure {
		notes = append(notes, "TLS certificates not verified")
	}
	if notes == nil {
		return ""
	}
	return " (" + strings.Join(notes, "; ") + ")"
}

// FindOut answers a question about a real party that cases have in common: ask
// sends the requests that it takes, once a session.
func (s *Session) FindOut(question string, ask func() (string, error)) (string, error) {
	return s.seen.findOut(question, ask)
}

// Challenged returns the algorithms of the newest DPoP challenge of a real party
// at an origin; nil if none was seen yet.
func (s *Session) Challenged(at string) []string { return s.seen.challenged(at) }

// RefreshToken returns the newest refresh token of a client whose configuration
// has one; else it is empty.
func (s *Session) RefreshToken(client string) string { return s.refreshes.newestOf(client) }

// HoldRefreshTokens waits until no other case uses the refresh tokens of the
// configuration, and returns how to let them go: two cases at a time would use
// the same token twice, for which servers revoke the grant.
func (s *Session) HoldRefreshTokens(ctx context.Context) (release func(), err error) {
	return s.refreshes.hold(ctx)
}

// LogIn shows the person the address of an authorization request of a client
// and returns the parameters of the answer that arrives at its loopback redirect
// URI (RFC 8252 §7.3) with the state of the request (RFC 6749 §10.12).
func (s *Session) LogIn(ctx context.Context, client RegisteredClient, address, state string) (url.Values, error) {
	if err := webAddress(address); err != nil {
		return nil, err
	}
	if err := s.Reaches(address); err != nil {
		return nil, err
	}
	return s.logins.logIn(ctx, s.Target, client, address, state)
}
