package target

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// ForeignHost says that a request would have gone to a host that the
// configuration does not name. It was not sent.
type ForeignHost struct{ Origin string }

// Error implements error.
func (f *ForeignHost) Error() string {
	return fmt.Sprintf("nothing is sent to %s: the configuration does not name it; if it belongs to the target, add it to authorization_server.hosts", f.Origin)
}

// rateAbroad is how many requests a second leave for other machines unless the
// configuration says otherwise.
const rateAbroad = 5

// name lets requests go to the origin of a URL.
func (s *Session) name(address string) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return
	}
	if s.named == nil {
		s.named = map[string]bool{}
	}
	s.named[origin(u)] = true
	if wire.Loopback(u.Hostname()) {
		return
	}
	s.remote = true
	if s.Limits.Rate == 0 {
		s.limiter.slowTo(rateAbroad)
	}
}

// origin spells scheme, host and port in one way (RFC 6454 §4).
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return scheme + "://" + host
}

// Reaches reports whether requests may go to a URL: to the origins that the
// configuration names, and on this machine anywhere as long as all real parties
// run here. A target elsewhere must not make us call this machine.
func (s *Session) Reaches(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%s is not a URL", wire.Brief(address))
	}
	if s.named[origin(u)] || !s.remote && wire.Loopback(u.Hostname()) {
		return nil
	}
	return &ForeignHost{origin(u)}
}

// Remote reports whether a real party runs on another machine.
func (s *Session) Remote() bool { return s.remote }

// NewClient returns a sender of requests for one case. It keeps to the limits
// and to the hosts of the target, except towards servers that are ours, whose
// authority it may trust besides.
func (s *Session) NewClient(resolve map[string]string, ours func(url string) bool, also ...*wire.Authority) *wire.Client {
	connection := s.Connection
	for _, authority := range also {
		connection = connection.Trusting(authority)
	}
	connection.Timeout = s.Limits.Timeout
	connection.Resolve = append([]map[string]string{resolve}, s.Connection.Resolve...)
	c := wire.NewClient(connection)
	c.UserAgent = version.Agent
	c.Permit = func(ctx context.Context, address string) error {
		if ours != nil && ours(address) {
			return nil
		}
		if err := s.Reaches(address); err != nil {
			return err
		}
		return s.limiter.wait(ctx)
	}
	c.Judge = func(e *wire.Exchange) error {
		if ours != nil && ours(e.URL) {
			return nil
		}
		s.sights.learn(e)
		s.refreshes.learn(e)
		return s.limiter.judge(e)
	}
	return c
}

// Warnings are what a person should know before trusting or starting a run.
func (s *Session) Warnings() []string {
	var list []string
	if s.Connection.Insecure {
		list = append(list, "TLS certificates are not verified (connection.insecure): whoever sits on the way can read tokens and forge every verdict")
	}
	for _, e := range s.Metadata.endpoints() {
		if err := s.Reaches(e.url); err != nil {
			list = append(list, fmt.Sprintf("the metadata puts %s at %s, which the configuration does not name: nothing is sent there; if it belongs to the target, add it to authorization_server.hosts", e.name, wire.Brief(e.url)))
		}
	}
	for named := range s.named {
		if u, err := url.Parse(named); err == nil && u.Scheme == "http" && !wire.Loopback(u.Hostname()) {
			list = append(list, named+" is reached without TLS: tokens and secrets travel in the clear")
		}
	}
	return list
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

// useAliases takes the endpoints that ask for a client certificate (RFC 8705
// §5). They serve all clients only if all of them have one.
func (m *Metadata) useAliases() {
	value, _ := m.Document.Get("mtls_endpoint_aliases")
	aliases, err := dpop.ParseObject(value)
	if err != nil {
		return
	}
	for name, url := range map[string]*string{
		"token_endpoint": &m.Token, "pushed_authorization_request_endpoint": &m.PAR, "userinfo_endpoint": &m.Userinfo,
		"introspection_endpoint": &m.Introspection, "revocation_endpoint": &m.Revocation, "registration_endpoint": &m.Registration,
		"device_authorization_endpoint": &m.Device,
	} {
		if alias, err := aliases.Text(name); err == nil {
			*url = alias
		}
	}
}

// Rate returns how many requests a second leave at most; 0: no limit.
func (s *Session) Rate() float64 { return s.limiter.rate() }

// Way says what is unusual about the way to a URL, for a report to show behind
// it; empty if nothing is.
func (s *Session) Way(address string) string {
	var notes []string
	if u, err := url.Parse(address); err == nil {
		if proxy, err := s.Connection.ProxyFor(u); err == nil && proxy != nil {
			notes = append(notes, "through "+proxy.Redacted())
		}
	}
	if s.Connection.Insecure {
		notes = append(notes, "TLS certificates not verified")
	}
	if notes == nil {
		return ""
	}
	return " (" + strings.Join(notes, "; ") + ")"
}
