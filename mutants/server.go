package mutants

import (
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// judge is how a gate of an authorization server takes a proof.
type judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal)

// unjudged takes a proof for what it says of itself: only its key is read.
func unjudged(v *dpop.Verifier, r dpop.Request) *dpop.Proof {
	copied := v.Clone()
	copied.Remove(
		"typ", "crit", "alg-key", "key-use", "signature", "jti", "htm", "htu", "iat", "lifetime", "nonce", "replay")
	proof, refusal := copied.Verify(r)
	if refusal != nil {
		return nil
	}
	return proof
}

// renaming exchanges error codes.
func renaming(codes map[string]string) inServer {
	return func(p *mockas.Policy) {
		honest := p.WriteError
		p.WriteError = func(w http.ResponseWriter, e *mockas.Error) {
			renamed := *e
			if code, found := codes[e.Code]; found {
				renamed.Code = code
			}
			honest(w, &renamed)
		}
	}
}

// introspecting changes what introspection says of the binding of an access token.
func introspecting(change func(answer *dpop.Object, t *mockas.Token)) inServer {
	return func(p *mockas.Policy) {
		honest := p.IntrospectionBinding
		p.IntrospectionBinding = func(answer *dpop.Object, t *mockas.Token) {
			honest(answer, t)
			change(answer, t)
		}
	}
}

// around handles the requests to the endpoint at a path, and may leave them to
// the honest handler.
func around(path string, handle func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc)) inServer {
	return func(p *mockas.Policy) {
		wrapped := p.Around
		p.Around = func(at string, next http.HandlerFunc) http.HandlerFunc {
			next = wrapped(at, next)
			if at != path {
				return next
			}
			return func(w http.ResponseWriter, r *http.Request) { handle(w, r, next) }
		}
	}
}

// edited changes the head of each answer of the endpoint at a path.
func edited(path string, edit func(status int, h http.Header)) inServer {
	return around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		honest(&editor{ResponseWriter: w, edit: edit}, r)
	})
}

// hidden takes fields off the answers of an endpoint that have at least this
// status.
func hidden(path string, least int, fields ...string) inServer {
	return edited(path, func(status int, h http.Header) {
		for _, name := range fields {
			if status >= least {
				h.Del(name)
			}
		}
	})
}

// authenticating takes something else for the authentication of a client.
func authenticating(by func(*mockas.Call) bool) inServer {
	return func(p *mockas.Policy) {
		honest := p.Authenticate
		p.Authenticate = func(s *mockas.Server, c *mockas.Call) (*mockas.Client, *mockas.Error) {
			client, problem := honest(s, c)
			if known := s.Client(c.Get("client_id")); problem != nil && known != nil && by(c) {
				return known, nil
			}
			return client, problem
		}
	}
}

func badProof(description string) *mockas.Error {
	return &mockas.Error{Status: http.StatusBadRequest, Code: dpop.InvalidProof, Description: description}
}

// glancing reads the key of the proofs of one grant and nothing else of them.
func glancing(grant string) inServer {
	return func(p *mockas.Policy) {
		honest := p.Token.Judge
		p.Token.Judge = func(v *dpop.Verifier, r dpop.Request, from mockas.Sender) (*dpop.Proof, *dpop.Refusal) {
			if from.Grant == grant {
				if proof := unjudged(v, r); proof != nil {
					return proof, nil
				}
			}
			return honest(v, r, from)
		}
	}
}
