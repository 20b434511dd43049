package client

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// The kinds of requests that a client sends, by where they go.
const (
	toToken     = "token endpoint"
	toPAR       = "PAR endpoint"
	toAuthorize = "authorization endpoint"
	toRegister  = "registration endpoint"
	toAPI       = "API"
	toKnock     = "API or userinfo endpoint, without credentials"
	toMetadata  = "metadata"
	toUserinfo  = "userinfo endpoint"
	toElse      = "another endpoint"
)

// aliasedToken is the path of the token endpoint for mutual TLS, where a scenario
// gives it one.
const aliasedToken = "/mtls/token"

// sent is one request of the client under test, as a server recorded it.
type sent struct {
	wire.Exchange
	kind   string
	origin string // of the server, as clients name it
}

// uri is what the client called.
func (s sent) uri() string { return s.origin + s.Target }

// credentials reads the Authorization field.
func (s sent) credentials() (dpop.Credentials, bool) {
	value, one := s.Fields.One("Authorization")
	if !one {
		return dpop.Credentials{}, false
	}
	c, err := dpop.ParseCredentials(value)
	return c, err == nil
}

// audiencesOf are the APIs that a token request names: by resource (RFC 8707), by
// audience, as some servers have it, or by both.
func audiencesOf(form url.Values) []string {
	named := slices.Concat(form["resource"], form["audience"])
	slices.Sort(named)
	return slices.Compact(named)
}

// isFor reports whether a token request names that API and no other.
func isFor(form url.Values, audience string) bool {
	return slices.Equal(audiencesOf(form), []string{audience})
}

// bearer reports whether a token went out with the Bearer scheme.
func (s sent) bearer() bool {
	return slices.ContainsFunc(s.Fields.Values("Authorization"), func(value string) bool {
		scheme, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		return strings.EqualFold(scheme, "Bearer")
	})
}

// proven reports whether the request has a DPoP field.
func (s sent) proven() bool { return len(s.Fields.Values("DPoP")) > 0 }

// form reads the body of a request to the authorization server; what cannot be
// read is left out.
func (s sent) form() url.Values {
	values, _ := url.ParseQuery(string(s.Body))
	return values
}

// assertion is the client assertion of a request to the authorization server. One
// without value counts as left out (RFC 6749 §3.2).
func (s sent) assertion() string {
	if s.kind == toAPI {
		return ""
	}
	return s.form().Get("client_assertion")
}

// query reads the parameters of the request target in the same way.
func (s sent) query() url.Values {
	_, query, _ := strings.Cut(s.Target, "?")
	values, _ := url.ParseQuery(query)
	return values
}

// givenNonce is the valid nonce that the answer to the request brought, if it
// brought one.
func (s sent) givenNonce() (string, bool) {
	nonce, one := s.Answer.One("DPoP-Nonce")
	return nonce, one && dpop.ValidNonce(nonce)
}

// recorders are the recordings of the case's embedded servers by origin.
func (a *Actor) recorders() map[string]*wire.Recorder {
	all := map[string]*wire.Recorder{}
	for _, server := range a.Servers() {
		all[server.URL] = &server.Recorder
	}
	return all
}

// markSent remembers how much the servers have recorded.
func (a *Actor) markSent() {
	a.before = a.recorded()
}

// recorded is how much each server has recorded.
func (a *Actor) recorded() map[string]int {
	count := map[string]int{}
	for origin, recorder := range a.recorders() {
		count[origin] = recorder.Len()
	}
	return count
}

// sentTo returns the client's requests of a kind; all if the kind is empty.
// Those to one server are in the order in which they arrived.
func (a *Actor) sentTo(kind string) []sent { return a.sentAfter(nil, kind) }

// sentNow returns those that belong to the latest order.
func (a *Actor) sentNow(kind string) []sent { return a.sentAfter(a.before, kind) }

// resourceRequests are those that are made with a token, to an API or to the userinfo
// endpoint, after so much had been recorded.
func (a *Actor) resourceRequests(before map[string]int) []sent {
	return append(a.sentAfter(before, toAPI), a.sentAfter(before, toUserinfo)...)
}

func (a *Actor) sentAfter(before map[string]int, kind string) []sent {
	var list []sent
	recorders := a.recorders()
	origins := make([]string, 0, len(recorders))
	for origin := range recorders {
		origins = append(origins, origin)
	}
	slices.Sort(origins)
	for _, origin := range origins {
		for _, e := range recorders[origin].After(before[origin]) {
			if e.Preflight() {
				continue // sent by the browser that the client runs in
			}
			s := sent{e, a.kindOf(&e, a.IsAS(origin)), origin}
			if (kind == "" || kind == s.kind) && !slices.Contains(e.Fields.Values("User-Agent"), "dpopspec") {
				list = append(list, s)
			}
		}
	}
	return list
}

// kindOf tells where a request went: at the authorization server by where its
// look has the endpoints.
func (a *Actor) kindOf(e *wire.Exchange, atServer bool) string {
	path, at := e.Path(), a.Session.Look.Path
	switch {
	case strings.Contains(path, "/.well-known/") || path == at(mockas.PathJWKS) || path == mockrs.MetadataPath:
		return toMetadata
	case (!atServer || path == at(mockas.PathUserinfo)) && knocks(e.Method, e.Target, e.Fields.Values):
		return toKnock
	case !atServer:
		return toAPI
	case path == at(mockas.PathToken) || path == aliasedToken:
		return toToken
	case path == at(mockas.PathPAR):
		return toPAR
	case path == at(mockas.PathAuthorize):
		return toAuthorize
	case path == at(mockas.PathUserinfo):
		return toUserinfo
	case strings.HasPrefix(path, at(mockas.PathRegister)):
		return toRegister
	}
	return toElse
}

// knocks reports whether a request asks a protected resource what it wants, by doing nothing and
// showing nothing: its answer is a challenge (RFC 9110 §11.6.1), and the request that
// counts comes after it.
func knocks(method, uri string, field func(string) []string) bool {
	for _, name := range []string{"Authorization", "DPoP", "Cookie"} {
		if len(field(name)) > 0 {
			return false
		}
	}
	safe := method == http.MethodGet || method == http.MethodHead
	return safe && !strings.Contains(uri, "token=")
}

// showSince shows the requests of the latest order in the report, as they came.
func (a *Actor) showSince() {
	const enough = 12
	list := a.sentNow("")
	slices.SortFunc(list, func(one, other sent) int { return cmp.Compare(one.Arrival, other.Arrival) })
	for i, s := range list {
		if i == enough {
			a.Observe("the client sent more requests than are shown")
			return
		}
		if s.kind != toMetadata {
			a.Show("the client calls the "+s.kind, &s.Exchange)
		}
	}
}
