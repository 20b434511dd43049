package world

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// Into changes the token that the embedded authorization server mints.
func (d *Wish) Into(m *mockas.Mint) {
	if d.Scope != "" {
		m.Scope = d.Scope
	}
	if d.Audience != "" {
		m.Audience = []string{d.Audience}
	}
	if len(d.Claims) == 0 {
		return
	}
	m.Claims = func(claims *dpop.Object) {
		for _, row := range d.Claims {
			if json.Valid([]byte(row[1])) {
				claims.Set(row[0], json.RawMessage(row[1]))
			} else {
				claims.Set(row[0], row[1])
			}
		}
	}
}

// Onto changes a token request to a real authorization server.
func (d *Wish) Onto(form url.Values) {
	if d.Scope != "" {
		form.Set("scope", d.Scope)
	}
	if d.Audience != "" {
		form.Set("audience", d.Audience)
		form.Del("resource")
		if strings.Contains(d.Audience, "://") {
			form.Set("resource", d.Audience) // RFC 8707 §2 allows absolute URIs alone
		}
	}
}
