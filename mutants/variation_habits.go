package mutants

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/target"
)

// habits are what clients in the field do that no text asks for and none forbids.
var habits = []Variation{
	clientVariation("repeats what any rejection brings a new nonce with, but no code that was refused, goes by the "+
		"code whatever the status, nonces by origin", []string{"RFC9449-8-18"},
		demands(func(a *client.Answer, _ bool) bool {
			// RFC 9449 §8: with any rejection message; RFC 6749 §4.1.2: a code once.
			return a.Proved && (asksForNonce(a) || a.Attempt.Number == 1 && a.Status >= 400 && a.NonceUsable &&
				!(a.Grant == "authorization_code" && a.OAuthCode() == "invalid_grant"))
		}),
		scoped(func(_ client.Destination, target *url.URL) string { return originOf(target) })),
	clientVariation("gets a token for each call and another one after any 401 of an API, keeps what was refused, follows "+
		"redirects elsewhere without credentials, repeats a refusal that it does not know for its first nonce",
		[]string{"RFC6749-6-03", "RFC9700-4.14-01", "RFC9449-8-18"},
		demands(func(a *client.Answer, honest bool) bool {
			return honest || a.Proved && a.Status >= 400 && a.NonceUsable && a.Sent == "" && !refusedAsKnown(a)
		}),
		func(p *client.Policy) {
			p.Serves = func(client.Token, time.Time) bool { return false }
			p.Renews = func(a *client.Answer) bool {
				return a.Proved && a.Status == http.StatusUnauthorized && !asksForNonce(a)
			}
			p.GivesUp = func(error) bool { return false }
		},
		leavingCredentials),
	clientOf([]string{target.FollowsDocumentation, target.HasRetryOptions}, clientVariation(
		"answers a challenge of an API by the whole call again, with another token", nil,
		demands(func(a *client.Answer, honest bool) bool { return honest && a.Purpose.AtServer() }),
		func(p *client.Policy) {
			p.Renews = func(a *client.Answer) bool {
				return a.Proved && a.NonceUsable && a.Refused(dpop.UseNonce)
			}
		})),
	travelling("refreshes minutes before the end, asks APIs what they want before it calls them, proves all that it "+
		"sends to the authorization server, cookies, bodies in chunks that wait for 100, no connection kept",
		func(p *client.Policy) {
			p.Serves = func(t client.Token, now time.Time) bool {
				return t.Expires.IsZero() || now.Add(5*time.Minute).Before(t.Expires)
			}
		}),
}

// leavingCredentials follows every redirect of an API, to another origin without token
// and proof, as browsers and command-line tools do with Authorization.
func leavingCredentials(p *client.Policy) {
	var strangers sync.Map // by origin
	own := p.Redirect
	p.Redirect = func(from, to *url.URL) error {
		if own(from, to) != nil {
			strangers.Store(originOf(to), true)
		}
		return nil
	}
	present := p.Present
	p.Present = func(r *http.Request, c client.Credentials) {
		if _, strange := strangers.Load(originOf(r.URL)); strange {
			c = client.Credentials{}
		}
		present(r, c)
	}
}

// asksForNonce reports whether an answer has the code use_dpop_nonce, whatever its
// status.
func asksForNonce(a *client.Answer) bool {
	return a.OAuthCode() == dpop.UseNonce || slices.ContainsFunc(a.Challenges, func(c dpop.Challenge) bool {
		code, _ := c.Get("error")
		return c.Is(dpop.Scheme) && code == dpop.UseNonce
	})
}

// refusedAsKnown reports whether an answer has an error that RFC 6749 §5.2, RFC 6750 §3.1
// or RFC 9449 §12 names, in a body or in a challenge of one of these schemes.
func refusedAsKnown(a *client.Answer) bool {
	known := []string{
		"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
		"invalid_scope", "invalid_token", "insufficient_scope", dpop.InvalidProof, dpop.UseNonce,
	}
	return slices.Contains(known, a.OAuthCode()) || slices.ContainsFunc(a.Challenges, func(c dpop.Challenge) bool {
		code, _ := c.Get("error")
		return slices.Contains(known, code) && (c.Is(dpop.Scheme) || c.Is("Bearer"))
	})
}

func originOf(u *url.URL) string { return u.Scheme + "://" + u.Host }

// clientOf is a client that cannot do all that the embedded one can.
func clientOf(lacks []string, v Variation) Variation {
	v.Parts.Lacks = lacks
	return v
}

// travelling is a client whose transport has habits of its own.
func travelling(name string, change inClient) Variation {
	return Variation{Name: name, Party: target.ClientRole, Parts: target.Parts{Client: func(o *client.Options) {
		change(o.Policy)
		t := &traveller{next: o.HTTP.Transport, clock: o.Clock, known: map[string]bool{}}
		sign := o.Policy.Sign
		o.Policy.Sign = func(r client.ProofRequest, d dpop.Draft) (string, error) {
			if endpoint, err := url.Parse(r.URI); err == nil && r.Purpose.AtServer() {
				t.server.Store(&provenAt{r.Key, originOf(endpoint)})
			}
			return sign(r, d)
		}
		own := *o.HTTP
		own.Transport = t
		o.HTTP = &own
	}}}
}

// provenAt is a key, and the authorization server that it made proofs for.
type provenAt struct {
	key    *dpop.Key
	origin string
}

// traveller is a transport that sends more than it was given.
type traveller struct {
	next   http.RoundTripper
	clock  func() time.Time
	server atomic.Pointer[provenAt]

	mu    sync.Mutex
	known map[string]bool // origins of APIs
}

// RoundTrip implements http.RoundTripper.
func (t *traveller) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Cookie", "consent=yes")
	r.Header.Set("X-Request-Id", dpop.NewID())
	r.Close = true // a connection for each request
	if r.Body != nil && r.Body != http.NoBody {
		r.ContentLength = -1 // its length is not known beforehand
		r.Header.Set("Expect", "100-continue")
	}
	if err := t.prove(r); err != nil {
		return nil, err
	}
	if err := t.knock(r); err != nil {
		return nil, err
	}
	return t.next.RoundTrip(r)
}

// prove adds a proof to what goes to the authorization server without one, "blindly",
// as RFC 9449 §10.1 has it; at the token endpoint it would ask for a bound token.
func (t *traveller) prove(r *http.Request) error {
	at := t.server.Load()
	elsewhere := at == nil || originOf(r.URL) != at.origin || strings.HasSuffix(r.URL.Path, "/token")
	if elsewhere || r.Method != http.MethodPost || len(r.Header.Values(dpop.Scheme)) > 0 {
		return nil
	}
	occasion := dpop.Occasion{Method: r.Method, URI: r.URL.String()}
	proof, err := dpop.NewDraft(at.key, occasion, t.clock()).Sign(at.key)
	if err == nil {
		r.Header.Set(dpop.Scheme, proof)
	}
	return err
}

// knock sends a request without credentials to an API that it calls for the first time.
func (t *traveller) knock(r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Authorization"), dpop.Scheme+" ") {
		return nil
	}
	origin := originOf(r.URL)
	t.mu.Lock()
	known := t.known[origin]
	t.known[origin] = true
	t.mu.Unlock()
	if known {
		return nil
	}
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodHead, r.URL.String(), nil)
	if err != nil {
		return err
	}
	response, err := t.next.RoundTrip(ask)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16))
	return response.Body.Close()
}
