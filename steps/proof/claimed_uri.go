package proof

import (
	"net"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// claimedURISteps are about senders who would choose the URI of their request.
// What reverse proxies, gateways and frameworks tell of the URI that a client has
// asked for, whoever sends the request can write as well (RFC 9449 §4.3, check 9;
// RFC 9110 §7.1).
func claimedURISteps(v *vocabulary.Vocabulary) {
	v.Word("uri-claim", "By what a request claims to be for another URI than it is.", claims.Forms()...)
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof for the URI made up by {uri-claim}$`, (*Prober).sendClaimedURI,
		"Sends the endpoint's request with that by which a careless server lets the sender choose the URI, "+
			"and a proof for that URI.",
		"When the request carries a proof for the URI made up by its field X-Forwarded-Host")
}

// claim is that by which a request claims to be for another URI.
type claim struct {
	move   func(u *url.URL)                   // makes the URI of the request the one that is claimed
	fields func(claimed *url.URL) wire.Fields // by which proxies tell it; nil: it is put otherwise
	put    func(r *wire.Request, claimed *url.URL)
}

var claims = vocabulary.Meanings[claim]{
	"its field Host": {
		move: ofOtherHost, put: func(r *wire.Request, claimed *url.URL) { r.Host = claimed.Host },
	},
	"its absolute request target": { // as to a proxy (RFC 9112 §3.2.2)
		move: ofOtherHost, put: func(r *wire.Request, claimed *url.URL) { r.Target = claimed.String() },
	},
	"its field X-Forwarded-Host":   {move: ofOtherHost, fields: telling(host, "X-Forwarded-Host")},
	"its field X-Original-Host":    {move: ofOtherHost, fields: telling(host, "X-Original-Host")},
	"its field X-Host":             {move: ofOtherHost, fields: telling(host, "X-Host")},
	"its field Forwarded":          {move: ofOtherHost, fields: telling(forwardedHost, "Forwarded")},
	"its field X-Forwarded-Proto":  {move: ofOtherScheme, fields: telling(scheme, "X-Forwarded-Proto")},
	"its field X-Forwarded-Port":   {move: ofOtherPort, fields: telling((*url.URL).Port, "X-Forwarded-Port")},
	"its field X-Forwarded-Prefix": {move: withPrefix, fields: telling(prefix, "X-Forwarded-Prefix")},
	"its field X-Original-URL":     {move: ofOtherPath, fields: telling((*url.URL).EscapedPath, "X-Original-URL")},
	"its field X-Rewrite-URL":      {move: ofOtherPath, fields: telling((*url.URL).EscapedPath, "X-Rewrite-URL")},
	"its field X-Forwarded-*": {move: ofOtherOrigin, fields: allOf(
		telling(host, "X-Forwarded-Host"), telling(scheme, "X-Forwarded-Proto"), telling(port443, "X-Forwarded-Port"),
	)},
	"every field in which proxies tell the scheme": {move: ofOtherScheme, fields: allOf(
		telling(scheme, "X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Scheme", "X-Url-Scheme", "X-Scheme",
			"CloudFront-Forwarded-Proto"),
		telling(secure, "X-Forwarded-Ssl", "Front-End-Https"),
		telling(forwardedProto, "Forwarded"),
	)},
	"every field in which proxies tell the host": {move: ofOtherHost, fields: allOf(
		telling(host, "X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host", "X-Host", "X-HTTP-Host-Override",
			"X-Rewrite-Host"),
		telling(forwardedHost, "Forwarded"),
	)},
	"every field in which proxies tell the path": {move: ofOtherPath, fields: telling((*url.URL).EscapedPath,
		"X-Forwarded-Uri", "X-Forwarded-Path", "X-Original-URI", "X-Original-URL", "X-Rewrite-URL",
		"X-Envoy-Original-Path", "X-Replaced-Path",
	)},
}

// ofOtherHost and those like it make the URI that is claimed.
func ofOtherHost(u *url.URL) { u.Host = "other.example" }

func ofOtherPort(u *url.URL) { u.Host = net.JoinHostPort(u.Hostname(), "8444") }

func ofOtherPath(u *url.URL) { u.Path, u.RawPath = "/elsewhere", "" }

func ofOtherScheme(u *url.URL) {
	u.Scheme = map[string]string{"http": "https", "https": "http"}[u.Scheme]
}

func ofOtherOrigin(u *url.URL) {
	ofOtherHost(u)
	ofOtherScheme(u)
}

func withPrefix(u *url.URL) {
	escaped := prefix(u) + u.EscapedPath()
	u.Path, u.RawPath = prefix(u)+u.Path, escaped
}

// host and those like it are what fields tell of it.
func host(u *url.URL) string           { return u.Host }
func scheme(u *url.URL) string         { return u.Scheme }
func secure(u *url.URL) string         { return map[bool]string{true: "on", false: "off"}[u.Scheme == "https"] }
func port443(*url.URL) string          { return "443" }
func prefix(*url.URL) string           { return "/prefix" }
func forwardedHost(u *url.URL) string  { return "host=" + u.Host }    // RFC 7239 §5.3
func forwardedProto(u *url.URL) string { return "proto=" + u.Scheme } // RFC 7239 §5.4

// telling makes fields that tell the same.
func telling(what func(*url.URL) string, names ...string) func(*url.URL) wire.Fields {
	return func(u *url.URL) wire.Fields {
		var fields wire.Fields
		for _, name := range names {
			fields = append(fields, wire.Field{Name: name, Value: what(u)})
		}
		return fields
	}
}

// allOf joins fields.
func allOf(parts ...func(*url.URL) wire.Fields) func(*url.URL) wire.Fields {
	return func(u *url.URL) wire.Fields {
		var fields wire.Fields
		for _, part := range parts {
			fields = append(fields, part(u)...)
		}
		return fields
	}
}

func (w *Prober) sendClaimedURI(by string) error {
	c, err := claims.Of(by)
	if err != nil {
		return err
	}
	defect := forge.Defect{Part: "htu", Value: "the URI made up by " + by, Refused: []string{"htu"}}
	send := func() error {
		return w.sendChanged(defect, func(probe *world.Probe) error {
			if c.fields != nil && w.Session.Connection.BehindTLS(probe.Request.URL) {
				return world.NotApplicablef("the server is reached past the proxy that ends TLS for it " +
					"(connection.resolve); what such a field says there is that proxy's word")
			}
			return c.change(probe)
		})
	}
	if err := send(); err != nil || c.fields == nil || !w.believedNearby() {
		return err
	}
	return w.sendFromElsewhere(send)
}

// change lets a request claim to be for another URI, and its proof as well.
func (c claim) change(probe *world.Probe) error {
	claimed, err := url.Parse(probe.Request.URL)
	if err != nil {
		return err
	}
	c.move(claimed)
	if c.put != nil {
		c.put(&probe.Request, claimed)
	}
	claimed.RawQuery = "" // htu has none
	if c.fields != nil {
		probe.Request.Fields = append(slices.Clone(probe.Request.Fields), c.fields(claimed)...)
	}
	probe.Occasion.URI = claimed.String()
	return nil
}

// believedNearby reports whether a real server on this machine has believed a
// forwarding field. Many take 127.0.0.1 for their proxy: there we are the proxy, and
// may tell it what we like.
func (w *Prober) believedNearby() bool {
	e := w.Latest().Exchange
	to, err := wire.ParseAddress(e.URL)
	if err != nil || w.EmbeddedEndpoint() {
		return false
	}
	host, _, err := net.SplitHostPort(w.Session.Connection.Dialled(to.Dial()))
	if err != nil || !wire.Loopback(host) {
		return false
	}
	p, _ := w.At() // sendChanged found it
	answer, _ := p.Classify(e)
	return answer == world.Accepted
}
