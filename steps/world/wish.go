package world

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// Wish is what a scenario wants of its access tokens from here on. What is
// empty is as the configuration of the API has it.
type Wish struct {
	Scope, Audience, Api string
	Claims               [][2]string
	Tokens               map[Access]string // obtained under this wish
}

// Access says which token a call needs.
type Access struct {
	Api, Holder string
	Unbound     bool
}

// WishAnew returns the wish to be changed; tokens of before are not used again.
func (w *World) WishAnew() *Wish {
	wished := &w.Wish
	wished.Tokens = nil
	clear(w.Tokens)
	return wished
}

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
