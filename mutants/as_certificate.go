package mutants

import (
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// certificateFaults are bugs that show with clients that authenticate by
// certificate alone (RFC 8705): variants of bugs that others have everywhere.
var certificateFaults = []fault{
	{"AS-004", "an invalid proof is taken from a client with a certificate", []string{"RFC9449-4.3-85"}, func(p *mockas.Policy) {
		for _, gate := range []*mockas.Gate{&p.Token, &p.PAR} {
			gate.Judge = ofCertified(gate.Judge, unjudged)
		}
	}},
	{"AS-008", "the proof of a client with a certificate is ignored", []string{"RFC9449-3-03"}, func(p *mockas.Policy) {
		p.Token.Judge = ofCertified(p.Token.Judge, func(*dpop.Verifier, dpop.Request) *dpop.Proof { return nil })
	}},
	{"AS-016", "a token is bound to the certificate in place of the key", []string{"RFC9449-5-07", "RFC9449-6.1-01"}, func(p *mockas.Policy) {
		honest := p.Confirm
		p.Confirm = func(claims *dpop.Object, t *mockas.Token) {
			copied := *t
			if t.Certified != "" {
				copied.Bound = ""
			}
			honest(claims, &copied)
		}
	}},
	{"AS-042", "any certificate is taken for the client's", []string{"RFC9449-3-02", "RFC9126-2.1-01"}, func(p *mockas.Policy) {
		honest := p.Authenticate
		p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
			client, problem := honest(s, c)
			if known := s.Client(c.Get("client_id")); problem != nil && known != nil && c.TLS != nil && len(c.TLS.PeerCertificates) > 0 {
				return known, nil
			}
			return client, problem
		}
	}},
}

// ofCertified judges otherwise what clients with a certificate send.
func ofCertified(honest judge, otherwise func(*dpop.Verifier, dpop.Request) *dpop.Proof) judge {
	return func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
		if from.Client.ByCertificate() {
			return otherwise(v, r), nil
		}
		return honest(v, r, from)
	}
}
