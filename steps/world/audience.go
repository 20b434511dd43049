package world

import (
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/target"
)

// AddResource asks for a token for the default API (RFC 8707 §2); audience is
// how some products spell the same.
func (w *World) AddResource(form url.Values, client target.RegisteredClient) {
	defer w.wish.ChangeForm(form) // what the scenario asks for comes last
	if client.Scope != "" {
		form.Set("scope", client.Scope)
	}
	if w.EmbeddedAPI() {
		if w.EmbeddedAS() {
			form.Set("resource", AudienceOf(DefaultAPI))
		}
		return
	}
	api := w.Session.APIs[0]
	if strings.Contains(api.Audience, "://") {
		form.Set("resource", api.Audience)
	}
	form.Set("audience", api.Audience)
	if api.Scope != "" {
		form.Set("scope", api.Scope)
	}
}
