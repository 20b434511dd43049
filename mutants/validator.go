package mutants

import (
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// gate is what a bug of the proof validator may exchange at an endpoint,
// whichever server it belongs to. What is nil stays honest.
type gate struct {
	verifier func(*dpop.Verifier)
	fields   func(*http.Request) []string
	present  func([]string) bool
	target   func(origin string, r *http.Request) string
	// answer changes status and fields of an answer before it leaves.
	answer func(status int, h http.Header)
}

// bug is a row of the table of validator mutants.
type bug struct {
	id     string
	does   string
	breaks []string
	at     []string // endpoints where it can live; nil: all four
	gate   gate
}

var (
	everywhere = []string{features.TokenEndpoint, features.PAREndpoint, features.UserinfoEndpoint, features.API}
	// Where a request without proof is served too, and where it never is.
	withoutToken = []string{features.TokenEndpoint, features.PAREndpoint}
	withToken    = []string{features.UserinfoEndpoint, features.API}
)

// validatorBugs are the tables, one a concern.
var validatorBugs = [][]bug{
	fieldBugs, formBugs, memberBugs, algorithmBugs, keyBugs, signatureBugs, claimBugs, targetBugs,
	timeBugs, nonceBugs, replayBugs, thumbprintBugs, descriptionBugs,
}

func validators() []Mutant {
	var list []Mutant
	for _, b := range slices.Concat(validatorBugs...) {
		at := b.at
		if at == nil {
			at = everywhere
		}
		for _, endpoint := range at {
			list = append(list, Mutant{
				ID: b.id, Group: Validator, Endpoint: endpoint, Does: b.does, Breaks: b.breaks,
				Parts: b.gate.at(endpoint),
			})
		}
	}
	return list
}

// at puts the gate at an endpoint of an otherwise honest server.
func (g gate) at(endpoint string) target.Parts {
	if endpoint == features.API {
		return target.Parts{API: g.api}
	}
	return target.Parts{AuthorizationServer: func(c *mockas.Config) {
		if c.Policy == nil {
			honest := mockas.HonestPolicy()
			c.Policy = &honest
		}
		g.into(map[string]*mockas.Gate{
			features.TokenEndpoint: &c.Policy.Token, features.PAREndpoint: &c.Policy.PAR, features.UserinfoEndpoint: &c.Policy.Userinfo,
		}[endpoint])
		if g.answer != nil {
			g.around(c.Policy, map[string]string{
				features.TokenEndpoint: mockas.PathToken, features.PAREndpoint: mockas.PathPAR, features.UserinfoEndpoint: mockas.PathUserinfo,
			}[endpoint])
		}
	}}
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

func (g gate) around(p *mockas.Policy, path string) {
	honest := p.Around
	p.Around = func(endpoint string, next http.HandlerFunc) http.HandlerFunc {
		next = honest(endpoint, next)
		if endpoint != path {
			return next
		}
		return func(w http.ResponseWriter, r *http.Request) { next(&editor{ResponseWriter: w, edit: g.answer}, r) }
	}
}

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
}

// editor changes the head of an answer before it leaves.
type editor struct {
	http.ResponseWriter
	edit func(status int, h http.Header)
	sent bool
}

// WriteHeader implements http.ResponseWriter.
func (e *editor) WriteHeader(status int) {
	if !e.sent {
		e.sent = true
		e.edit(status, e.Header())
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *editor) Write(p []byte) (int, error) {
	if !e.sent {
		e.WriteHeader(http.StatusOK)
	}
	return e.ResponseWriter.Write(p)
}
