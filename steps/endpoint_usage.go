package steps

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// tokenUsage is how the token endpoint is used (RFC 6749 §3.2).
type tokenUsage struct{}

func (tokenUsage) probe(w *World, _ string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	client, grant, err := w.probeClient()
	if err != nil {
		return nil, err
	}
	form, err := w.grantForm(client, grant)
	if err != nil {
		return nil, err
	}
	request := formRequest(metadata.Token, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.Token}}, nil
}

func (tokenUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := parEndpoint.usage.probe(w, thumbprint)
	return probe, parEndpoint, err
}

func (tokenUsage) sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(tokenEndpoint) }

func (tokenUsage) token(w *World, thumbprint string) (string, error) {
	return w.furtherToken(thumbprint)
}

func (tokenUsage) holder(w *World) (target.RegisteredClient, string, error) { return w.probeClient() }

func (tokenUsage) address(m target.Metadata) string { return m.Token }

func (tokenUsage) path() string { return mockas.PathToken }

// parUsage is how the pushed authorization request endpoint is used (RFC 9126 §2).
type parUsage struct{}

func (parUsage) probe(w *World, _ string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.PAR == "" {
		return nil, notApplicable("the authorization server has no pushed authorization request endpoint")
	}
	client, err := w.clientWith("authorization_code")
	if err != nil {
		return nil, err
	}
	form, _ := w.authorizationForm(client)
	request := formRequest(metadata.PAR, form, client)
	return &Probe{request, dpop.Occasion{Method: "POST", URI: metadata.PAR}}, nil
}

func (parUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := tokenEndpoint.usage.probe(w, thumbprint)
	return probe, tokenEndpoint, err
}

func (parUsage) sibling(w *World, _ *Probe) (string, error) { return w.urlBeside(parEndpoint) }

func (parUsage) token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

// holder: a pushed request needs no grant.
func (parUsage) holder(w *World) (target.RegisteredClient, string, error) {
	return target.RegisteredClient{}, "", nil
}

func (parUsage) address(m target.Metadata) string { return m.PAR }

func (parUsage) path() string { return mockas.PathPAR }

// userinfoUsage is how the userinfo endpoint is used (OpenID Connect Core §5.3).
type userinfoUsage struct{}

func (userinfoUsage) probe(w *World, thumbprint string) (*Probe, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return nil, err
	}
	if metadata.Userinfo == "" {
		return nil, notApplicable("the authorization server has no userinfo endpoint")
	}
	token, err := w.UserinfoToken(thumbprint)
	if err != nil {
		return nil, err
	}
	return resourceProbe("GET", metadata.Userinfo, token), nil
}

func (userinfoUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := tokenEndpoint.usage.probe(w, thumbprint)
	return probe, tokenEndpoint, err
}

func (userinfoUsage) sibling(w *World, _ *Probe) (string, error) {
	return w.urlBeside(userinfoEndpoint)
}

func (userinfoUsage) token(w *World, thumbprint string) (string, error) {
	return w.obtainUserinfo(thumbprint)
}

func (userinfoUsage) holder(w *World) (target.RegisteredClient, string, error) {
	return w.personClient()
}

func (userinfoUsage) address(m target.Metadata) string { return m.Userinfo }

func (userinfoUsage) path() string { return mockas.PathUserinfo }

// apiUsage is how an API is used (RFC 9449 §7).
type apiUsage struct{}

func (apiUsage) probe(w *World, thumbprint string) (*Probe, error) {
	resource, err := w.Resource(defaultAPI)
	if err != nil {
		return nil, err
	}
	token, err := w.BoundToken(resource, thumbprint)
	if err != nil {
		return nil, err
	}
	probe := resourceProbe(resource.Method, resource.URL, token)
	probe.Request.Fields = append(probe.Request.Fields, resource.Fields...)
	probe.Request.Body = resource.Body
	return probe, nil
}

func (a apiUsage) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	probe, err := a.probe(w, thumbprint)
	if err != nil {
		return nil, apiEndpoint, err
	}
	probe.Request.URL += "/other"
	probe.Occasion.URI += "/other"
	return probe, apiEndpoint, nil
}

func (apiUsage) sibling(_ *World, probe *Probe) (string, error) {
	u, err := url.Parse(probe.Request.URL)
	if err != nil {
		return "", err
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath() + "/another", nil
}

func (apiUsage) token(w *World, thumbprint string) (string, error) { return w.furtherToken(thumbprint) }

func (apiUsage) holder(w *World) (target.RegisteredClient, string, error) { return w.probeClient() }

// address: an authorization server names no API.
func (apiUsage) address(target.Metadata) string { return "" }

// path: an embedded API answers at any.
func (apiUsage) path() string { return "" }

// urlBeside is the URL of another endpoint of the authorization server.
func (w *World) urlBeside(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	for _, other := range endpoints {
		if address := other.usage.address(metadata); other != p && address != "" {
			return address, nil
		}
	}
	return metadata.Issuer, nil
}

// ownAddress is the URL of an endpoint as it is known to everybody, whatever
// address the scenario uses.
func (w *World) ownAddress(p Endpoint, probe *Probe) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	if address := p.usage.address(metadata); address != "" {
		return address, nil
	}
	return p.usage.sibling(w, probe)
}

// furtherToken gets one more access token for the default API.
func (w *World) furtherToken(thumbprint string) (string, error) {
	resource, err := w.Resource(defaultAPI)
	if err != nil {
		return "", err
	}
	return w.obtain(resource, thumbprint)
}

func resourceProbe(method, address, token string) *Probe {
	return &Probe{
		wire.Request{Method: method, URL: address, Fields: wire.Fields{{Name: "Authorization", Value: dpop.Scheme + " " + token}}},
		dpop.Occasion{Method: method, URI: address, AccessToken: token},
	}
}
