package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Unserved says that nobody answers at the http twin of an https URL.
type Unserved struct{ cause error }

// Error implements error.
func (u *Unserved) Error() string { return u.cause.Error() }

// Unwrap returns how that showed.
func (u *Unserved) Unwrap() error { return u.cause }

// NoWayToTwin says why whether somebody answers at an http twin cannot be found out
// from here.
type NoWayToTwin struct{ Reason string }

// Error implements error.
func (n *NoWayToTwin) Error() string { return n.Reason }

// twins are the http origins where nobody answered.
type twins struct {
	mu     sync.Mutex
	silent map[string]*Unserved
}

func (t *twins) known(origin string) *Unserved {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.silent[origin]
}

func (t *twins) keep(origin string, u *Unserved) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.silent == nil {
		t.silent = map[string]*Unserved{}
	}
	t.silent[origin] = u
}

// Twin is the http twin of an https URL: the same host and path, without the query, at
// the port that the URL names, or at port 80.
func Twin(address string) (string, error) {
	to, err := wire.ParseAddress(address)
	if err != nil {
		return "", err
	}
	if to.Scheme != "https" {
		return "", fmt.Errorf("%s is no https URL", wire.Brief(address))
	}
	path, _, _ := strings.Cut(to.Target, "?")
	authority := to.Authority
	if to.Port == "443" {
		authority = strings.TrimSuffix(strings.TrimSuffix(authority, "443"), ":")
	}
	return "http://" + authority + path, nil
}

// AskTwin sends a GET to the http twin of an https URL of a party. It goes to an origin
// that the configuration does not name, and to anybody on the way: so it carries
// nothing but its URL, no token, no cookie, no field of the configuration and no query.
// The error is an *Unserved if nobody answers there, and a *NoWayToTwin if that cannot
// be found out from here.
func (s *Session) AskTwin(ctx context.Context, address string) (*wire.Exchange, error) {
	if err := s.Reaches(address); err != nil {
		return nil, err
	}
	twin, err := Twin(address)
	if err != nil {
		return nil, err
	}
	if err := s.wayToTwin(address, twin); err != nil {
		return nil, err
	}
	origin := originOf(twin)
	if u := s.twins.known(origin); u != nil {
		return nil, u
	}
	c := s.sender(s.plainly(), nil, nil, func(to wire.Address) error {
		if to.Origin() != origin {
			return &ForeignHost{to.Origin()}
		}
		return nil
	})
	defer c.Close()
	c.Lost = func(context.Context, *wire.Exchange) { s.waits.answer() } // it is none of the party's silence
	e, err := c.Do(ctx, wire.Request{Method: "GET", URL: twin})
	var unnamed *net.DNSError
	switch {
	case e == nil || ctx.Err() != nil: // nothing was asked
		return e, err
	case errors.As(err, &unnamed):
		return nil, &NoWayToTwin{"nobody knows the name of " + origin + " here"}
	case e.Status == 0: // no answer of HTTP
		u := &Unserved{err}
		s.twins.keep(origin, u)
		return e, u
	}
	return e, err
}

// plainly is the connection without what the configuration adds to each request.
func (s *Session) plainly() wire.Connection {
	plain := s.Connection
	plain.Fields, plain.Certificate = nil, nil
	return plain
}

// wayToTwin tells why an answer at an http twin would not be that of the party, or why
// its absence would tell nothing.
func (s *Session) wayToTwin(address, twin string) error {
	to, err := wire.ParseAddress(address)
	if err != nil {
		return err
	}
	at, err := wire.ParseAddress(twin)
	if err != nil {
		return err
	}
	if s.Connection.BehindTLS(address) {
		return &NoWayToTwin{"it is reached past the proxy that ends TLS for it (connection.resolve); " +
			"whether http is open is for that proxy to decide"}
	}
	if s.Connection.Dialled(to.Dial()) != to.Dial() && s.Connection.Dialled(at.Dial()) == at.Dial() {
		return &NoWayToTwin{"connection.resolve says where " + to.Dial() + " is, and not where " + at.Dial() + " is"}
	}
	if proxy, err := s.Connection.ProxyFor(at); err != nil || proxy != nil {
		return &NoWayToTwin{"a proxy answers for " + at.Dial()}
	}
	return nil
}
