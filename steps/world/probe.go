package world

import (
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Probe is one request to an endpoint, complete but for its proof.
type Probe struct {
	Request  wire.Request
	Occasion dpop.Occasion
}

// ResourceProbe makes the request to a resource server that presents an access
// token (RFC 9449 §7.1).
func ResourceProbe(method, address, token string) *Probe {
	return &Probe{
		wire.Request{
			Method: method, URL: address,
			Fields: wire.Fields{{Name: "Authorization", Value: dpop.Scheme + " " + token}},
		},
		dpop.Occasion{Method: method, URI: address, AccessToken: token},
	}
}

// With returns the request with field lines of one name added: DPoP, or what
// stands in its place.
func (p *Probe) With(name string, lines []string) wire.Request {
	request := p.Request
	request.Fields = slices.Clone(request.Fields)
	for _, line := range lines {
		request.Fields = append(request.Fields, wire.Field{Name: name, Value: line})
	}
	return request
}
