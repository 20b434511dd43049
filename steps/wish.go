package steps

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// wish is what a scenario wants of its access tokens from here on. What is
// empty is as the configuration of the API has it.
type wish struct {
	scope, audience, api string
	claims               [][2]string
	tokens               map[access]string // obtained under this wish
}

// access says which token a call needs.
type access struct {
	api, holder string
	unbound     bool
}

// wishAnew returns the wish to be changed; tokens of before are not used again.
func (w *World) wishAnew() *wish {
	wished := of[wish](w)
	wished.tokens = nil
	clear(w.tokens)
	return wished
}

// into changes the token that the embedded authorization server mints.
func (d *wish) into(m *mockas.Mint) {
	if d.scope != "" {
		m.Scope = d.scope
	}
	if d.audience != "" {
		m.Audience = []string{d.audience}
	}
	if len(d.claims) == 0 {
		return
	}
	m.Claims = func(claims *dpop.Object) {
		for _, row := range d.claims {
			if json.Valid([]byte(row[1])) {
				claims.Set(row[0], json.RawMessage(row[1]))
			} else {
				claims.Set(row[0], row[1])
			}
		}
	}
}

// onto changes a token request to a real authorization server.
func (d *wish) onto(form url.Values) {
	if d.scope != "" {
		form.Set("scope", d.scope)
	}
	if d.audience != "" {
		form.Set("audience", d.audience)
		form.Del("resource")
		if strings.Contains(d.audience, "://") {
			form.Set("resource", d.audience) // RFC 8707 §2 allows absolute URIs alone
		}
	}
}
