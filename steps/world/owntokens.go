package world

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// An API whose issuer the run has nothing to do with is tested by access tokens that the
// configuration brings (apis.NAME.token), each with the key that it is bound to. No
// other tokens can be had there.

// bringsTokens returns the API under test if the configuration brings its tokens.
func (w *World) bringsTokens() (target.RealAPI, bool) {
	if w.EmbeddedAPI() || !w.AtAPI() && !w.ownFeature() {
		return target.RealAPI{}, false
	}
	name := DefaultAPI
	if w.operation != nil && w.operation.API != "" {
		name = w.operation.API
	}
	return w.bringsTokensFor(name)
}

// ownFeature reports whether the case is one of a person's own features, which has no
// endpoint, where no authorization server takes part.
func (w *World) ownFeature() bool {
	as := w.Session.AuthorizationServer
	return w.Endpoint.Name == "" && as != nil && as.Unused
}

// bringsTokensFor is bringsTokens for an API by its name.
func (w *World) bringsTokensFor(name string) (target.RealAPI, bool) {
	if w.EmbeddedAPI() {
		return target.RealAPI{}, false
	}
	api, err := w.RealAPI(name)
	if api == nil || err != nil && api.Tokens == nil {
		return target.RealAPI{}, false
	}
	return *api, api.Tokens != nil
}

// broughtKey is the key of a name where the configuration brings the tokens: that of the
// client is the key of its token, and that of another party the key of a further token,
// if there is one. The others are bound to nothing, and made as usual.
func (w *World) broughtKey(name string) *dpop.Key {
	api, brings := w.bringsTokens()
	if !brings {
		return nil
	}
	own := api.Tokens[0].Key
	if name == "client" {
		return own
	}
	for _, other := range api.Tokens[1:] {
		if name == "another party" && other.Key.Thumbprint != own.Thumbprint {
			return other.Key
		}
	}
	return nil
}

// broughtToken returns the token of the configuration for an API that is bound to the
// key of a thumbprint; further asks for a second one.
func (w *World) broughtToken(api target.RealAPI, thumbprint string, further bool) (string, error) {
	if w.wishesBeyond(api) {
		return "", NotApplicablef("the configuration brings the token of the API %s; "+
			"one of other contents cannot be had", api.Name)
	}
	for i, own := range api.Tokens {
		if own.Key.Thumbprint != thumbprint {
			continue
		}
		if i == 0 && further {
			continue
		}
		return w.Session.OwnToken(w.Context, api, i)
	}
	what := "one that is bound to another key"
	if further {
		what = "a second one that is bound to the same key"
	}
	return "", Lackingf("apis."+api.Name+".other_tokens",
		"the configuration brings the token of the API %s; %s may stand in other_tokens", api.Name, what)
}

// wishesBeyond reports whether a scenario wants a token of other contents than the API's.
func (w *World) wishesBeyond(api target.RealAPI) bool {
	other := func(wished, own string) bool { return wished != "" && wished != own }
	return len(w.wish.Claims) > 0 || other(w.wish.Scope, api.Scope) || other(w.wish.Audience, api.Audience)
}

// BroughtUnbound returns the unbound token that the configuration brings for the API
// under test, and whether it brings that API's tokens.
func (w *World) BroughtUnbound() (token string, brings bool, err error) {
	api, brings := w.bringsTokens()
	if !brings {
		return "", false, nil
	}
	return w.BroughtUnboundFor(api.Name)
}

// BroughtUnboundFor is BroughtUnbound for an API by its name.
func (w *World) BroughtUnboundFor(name string) (token string, brings bool, err error) {
	api, brings := w.bringsTokensFor(name)
	if !brings {
		return "", false, nil
	}
	if api.Unbound == nil {
		return "", true, Lackingf("apis."+api.Name+".unbound_token",
			"the configuration brings the tokens of the API %s, and none that is bound to no key", api.Name)
	}
	token, err = w.Session.OwnToken(w.Context, api, -1)
	return token, true, err
}

// BroughtFor returns the token that the configuration brings for an API by its name,
// bound to the key of a thumbprint, and whether it brings any.
func (w *World) BroughtFor(name, thumbprint string) (token string, brings bool, err error) {
	api, brings := w.bringsTokensFor(name)
	if !brings {
		return "", false, nil
	}
	token, err = w.broughtToken(api, thumbprint, false)
	return token, true, err
}

// answeredOwn tells the session how an honest request with a token of the configuration
// went: one that is refused time and again, after it was served, has ended.
func (w *World) answeredOwn(p Endpoint, e *wire.Exchange) {
	api, brings := w.bringsTokens()
	if !brings || p.Name != features.API || w.wishesBeyond(api) {
		return
	}
	answer, code := p.Classify(e)
	w.Session.OwnTokenAnswered(api, answer == Refused && code == dpop.InvalidToken)
}
