package world

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// tokenUsage is how the token endpoint is used (RFC 6749 §3.2).
type tokenUsage struct{}

func (tokenUsage) probe(w *World, thumbprint string) (*Probe, error) {
	client, grant, err := w.ProbeClient()
	if err != nil {
		return nil, err
	}
	address, err := w.AddressFor(TokenEndpoint, client)
	if err != nil {
		return nil, err
	}
	key, _ := w.holder(thumbprint) // one that is not the case's own binds no login
	form, err := w.probeForm(client, grant, key)
	if err != nil {
		return nil, err
	}
	return &Probe{FormRequest(address, form, client), dpop.Occasion{Method: "POST", URI: address}}, nil
}

// tokenless: no access token is ever sent there.
func (u tokenUsage) tokenless(w *World, thumbprint string) (*Probe, error) {
	return u.probe(w, thumbprint)
}

func (tokenUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := PAREndpoint.Probe(w, thumbprint)
	return probe, PAREndpoint, err
}

func (tokenUsage) sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(TokenEndpoint) }

func (tokenUsage) token(w *World, thumbprint string) (string, error) {
	return w.furtherToken(thumbprint)
}

func (tokenUsage) holder(w *World) (target.RegisteredClient, string, error) { return w.ProbeClient() }

func (tokenUsage) disregarded(_ *World, e *wire.Exchange) string {
	tokens, err := ReadTokens(target.RegisteredClient{}, e)
	if err != nil { // whatever was granted, its type may be told
		body, _ := dpop.ParseObject(e.Reply)
		kind, _ := body.Text("token_type")
		tokens = &Tokens{TokenType: kind}
	}
	if !looksBound(tokens) {
		return fmt.Sprintf("a token of the type %q, as if no proof had come", tokens.TokenType)
	}
	return ""
}

func (tokenUsage) address(m target.Metadata) string { return m.Token }

func (tokenUsage) path() string { return mockas.PathToken }

// parUsage is how the pushed authorization request endpoint is used (RFC 9126 §2).
type parUsage struct{}

func (parUsage) probe(w *World, _ string) (*Probe, error) {
	if _, err := w.AddressOf(PAREndpoint); err != nil {
		return nil, err
	}
	client, err := w.PushingClient()
	if err != nil {
		return nil, err
	}
	address, err := w.AddressFor(PAREndpoint, client)
	if err != nil {
		return nil, err
	}
	form, _ := w.AuthorizationForm(client)
	return &Probe{FormRequest(address, form, client), dpop.Occasion{Method: "POST", URI: address}}, nil
}

// tokenless: nor here.
func (u parUsage) tokenless(w *World, thumbprint string) (*Probe, error) {
	return u.probe(w, thumbprint)
}

func (parUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := TokenEndpoint.Probe(w, thumbprint)
	return probe, TokenEndpoint, err
}

func (parUsage) sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(PAREndpoint) }

func (parUsage) token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

// holder: a pushed request needs no grant.
func (parUsage) holder(w *World) (target.RegisteredClient, string, error) {
	return target.RegisteredClient{}, "", nil
}

func (parUsage) disregarded(w *World, e *wire.Exchange) string {
	if _, bound := e.Fact("bound-to"); !bound && w.Recorder(e.URL) != nil {
		return "a request_uri that is bound to no key, as if no proof had come"
	}
	return ""
}

func (parUsage) address(m target.Metadata) string { return m.PAR }

func (parUsage) path() string { return mockas.PathPAR }

// userinfoUsage is how the userinfo endpoint is used (OpenID Connect Core §5.3).
type userinfoUsage struct{}

func (userinfoUsage) probe(w *World, thumbprint string) (*Probe, error) {
	address, err := w.AddressOf(UserinfoEndpoint)
	if err != nil {
		return nil, err
	}
	token, err := w.UserinfoToken(thumbprint)
	if err != nil {
		return nil, err
	}
	return ResourceProbe("GET", address, token), nil
}

func (userinfoUsage) tokenless(w *World, _ string) (*Probe, error) {
	address, err := w.AddressOf(UserinfoEndpoint)
	if err != nil {
		return nil, err
	}
	return ResourceProbe("GET", address, ""), nil
}

func (userinfoUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := TokenEndpoint.Probe(w, thumbprint)
	return probe, TokenEndpoint, err
}

func (userinfoUsage) sibling(w *World, _ *Probe) (string, error) {
	return w.urlBeside(UserinfoEndpoint)
}

func (userinfoUsage) token(w *World, thumbprint string) (string, error) {
	return w.obtainUserinfo(thumbprint)
}

func (userinfoUsage) holder(w *World) (target.RegisteredClient, string, error) {
	return w.PersonClient()
}

// disregarded: what it serves is served to the holder of the token.
func (userinfoUsage) disregarded(*World, *wire.Exchange) string { return "" }

func (userinfoUsage) address(m target.Metadata) string { return m.Userinfo }

func (userinfoUsage) path() string { return mockas.PathUserinfo }

// apiUsage is how an API is used (RFC 9449 §7).
type apiUsage struct{}

func (apiUsage) probe(w *World, thumbprint string) (*Probe, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return nil, err
	}
	token, err := w.boundToken(resource, thumbprint)
	if err != nil {
		return nil, err
	}
	return w.resourceProbe(resource, token)
}

func (apiUsage) tokenless(w *World, _ string) (*Probe, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return nil, err
	}
	return w.resourceProbe(resource, "")
}

// resourceProbe is the request to a resource that presents a token.
func (w *World) resourceProbe(r Resource, token string) (*Probe, error) {
	probe := ResourceProbe(r.Method, r.URL, token)
	probe.Request.Fields = append(probe.Request.Fields, r.Fields...)
	probe.Request.Body = r.Body
	if r.Issuance != nil {
		return probe, w.asksForCredential(&probe.Request, r.Issuance)
	}
	return probe, nil
}

func (a apiUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := a.probe(w, thumbprint)
	if err != nil {
		return nil, APIEndpoint, err
	}
	probe.Request.URL += "/other"
	probe.Occasion.URI += "/other"
	return probe, APIEndpoint, nil
}

func (apiUsage) sibling(_ *World, probe *Probe) (string, error) {
	u, err := url.Parse(probe.Request.URL)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath() + "/another", nil
}

func (apiUsage) token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

func (apiUsage) holder(w *World) (target.RegisteredClient, string, error) {
	if api, brings := w.bringsTokens(); brings {
		return target.RegisteredClient{}, "", NotApplicablef(
			"the configuration brings the tokens of the API %s (apis.%s.token), so no client gets others",
			api.Name, api.Name)
	}
	return w.ProbeClient()
}

// disregarded: as for userinfo.
func (apiUsage) disregarded(*World, *wire.Exchange) string { return "" }

// address: an authorization server names no API.
func (apiUsage) address(target.Metadata) string { return "" }

// path: an embedded API answers at any.
func (apiUsage) path() string { return "" }

// furtherToken gets one more access token for the default API.
func (w *World) furtherToken(thumbprint string) (string, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return "", err
	}
	if api, brings := w.bringsTokensFor(resource.Name); brings {
		return w.broughtToken(api, thumbprint, true)
	}
	return w.obtain(resource, thumbprint)
}
