package mutants

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// inVerifier exchanges checks and settings of the verifier of an endpoint.
type inVerifier func(*dpop.Verifier)

func (inVerifier) endpoints() []string { return everywhere }

func (change inVerifier) parts(endpoint string) (target.Parts, error) {
	return gate{verifier: change}.parts(endpoint)
}

// fits tries the change on an honest verifier: a check that is misspelt is a
// mistake of the row, and not a bug that survives.
func (change inVerifier) fits() (err error) {
	if change == nil {
		return nil
	}
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the change does not fit an honest verifier: %v", problem)
		}
	}()
	change(dpop.NewVerifier(time.Now))
	return nil
}

// gate exchanges all that has to do with proofs at an endpoint, whichever server
// it belongs to. What is nil stays honest.
type gate struct {
	verifier inVerifier
	fields   func(*http.Request) []string
	present  func([]string) bool // not at an API
	target   func(origin string, r *http.Request) string
	// answered is told of each answer before it leaves.
	answered func(r *http.Request, status int)
	// answer changes status and fields of an answer before it leaves.
	answer func(status int, h http.Header)
}

func (gate) endpoints() []string { return everywhere }

func (g gate) parts(endpoint string) (target.Parts, error) {
	if err := g.verifier.fits(); err != nil {
		return target.Parts{}, err
	}
	switch endpoint {
	case features.TokenEndpoint:
		return g.server(endpoint, mockas.PathToken, func(p *mockas.Policy) *mockas.Gate { return &p.Token })
	case features.PAREndpoint:
		return g.server(endpoint, mockas.PathPAR, func(p *mockas.Policy) *mockas.Gate { return &p.PAR })
	case features.UserinfoEndpoint:
		return g.server(endpoint, mockas.PathUserinfo, func(p *mockas.Policy) *mockas.Gate { return &p.Userinfo })
	case features.API:
		if g.present != nil {
			return target.Parts{}, errors.New("an API does not ask whether there is a proof: it wants one")
		}
		return inAPI(g.api).parts(endpoint)
	}
	return target.Parts{}, oneOf(endpoint, everywhere)
}

// server puts the gate at an endpoint of an authorization server.
func (g gate) server(endpoint, path string, at func(*mockas.Policy) *mockas.Gate) (target.Parts, error) {
	return inServer(func(p *mockas.Policy) {
		g.into(at(p))
		if g.answer != nil {
			edited(path, g.answer)(p)
		}
		if g.answered != nil {
			around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
				honest(g.telling(w, r), r)
			})(p)
		}
	}).parts(endpoint)
}

func (g gate) into(m *mockas.Gate) {
	if g.verifier != nil {
		honest := m.Adjust
		m.Adjust = func(v *dpop.Verifier) {
			if honest != nil {
				honest(v)
			}
			g.verifier(v)
		}
	}
	if g.fields != nil {
		m.Fields = g.fields
	}
	if g.present != nil {
		m.Present = g.present
	}
	if g.target != nil {
		m.Target = g.target
	}
}

// api puts the gate at an API.
func (g gate) api(c *mockrs.Config) {
	if g.verifier != nil {
		g.verifier(c.Verifier)
	}
	if g.fields != nil {
		c.Policy.Fields = g.fields
	}
	if g.target != nil {
		c.Policy.Target = g.target
	}
	if g.answer != nil {
		honest := c.Policy.Guard
		c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			honest(a, &editor{ResponseWriter: w, edit: g.answer}, r)
		}
	}
	if g.answered != nil {
		honest := c.Policy.Guard
		c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			honest(a, g.telling(w, r), r)
		}
	}
}

// telling lets the gate know of an answer.
func (g gate) telling(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	return &editor{ResponseWriter: w, edit: func(status int, _ http.Header) { g.answered(r, status) }}
}

// anew makes a gate that remembers something for each server that is started.
type anew func() gate

func (anew) endpoints() []string { return everywhere }

func (change anew) parts(endpoint string) (target.Parts, error) {
	parts, err := change().parts(endpoint) // tells what cannot be made, and where it goes
	if err != nil {
		return parts, err
	}
	if parts.AuthorizationServer != nil {
		parts.AuthorizationServer = func(c *mockas.Config) {
			own, _ := change().parts(endpoint)
			own.AuthorizationServer(c)
		}
	}
	if parts.API != nil {
		parts.API = func(c *mockrs.Config) {
			own, _ := change().parts(endpoint)
			own.API(c)
		}
	}
	return parts, nil
}

// reading changes the values of the DPoP field lines before they are judged.
func reading(change func(lines []string) []string) gate {
	return gate{fields: func(r *http.Request) []string { return change(wire.RequestFields(r).Values("DPoP")) }}
}

// each changes every value by itself.
func each(change func(string) string) gate {
	return reading(func(lines []string) []string {
		changed := make([]string, len(lines))
		for i, line := range lines {
			changed[i] = change(line)
		}
		return changed
	})
}

// withQuery keeps the query of the request in the URI.
func withQuery(origin string, r *http.Request) string { return origin + r.RequestURI }
