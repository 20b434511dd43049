package proof

import (
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// What reverse proxies, gateways and frameworks call the parts of the URI that
// a client has asked for. Whoever sends the request can write them as well
// (RFC 9449 §4.3, check 9; RFC 9110 §7.1), and there are too many to try each.
var (
	schemeFields = []string{
		"X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Scheme", "X-Url-Scheme", "X-Scheme", "CloudFront-Forwarded-Proto",
	}
	secureFields = []string{"X-Forwarded-Ssl", "Front-End-Https"} // on or off
	hostFields   = []string{
		"X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host", "X-Host", "X-HTTP-Host-Override", "X-Rewrite-Host",
	}
	pathFields = []string{
		"X-Forwarded-Uri", "X-Forwarded-Path", "X-Original-URI", "X-Original-URL", "X-Rewrite-URL", "X-Envoy-Original-Path", "X-Replaced-Path",
	}
)

// proxied are the fields that claim a part of a URI.
func proxied(part string, claimed *url.URL) wire.Fields {
	var fields wire.Fields
	say := func(names []string, value string) {
		for _, name := range names {
			fields = append(fields, wire.Field{Name: name, Value: value})
		}
	}
	switch part {
	case "scheme":
		say(schemeFields, claimed.Scheme)
		say(secureFields, map[bool]string{true: "on", false: "off"}[claimed.Scheme == "https"])
		say([]string{"Forwarded"}, "proto="+claimed.Scheme)
	case "host":
		say(hostFields, claimed.Host)
		say([]string{"Forwarded"}, "host="+claimed.Host)
	case "path":
		say(pathFields, claimed.EscapedPath())
	}
	return fields
}

// sendProxied sends a request with a proof for a URI of which one part
// is what its fields claim.
func (w *Prober) sendProxied(part string) error {
	defect := forge.Defect{Part: "htu", Value: "the URI whose " + part + " the sender claims", Refused: []string{"htu"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		claimed, err := url.Parse(probe.Request.URL)
		if err != nil {
			return err
		}
		switch part {
		case "scheme":
			claimed.Scheme = otherScheme(claimed)
		case "host":
			claimed.Host = otherHost
		case "path":
			claimed.Path, claimed.RawPath = "/elsewhere", ""
		}
		claimed.RawQuery = ""
		probe.Request.Fields = append(slices.Clone(probe.Request.Fields), proxied(part, claimed)...)
		probe.Occasion.URI = claimed.String()
		return nil
	})
}

// sendAbsolute writes the URI of another host into the request line, as to a
// proxy. A server takes that form, too, and still knows its own name.
func (w *Prober) sendAbsolute() error {
	defect := forge.Defect{Part: "htu", Value: "the absolute request target", Refused: []string{"htu"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		u, err := url.Parse(probe.Request.URL)
		if err != nil {
			return err
		}
		u.Host = otherHost
		probe.Request.Target = u.String()
		u.RawQuery = ""
		probe.Occasion.URI = u.String()
		return nil
	})
}
