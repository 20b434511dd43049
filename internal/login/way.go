package login

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Way is a way to have a test person log in without anybody there.
type Way interface {
	// Authorize follows an authorization request to the redirect that answers it,
	// and returns that: the redirect URI with what the server has added (RFC 6749
	// §4.1.2, §4.1.2.1). The error is a *Failure if the login cannot be done, an
	// *Answered if the server answered with something else than a redirect, and
	// any other if the way to the server failed.
	Authorize(ctx context.Context, request Request) (redirect string, err error)
}

// Request is an authorization request that wants an answer.
type Request struct {
	Address     string // with its parameters, as a browser would open it
	RedirectURI string // where the answer goes; nothing listens there
	Hosts       Hosts  // that anything may be sent to

	Patience time.Duration // for the login, once its turn has come; 0: no limit

	// Doubtful is a request that may well be refused. Where logins have worked before,
	// what goes wrong with it tells nothing of them.
	Doubtful bool

	// Send sends a request in the name of the case that it belongs to, which
	// records it and keeps to the limits of the run. It follows no redirect. A
	// browser sends by itself.
	Send func(ctx context.Context, title string, r wire.Request) (*wire.Exchange, error)
}

// Answers reports whether an address is the redirect URI with what the server has
// added: scheme, host, port and path are the same, and what the redirect URI has for
// a query is there (RFC 6749 §3.1.2).
func (r Request) Answers(address string) bool {
	got, err := url.Parse(address)
	if err != nil {
		return false
	}
	want, err := url.Parse(r.RedirectURI)
	if err != nil || want.Scheme == "" {
		return false
	}
	if originOf(got) != originOf(want) || got.Opaque != want.Opaque || got.User.String() != want.User.String() ||
		pathOf(got) != pathOf(want) {
		return false
	}
	has := got.Query()
	for name, values := range want.Query() {
		for i, value := range values {
			if i >= len(has[name]) || has[name][i] != value {
				return false
			}
		}
	}
	return true
}

// within bounds a login in time.
func (r Request) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.Patience <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, r.Patience)
}

// late is the failure of a login whose time is over; without one the error stays.
func (r Request) late(whole, bounded context.Context, err error) error {
	if err == nil || whole.Err() != nil || bounded.Err() == nil {
		return err
	}
	return &Failure{
		What:   fmt.Sprintf("the login took longer than %v", r.Patience),
		Remedy: "give it more time with login_timeout, or see in a browser what takes so long",
	}
}

// pathOf is the path as it is written; that of a web address is never empty (RFC 9110
// §4.2.3).
func pathOf(u *url.URL) string {
	if path := u.EscapedPath(); path != "" || u.Host == "" {
		return path
	}
	return "/"
}

// Hosts are origins that a login may send something to (RFC 6454 §4).
type Hosts []string

// HostsOf lists the origins of addresses. A host by itself is meant with https.
func HostsOf(addresses ...string) Hosts {
	var list Hosts
	for _, address := range addresses {
		if address != "" && !strings.Contains(address, "://") {
			address = "https://" + address
		}
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			list = append(list, originOf(u))
		}
	}
	return list
}

// Name reports whether the origin of an address is one of them.
func (h Hosts) Name(u *url.URL) bool {
	for _, named := range h {
		if named == originOf(u) {
			return true
		}
	}
	return false
}

// originOf spells scheme, host and port in one way (RFC 6454 §4).
func originOf(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return scheme + "://" + host
}
