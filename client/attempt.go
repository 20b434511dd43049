package client

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// attempt sends the next request of a call, with a proof of its own, and takes
// from the answer what it teaches.
func (c *Client) attempt(ctx context.Context, k *call) (*Answer, error) {
	request, err := k.build()
	if err != nil {
		return nil, err
	}
	if c.options.UserAgent != "" && len(request.Header.Values("User-Agent")) == 0 {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	a := &Answer{
		Destination: k.to, Attempt: k.attempt, Tolerance: c.settings.tolerance,
		NonceRequired: c.settings.requireNonces, Retriable: c.settings.unavailable && k.retriable(),
	}
	scope := c.policy.NonceScope(k.to, request.URL)
	a.Sent = c.nonces.Get(scope)
	access := k.access
	if access != "" {
		access = c.policy.Access(access, k.attempt)
	}
	credentials := Credentials{Scheme: k.attempt.Scheme, Token: access}
	if k.bound() && c.policy.NeedsProof(k.to) {
		if credentials.Proof, err = c.prove(k, request, access, a.Sent); err != nil {
			return nil, err
		}
		a.Proved = true
	}
	c.policy.Present(request, credentials)
	c.logRequest(ctx, request, access, k.attempt.Number)
	var reused atomic.Bool
	a.response, a.Err = k.send(traced(request, &reused))
	a.Now = c.now()
	if a.Err != nil {
		// A kept connection that the server has closed is no failure of the call.
		a.Retriable = a.Retriable || reused.Load() && k.retriable()
		c.logFailure(ctx, request, a.Err)
		return a, nil
	}
	c.logAnswer(ctx, request, a.response)
	c.read(a)
	c.policy.StoreNonce(&c.nonces, scope, a)
	if err := c.policy.Accept(a); err != nil {
		a.discard()
		return nil, err
	}
	return a, nil
}

// prove makes the proof for one request.
func (c *Client) prove(k *call, request *http.Request, access, nonce string) (string, error) {
	key := c.policy.Key(KeyRequest{Key: k.key, Issuer: c.issuer(), Attempt: k.attempt})
	algorithm, err := c.policy.Algorithm(key, k.offered)
	if err != nil {
		return "", err
	}
	r := ProofRequest{
		Destination: k.to,
		Occasion: dpop.Occasion{
			Method: request.Method, URI: targetURI(request.URL), AccessToken: access, Nonce: nonce,
		},
		Key:       key,
		Algorithm: algorithm,
		Offered:   k.offered,
		Now:       c.now(),
		Attempt:   k.attempt,
		Previous:  k.previous,
	}
	d := c.policy.Draft(r)
	text, err := c.policy.Sign(r, d)
	if err != nil {
		return "", failureBy(err, ProofFailed, "the proof could not be signed with the %s: %v", key, err)
	}
	k.previous = &Proof{Draft: d, Text: text}
	return text, nil
}

// traced notes whether the request went out on a connection that was used
// before, and that the server may have closed meanwhile.
func traced(r *http.Request, reused *atomic.Bool) *http.Request {
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused.Store(info.Reused) }}
	return r.WithContext(httptrace.WithClientTrace(r.Context(), trace))
}

// read fills the answer from the response, whose body stays readable.
func (c *Client) read(a *Answer) {
	a.Status, a.Header = a.response.StatusCode, a.response.Header
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		a.Drift, a.Dated = date.Sub(a.Now.Truncate(time.Second)), true
	}
	if a.Status >= http.StatusBadRequest {
		a.Body, _ = io.ReadAll(io.LimitReader(a.response.Body, maxPeek))
		a.response.Body = rest{c.policy.Rest(a.Body, a.response.Body), a.response.Body}
	}
	a.Challenges = c.policy.Challenges(a.Header.Values("WWW-Authenticate"))
	a.Nonce, a.NonceUsable = c.policy.ReadNonce(a.Header.Values("DPoP-Nonce"))
	a.Demanded = c.policy.Demands(a)
}
