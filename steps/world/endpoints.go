package world

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/target"
)

// The endpoints that take proofs.
var (
	TokenEndpoint = Endpoint{
		Name: features.TokenEndpoint, Title: "token endpoint",
		Role: target.AuthorizationServer, Grants: "access_token", usage: tokenUsage{},
	}
	PAREndpoint = Endpoint{
		Name: features.PAREndpoint, Title: "pushed authorization request endpoint",
		Role: target.AuthorizationServer, Grants: "request_uri", usage: parUsage{},
	}
	UserinfoEndpoint = Endpoint{
		Name: features.UserinfoEndpoint, Title: "userinfo endpoint",
		Role: target.AuthorizationServer, Resource: true, usage: userinfoUsage{},
		Grants: subject, Signed: true, // OpenID Connect Core §5.3.2
	}
	APIEndpoint = Endpoint{
		Name: features.API, Title: "API",
		Role: target.ResourceServer, Resource: true, usage: apiUsage{},
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
			_, err := p.used()
			return p, err
		}
	}
	if slices.Contains(features.Endpoints, name) {
		return Endpoint{}, fmt.Errorf("nobody has said how the endpoint %q is used: "+
			"add it to the endpoints of steps/world, with a role and a usage", name)
	}
	return Endpoint{}, fmt.Errorf("no endpoint is called %q; there are %v", name, features.Endpoints)
}

// urlBeside is the URL of another endpoint of the authorization server.
func (w *World) urlBeside(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	for _, other := range endpoints {
		address, err := other.Address(metadata)
		if err != nil {
			return "", err
		}
		if other != p && address != "" {
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
	if address, err := p.Address(metadata); err != nil || address != "" {
		return address, err
	}
	return p.Sibling(w, probe)
}
