package mutants

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
)

// redraft changes each draft of an honest client.
func redraft(change func(client.ProofRequest, *dpop.Draft)) inClient {
	return func(p *client.Policy) {
		honest := p.Draft
		p.Draft = func(r client.ProofRequest) dpop.Draft {
			d := honest(r)
			change(r, &d)
			return d
		}
	}
}

// claim sets a claim of each proof to what the function makes of the request.
func claim(name string, value func(client.ProofRequest) any) inClient {
	return redraft(func(r client.ProofRequest, d *dpop.Draft) { d.Claims.Set(name, value(r)) })
}

// previous copies a member of the proof before in the same call.
func previous(name string) inClient {
	return redraft(func(r client.ProofRequest, d *dpop.Draft) {
		if r.Previous != nil {
			value, _ := r.Previous.Draft.Claims.Get(name)
			d.Claims.Set(name, value)
		}
	})
}

// represent adds something to each request of an honest client.
func represent(add func(*http.Request, client.Credentials)) inClient {
	return func(p *client.Policy) {
		honest := p.Present
		p.Present = func(r *http.Request, c client.Credentials) {
			honest(r, c)
			add(r, c)
		}
	}
}

func scoped(scope func(at client.Destination, target *url.URL) string) inClient {
	return func(p *client.Policy) { p.NonceScope = scope }
}

// another returns a key that is made when it is first asked for, and kept.
func another() func() *dpop.Key {
	return sync.OnceValue(func() *dpop.Key {
		key, err := dpop.GenerateKey("ES256")
		if err != nil {
			panic(err) // the algorithm is known
		}
		return key
	})
}

func withoutZeros(octets []byte) []byte {
	for len(octets) > 0 && octets[0] == 0 {
		octets = octets[1:]
	}
	return octets
}
