package api

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// guise changes a request with a fault so that some let it pass: it brings what an
// accepted answer gave, or its path is written otherwise.
type guise func(*Tester, *proof.Call) error

var guises = vocabulary.Meanings[guise]{
	"the cookies of the accepted answer":    (*Tester).bringCookies,
	"the validators of the accepted answer": (*Tester).bringValidators,

	"a dot and a second slash before its path": spelled(func(p string) string { return "/./" + p }),
	"a slash behind its path":                  spelled(func(p string) string { return strings.TrimSuffix(p, "/") + "/" }),
	"a dot segment before its path":            spelled(func(p string) string { return "/." + p }),
	"a detour before its path":                 spelled(func(p string) string { return "/public/.." + p }),
	"an escaped detour before its path":        spelled(func(p string) string { return "/public/%2e%2e" + p }),
	"an escaped letter in its path":            escapedLetter,
	"its path in capitals":                     spelled(strings.ToUpper),
	"a parameter behind its path":              spelled(func(p string) string { return p + ";x=1" }),
	"the suffix of a stylesheet":               spelled(func(p string) string { return p + ".css" }),
	"the suffix of a picture as a parameter":   spelled(func(p string) string { return p + ";.png" }),
}

func (w *Tester) disguise(c *proof.Call, name string) error {
	change, err := guises.Of(name)
	if err != nil {
		return err
	}
	c.Title += " with " + name
	return change(w, c)
}

// accepted is the newest answer of the endpoint's server that granted something.
func (w *Tester) accepted() (*wire.Exchange, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	for i := len(w.Shown) - 1; i >= 0; i-- {
		e := w.Shown[i].Exchange
		if _, proven := e.Fields.One("DPoP"); !proven {
			continue
		}
		if answer, _ := p.Classify(e); answer == world.Accepted {
			return e, nil
		}
	}
	return nil, wrongOrder(`"Given an honest proof is accepted" before this step`)
}

// bringCookies sends the cookies back that the server has set. Where it set none,
// the request is what it is without.
func (w *Tester) bringCookies(c *proof.Call) error {
	e, err := w.accepted()
	if err != nil {
		return err
	}
	var pairs []string
	for _, line := range e.Answer.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(line, ";")
		pairs = append(pairs, strings.TrimSpace(pair))
	}
	if pairs != nil {
		c.Fields = append(c.Fields, wire.Field{Name: "Cookie", Value: strings.Join(pairs, "; ")})
	}
	return nil
}

// bringValidators asks whether the resource has changed since (RFC 9110 §13.1).
func (w *Tester) bringValidators(c *proof.Call) error {
	e, err := w.accepted()
	if err != nil {
		return err
	}
	for _, pair := range [][2]string{{"ETag", "If-None-Match"}, {"Last-Modified", "If-Modified-Since"}} {
		if value, found := e.Answer.One(pair[0]); found {
			c.Fields = append(c.Fields, wire.Field{Name: pair[1], Value: value})
		}
	}
	return nil
}

// escapedLetter writes a letter of the endpoint's own path as its code.
func escapedLetter(w *Tester, c *proof.Call) error {
	probe, err := w.ProbeFor(*c)
	if err != nil {
		return err
	}
	if err := proof.EscapeLetter(&probe.Request); err != nil {
		return err
	}
	c.Path = strings.TrimPrefix(probe.Request.URL, world.OriginOf(probe.Request.URL))
	w.resourceState.elsewhere = true
	return nil
}

// spelled writes the endpoint's own path otherwise.
func spelled(spell func(path string) string) guise {
	return func(w *Tester, c *proof.Call) error {
		probe, err := w.ProbeFor(*c)
		if err != nil {
			return err
		}
		u, err := url.Parse(probe.Request.URL)
		if err != nil {
			return fmt.Errorf("the URL of the endpoint: %w", err)
		}
		own := u.EscapedPath()
		c.Path = spell(own)
		if c.Path == own {
			return world.NotApplicablef("the path %s has no other spelling of this kind", own)
		}
		if u.RawQuery != "" {
			c.Path += "?" + u.RawQuery
		}
		w.resourceState.elsewhere = true
		return nil
	}
}
