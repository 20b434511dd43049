package world

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/target"
)

// AddResource asks for a token for an API (RFC 8707 §2), the default one unless the
// scenario is about another; audience is how some products spell the same.
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
	api := w.tokenAPI(client.ID)
	nameAudience(form, api)
	if api.Scope != "" {
		form.Set("scope", api.Scope)
	}
}

// tokenAPI is the API that access tokens are asked for: that which the scenario wishes
// for, else that which it calls, else the first that the client gets tokens for.
func (w *World) tokenAPI(client string) target.RealAPI {
	wanted := w.wish.API
	if wanted == "" && w.operation != nil {
		wanted = w.operation.API
	}
	at := slices.IndexFunc(w.Session.APIs, func(a target.RealAPI) bool { return a.Name == wanted })
	if at < 0 && !w.AtAPI() {
		at = target.APIOf(w.Session.APIs, client)
	}
	return w.Session.APIs[max(at, 0)]
}

// nameAudience names the audience of an API as its authorization server wants it named.
func nameAudience(form url.Values, api target.RealAPI) {
	switch api.AudienceParameter {
	case target.AudienceByResource:
		form.Set("resource", api.Audience)
	case target.AudienceByAudience:
		form.Set("audience", api.Audience)
	case target.AudienceByNone: // its scope tells, or the server has a default
	default:
		if strings.Contains(api.Audience, "://") { // RFC 8707 §2 allows absolute URIs alone
			form.Set("resource", api.Audience)
		}
		form.Set("audience", api.Audience)
	}
}

// codeFor is what an authorization request asks for beside what is usual, where its code
// is for a token for a real API: for whom, and with which scope (RFC 8707 §2.1). An API
// whose audience nobody has named gets a token of the usual kind.
func (w *World) codeFor(client target.RegisteredClient) url.Values {
	if !w.AtAPI() || w.EmbeddedAPI() {
		return nil
	}
	api, extra := w.tokenAPI(client.ID), url.Values{}
	if api.AudienceNamed {
		nameAudience(extra, api)
	}
	if api.Scope != "" {
		scopes := strings.Fields("openid " + client.Scope + " " + api.Scope)
		slices.Sort(scopes)
		extra.Set("scope", strings.Join(slices.Compact(scopes), " "))
	}
	return extra
}

// clientOfAPI is the client_id of the client that gets the tokens of the API, as the
// configuration says; empty where any does.
func (w *World) clientOfAPI() string {
	if !w.AtAPI() || w.EmbeddedAPI() {
		return ""
	}
	return w.tokenAPI("").Client
}
