package world

import (
	"encoding/base64"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// The endpoints that take proofs.
var (
	TokenEndpoint = Endpoint{
		Name: features.TokenEndpoint, Role: target.AuthorizationServer, Grants: "access_token", Usage: tokenUsage{},
	}
	PAREndpoint = Endpoint{
		Name: features.PAREndpoint, Role: target.AuthorizationServer, Grants: "request_uri", Usage: parUsage{},
	}
	UserinfoEndpoint = Endpoint{
		Name: features.UserinfoEndpoint, Role: target.AuthorizationServer, Resource: true, Usage: userinfoUsage{},
	}
	APIEndpoint = Endpoint{
		Name: features.API, Role: target.ResourceServer, Resource: true, Usage: apiUsage{},
	}

	endpoints = []Endpoint{TokenEndpoint, PAREndpoint, UserinfoEndpoint, APIEndpoint}
)

// FindEndpoint returns the endpoint of a name; none for the empty one.
func FindEndpoint(name string) (Endpoint, error) {
	if name == "" {
		return Endpoint{}, nil
	}
	for _, p := range endpoints {
		if p.Name == name {
			return p, p.usable()
		}
	}
	return Endpoint{}, fmt.Errorf("no endpoint is called %q; there are %v", name, features.Endpoints)
}

// Prepare makes a request that would succeed with an honest proof by the key
// of the given thumbprint. Each call makes a new one, so that no authorization
// code is used twice.
func (w *World) Prepare(thumbprint string) (*Probe, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	return w.PrepareAt(p, thumbprint)
}

// PrepareAt is prepare for an endpoint that need not be the one under test.
func (w *World) PrepareAt(p Endpoint, thumbprint string) (*Probe, error) {
	probe, err := p.Usage.Probe(w, thumbprint)
	if err != nil {
		return nil, err
	}
	return w.ready(probe), nil
}

// PrepareAnother is prepare for another URI of the same server; it also returns
// the endpoint that answers there.
func (w *World) PrepareAnother(thumbprint string) (*Probe, Endpoint, error) {
	p, err := w.At()
	if err != nil {
		return nil, Endpoint{}, err
	}
	probe, at, err := p.Usage.another(w, thumbprint)
	if err != nil {
		return nil, Endpoint{}, err
	}
	return w.ready(probe), at, nil
}

// ready moves a probe to where the scenario wants it, and gives it the
// newest nonce of its server.
func (w *World) ready(probe *Probe) *Probe {
	w.readdress(probe)
	probe.Occasion.Nonce = w.Nonce(probe.Request.URL)
	return probe
}

func FormRequest(address string, form url.Values, client target.RegisteredClient) wire.Request {
	r := wire.Request{Method: "POST", URL: address, Fields: wire.Fields{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}}
	switch client.Auth {
	case "client_secret_basic":
		pair := url.QueryEscape(client.ID) + ":" + url.QueryEscape(client.Secret) // RFC 6749 §2.3.1
		r.Fields = append(r.Fields, wire.Field{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))})
	case "client_secret_post":
		form.Set("client_id", client.ID)
		form.Set("client_secret", client.Secret)
	default:
		form.Set("client_id", client.ID)
	}
	if client.Auth == "private_key_jwt" && client.Key != nil {
		r.Complete = asserts(client, address)
	}
	r.Certificate = client.Certificate
	r.Body = []byte(form.Encode())
	return r
}
