package world

import (
	"encoding/base64"
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
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

// EndpointNames lists the endpoints that a scenario can be run at.
func EndpointNames() []string {
	var names []string
	for _, p := range endpoints {
		names = append(names, p.Name)
	}
	return names
}

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
	return Endpoint{}, fmt.Errorf("no endpoint is called %q; there are %v", name, EndpointNames())
}

// usable returns an error for an endpoint of which nobody has said how it is
// used: its cases would test another in its place.
func (p Endpoint) usable() error {
	if p.Usage == nil || p.Role == "" {
		return fmt.Errorf("nobody has said how the endpoint %q is used: give it a role and a usage", p.Name)
	}
	return nil
}

// usage is how an endpoint is used. Each has its own; there is no default.
type usage interface {
	// probe makes a request that would succeed with an honest proof by the key
	// of the given thumbprint.
	Probe(w *World, thumbprint string) (*Probe, error)
	// another makes a request to another URI of the same server that would
	// succeed likewise, and tells which endpoint answers there.
	another(w *World, thumbprint string) (*Probe, Endpoint, error)
	// sibling is the URL of another endpoint of the same server.
	Sibling(w *World, probe *Probe) (string, error)
	// token gets a further access token that is bound to the key of the given
	// thumbprint.
	Token(w *World, thumbprint string) (string, error)
	// holder is the client of its requests, and the grant that it needs for each.
	Holder(w *World) (target.RegisteredClient, string, error)
	// address is where the metadata of an authorization server say that it is.
	Address(m target.Metadata) string
	// path is where the embedded authorization server has it.
	Path() string
}

// At returns the endpoint that the scenario is run at.
func (w *World) At() (Endpoint, error) {
	if w.Endpoint.Name == "" {
		return Endpoint{}, fmt.Errorf("this step needs an endpoint; tag the scenario with @at: and one of %v", EndpointNames())
	}
	return w.Endpoint, w.Endpoint.usable()
}

// AtAPI reports whether the scenario is run at an API, and not at an endpoint
// of the authorization server.
func (w *World) AtAPI() bool { return w.Endpoint.Role == target.ResourceServer }

// EmbeddedEndpoint reports whether the server of the endpoint under test is
// ours; without an endpoint, whether the authorization server is.
func (w *World) EmbeddedEndpoint() bool {
	if w.AtAPI() {
		return w.EmbeddedAPI()
	}
	return w.EmbeddedAS()
}

// Probe is one request to an endpoint, complete but for its proof.
type Probe struct {
	Request  wire.Request
	Occasion dpop.Occasion
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
	probe.Occasion.Nonce = w.Nonces[OriginOf(probe.Request.URL)]
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
