package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// tokenUsage is how the token endpoint is used (RFC 6749 §3.2).
type tokenUsage struct{}

func (tokenUsage) Probe(w *World, _ string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	client, grant, err := w.ProbeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.GrantForm(client, grant)
	if err != nil {
		return nil, err
	}
	request := FormRequest(metadata.Token, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.Token}}, nil
}

func (tokenUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := PAREndpoint.Usage.Probe(w, thumbprint)
	return probe, PAREndpoint, err
}

func (tokenUsage) Sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(TokenEndpoint) }

func (tokenUsage) Token(w *World, thumbprint string) (string, error) {
	return w.furtherToken(thumbprint)
}

func (tokenUsage) Holder(w *World) (target.RegisteredClient, string, error) { return w.ProbeClient() }

func (tokenUsage) Address(m target.Metadata) string { return m.Token }

func (tokenUsage) Path() string { return mockas.PathToken }

// parUsage is how the pushed authorization request endpoint is used (RFC 9126 §2).
type parUsage struct{}

func (parUsage) Probe(w *World, _ string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.PAR == "" {
		return nil, NotApplicablef("the authorization server has no pushed authorization request endpoint")
	}
	client, err := w.ClientWith("authorization_code")
	if err != nil {
		return nil, err
	}
	form, _ := w.AuthorizationForm(client)
	request := FormRequest(metadata.PAR, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.PAR}}, nil
}

func (parUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := TokenEndpoint.Usage.Probe(w, thumbprint)
	return probe, TokenEndpoint, err
}

func (parUsage) Sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(PAREndpoint) }

func (parUsage) Token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

// holder: a pushed request needs no grant.
func (parUsage) Holder(w *World) (target.RegisteredClient, string, error) {
	return target.RegisteredClient{}, "", nil
}

func (parUsage) Address(m target.Metadata) string { return m.PAR }

func (parUsage) Path() string { return mockas.PathPAR }

// userinfoUsage is how the userinfo endpoint is used (OpenID Connect Core §5.3).
type userinfoUsage struct{}

func (userinfoUsage) Probe(w *World, thumbprint string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.Userinfo == "" {
		return nil, NotApplicablef("the authorization server has no userinfo endpoint")
	}
	token, err := w.UserinfoToken(thumbprint)
	if err != nil {
		return nil, err
	}
	return ResourceProbe("GET", metadata.Userinfo, token), nil
}

func (userinfoUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := TokenEndpoint.Usage.Probe(w, thumbprint)
	return probe, TokenEndpoint, err
}

func (userinfoUsage) Sibling(w *World, _ *Probe) (string, error) {
	return w.urlBeside(UserinfoEndpoint)
}

func (userinfoUsage) Token(w *World, thumbprint string) (string, error) {
	return w.obtainUserinfo(thumbprint)
}

func (userinfoUsage) Holder(w *World) (target.RegisteredClient, string, error) {
	return w.PersonClient()
}

func (userinfoUsage) Address(m target.Metadata) string { return m.Userinfo }

func (userinfoUsage) Path() string { return mockas.PathUserinfo }

// apiUsage is how an API is used (RFC 9449 §7).
type apiUsage struct{}

func (apiUsage) Probe(w *World, thumbprint string) (*Probe, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return nil, err
	}
	token, err := w.BoundToken(resource, thumbprint)
	if err != nil {
		return nil, err
	}
	probe := ResourceProbe(resource.Method, resource.URL, token)
	probe.Request.Fields = append(probe.Request.Fields, resource.Fields...)
	probe.Request.Body = resource.Body
	return probe, nil
}

func (a apiUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := a.Probe(w, thumbprint)
	if err != nil {
		return nil, APIEndpoint, err
	}
	probe.Request.URL += "/other"
	probe.Occasion.URI += "/other"
	return probe, APIEndpoint, nil
}

func (apiUsage) Sibling(_ *World, probe *Probe) (string, error) {
	u, err := url.Parse(probe.Request.URL)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath() + "/another", nil
}

func (apiUsage) Token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

func (apiUsage) Holder(w *World) (target.RegisteredClient, string, error) { return w.ProbeClient() }

// address: an authorization server names no API.
func (apiUsage) Address(target.Metadata) string { return "" }

// path: an embedded API answers at any.
func (apiUsage) Path() string { return "" }

// urlBeside is the URL of another endpoint of the authorization server.
func (w *World) urlBeside(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	for _, other := range endpoints {
		if address := other.Usage.Address(metadata); other != p && address != "" {
			return address, nil
		}
	}
	return metadata.Issuer, nil
}

// OwnAddress is the URL of an endpoint as it is known to everybody, whatever
// address the scenario uses.
func (w *World) OwnAddress(p Endpoint, probe *Probe) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if address := p.Usage.Address(metadata); address != "" {
		return address, nil
	}
	return p.Usage.Sibling(w, probe)
}

// furtherToken gets one more access token for the default API.
func (w *World) furtherToken(thumbprint string) (string, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return "", err
	}
	return w.obtain(resource, thumbprint)
}

func ResourceProbe(method, address, token string) *Probe {
	return &Probe{
		wire.Request{Method: method, URL: address, Fields: wire.Fields{{Name: "Authorization", Value: dpop.Scheme + " " + token}}},
		dpop.Occasion{Method: method, URI: address, AccessToken: token},
	}
}
