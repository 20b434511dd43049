package proof

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// sentElsewhere sends the accepted proof to another spelling of its URI (RFC 3986
// §6.2.2, §6.2.3), once it is certain that a new proof is taken there.
func sentElsewhere(spell func(*wire.Request) error) func(*Prober, string) error {
	return func(w *Prober, how string) error {
		m, err := w.remembered()
		if err != nil {
			return err
		}
		p, err := w.At()
		if err != nil {
			return err
		}
		key, err := w.Key("client")
		if err != nil {
			return err
		}
		fresh, err := w.Prepare(key.Thumbprint)
		if err != nil {
			return err
		}
		made, err := w.make(fresh, key, nil)
		if err != nil {
			return err
		}
		if err := spell(&fresh.Request); err != nil {
			return err
		}
		e, err := w.SendWith("a new proof "+how, fresh, "DPoP", []string{made.text})
		if err != nil {
			return err
		}
		if answer, _ := p.Classify(e); answer != world.Accepted {
			return world.NotApplicablef("no proof is taken here %s: %s", how, p.Describe(e, nil))
		}
		probe, err := w.anew(m)
		if err != nil {
			return err
		}
		again := *probe
		if err := spell(&again.Request); err != nil {
			return err
		}
		e, err = w.SendWith("the same proof "+how, &again, "DPoP", []string{m.text})
		return w.Begin(replayed("used before, "+how)).End(e, err)
	}
}

// hostInCapitals changes the Host field alone: the connection is the same.
func hostInCapitals(r *wire.Request) error {
	host := hostOf(r)
	if r.Host = strings.ToUpper(host); r.Host == host {
		return world.NotApplicablef("the host %s has no letters", host)
	}
	return nil
}

// withDefaultPort writes the port in the Host field that goes without saying.
func withDefaultPort(r *wire.Request) error {
	host := hostOf(r)
	if _, _, named := strings.Cut(host[strings.LastIndexByte(host, ']')+1:], ":"); named {
		return world.NotApplicablef("the host %s names its port", host)
	}
	r.Host = host + map[bool]string{true: ":443", false: ":80"}[strings.HasPrefix(r.URL, "https:")]
	return nil
}

// hostOf is what the Host field of a request says.
func hostOf(r *wire.Request) string {
	if r.Host != "" {
		return r.Host
	}
	_, host, _ := strings.Cut(world.OriginOf(r.URL), "://")
	return host
}

// EscapeLetter writes the last letter of a path as its code: RFC 3986 §6.2.2.2 calls the
// two the same.
func EscapeLetter(r *wire.Request) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return fmt.Errorf("the URL of the request: %w", err)
	}
	path := u.EscapedPath()
	for i := len(path) - 1; i > 0; i-- {
		letter := path[i] | 0x20
		if letter < 'a' || letter > 'z' || strings.Contains(path[max(0, i-2):i], "%") {
			continue
		}
		escaped := fmt.Sprintf("%s%%%02x%s", path[:i], path[i], path[i+1:])
		r.URL = world.OriginOf(r.URL) + escaped + strings.TrimPrefix(r.URL, world.OriginOf(r.URL)+path)
		return nil
	}
	return world.NotApplicablef("the path %s has no letter", path)
}
