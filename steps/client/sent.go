package client

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// The kinds of requests that a client sends.
const (
	toToken     = "token endpoint"
	toPAR       = "PAR endpoint"
	toAuthorize = "authorization endpoint"
	toRegister  = "registration endpoint"
	toAPI       = "API"
	toMetadata  = "metadata"
	toElse      = "another endpoint"
)

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

// bearer reports whether a token went out with the Bearer scheme.
func (s sent) bearer() bool {
	return slices.ContainsFunc(s.Fields.Values("Authorization"), func(value string) bool {
		scheme, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		return strings.EqualFold(scheme, "Bearer")
	})
}

// form reads the body of a request to the authorization server.
func (s sent) form() url.Values {
	return readForm(string(s.Body))
}

// recorders are the recordings of the case's embedded servers by origin.
func (w *Actor) recorders() map[string]*wire.Recorder {
	all := map[string]*wire.Recorder{}
	for _, server := range w.Servers() {
		all[server.URL] = &server.Recorder
	}
	return all
}

// sentTo returns the client's requests of a kind; all if the kind is empty.
// Those to one server are in the order in which they arrived.
func (w *Actor) sentTo(kind string) []sent { return w.sentAfter(nil, kind) }

// sentNow returns those that belong to the latest order.
func (w *Actor) sentNow(kind string) []sent {
	return w.sentAfter(w.before, kind)
}

func (w *Actor) sentAfter(before map[string]int, kind string) []sent {
	var list []sent
	recorders := w.recorders()
	origins := make([]string, 0, len(recorders))
	for origin := range recorders {
		origins = append(origins, origin)
	}
	slices.Sort(origins)
	for _, origin := range origins {
		for _, e := range recorders[origin].After(before[origin]) {
			s := sent{e, sentKind(&e, w.IsAS(origin)), origin}
			if (kind == "" || kind == s.kind) && !slices.Contains(e.Fields.Values("User-Agent"), "dpopspec") {
				list = append(list, s)
			}
		}
	}
	return list
}

func sentKind(e *wire.Exchange, atServer bool) string {
	path := e.Path()
	switch {
	case strings.Contains(path, "/.well-known/") || path == mockas.PathJWKS || path == mockrs.MetadataPath:
		return toMetadata
	case !atServer:
		return toAPI
	case strings.HasSuffix(path, mockas.PathToken):
		return toToken
	case path == mockas.PathPAR:
		return toPAR
	case path == mockas.PathAuthorize:
		return toAuthorize
	case strings.HasPrefix(path, mockas.PathRegister):
		return toRegister
	}
	return toElse
}

// showSince shows the requests of the latest order in the report.
func (w *Actor) showSince() {
	const enough = 12
	for i, s := range w.sentNow("") {
		if i == enough {
			w.Observe("the client sent more requests than are shown")
			return
		}
		if s.kind != toMetadata {
			w.Show("the client calls the "+s.kind, &s.Exchange)
		}
	}
}

// sentProof is one proof of the client, taken apart as far as it goes.
type sentProof struct {
	sent
	lines  []string // DPoP field lines
	text   string
	header dpop.Object
	claims dpop.Object
	err    error // why it could not be taken apart
}

// proofs returns the requests that carry a proof.
func proofsIn(list []sent) []sentProof {
	var found []sentProof
	for _, s := range list {
		lines := s.Fields.Values("DPoP")
		if len(lines) == 0 {
			continue
		}
		p := sentProof{sent: s, lines: lines, text: lines[0]}
		p.header, p.claims, p.err = readProof(p.text)
		found = append(found, p)
	}
	return found
}

func readProof(text string) (header, claims dpop.Object, err error) {
	first, second, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return nil, nil, err
	}
	if header, err = dpop.ParseObject(first); err != nil {
		return nil, nil, err
	}
	claims, err = dpop.ParseObject(second)
	return header, claims, err
}

// claim returns a claim that is a string, else nothing.
func (p sentProof) claim(name string) string {
	text, _ := p.claims.Text(name)
	return text
}

// thumbprint returns that of the key in the header, else nothing.
func (p sentProof) thumbprint() string {
	key, err := p.key()
	if err != nil {
		return ""
	}
	return key.Thumbprint
}

func (p sentProof) key() (*dpop.PublicKey, error) {
	value, _ := p.header.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return nil, err
	}
	return dpop.ParsePublicKey(jwk)
}

// givenNonces are the valid nonces that the answer to a request brought: none
// or one.
func (s sent) givenNonce() (string, bool) {
	nonce, one := s.Answer.One("DPoP-Nonce")
	return nonce, one && dpop.ValidNonce(nonce)
}

// formOf reads form parameters; what cannot be read is left out.
func readForm(text string) url.Values {
	values, _ := url.ParseQuery(text)
	return values
}

func replyObject(e *wire.Exchange) (dpop.Object, error) { return dpop.ParseObject(e.Reply) }
