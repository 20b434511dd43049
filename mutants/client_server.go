package mutants

import (
	"crypto/sha256"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// clientServerBugs are wrong bindings of codes and too much trust in metadata.
var clientServerBugs = []row{
	{id: "CL-059", does: "dpop_jkt is that of another key", breaks: ids{"RFC9449-10-07"},
		change: inClient(func(p *client.Policy) {
			other := another()
			p.Thumbprint = func(*dpop.Key) (string, error) { return other().Thumbprint, nil }
		})},
	{id: "CL-060", variant: "private", does: "dpop_jkt is computed from the private JWK",
		breaks: ids{"RFC9449-10-07", "RFC7638-3.2.1-01"}, change: inClient(func(p *client.Policy) {
			p.Thumbprint = func(key *dpop.Key) (string, error) {
				jwk, err := key.PrivateJWK()
				return jsonHash(jwk), err
			}
		})},
	{id: "CL-060", variant: "more-members", does: "dpop_jkt is computed with optional members",
		breaks: ids{"RFC9449-10-07", "RFC7638-3.2.1-01"}, change: inClient(func(p *client.Policy) {
			p.Thumbprint = func(key *dpop.Key) (string, error) {
				jwk := key.JWK()
				jwk.Prepend("alg", key.Algorithm)
				return jsonHash(jwk), nil
			}
		})},
	{id: "CL-071", does: "an http endpoint is used", breaks: ids{"RFC9449-2-01"},
		change: inClient(func(p *client.Policy) { p.Endpoint = func(_, _, _ string) error { return nil } })},
}

func jsonHash(o dpop.Object) string {
	sum := sha256.Sum256(o.JSON())
	return dpop.EncodeSegment(sum[:])
}
