package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// call is one call of the client: its requests up to the retry, and on through
// redirects.
type call struct {
	place   Place
	key     *dpop.Key // if bound
	access  string    // the access token; empty at the authorization server
	offered []string
	safe    bool // the method is safe, RFC 9110 §9.2.1
	build   func() (*http.Request, error)
	send    func(*http.Request) (*http.Response, error)

	attempt  Attempt
	previous *Proof
}

// bound reports whether the next request is one with DPoP.
func (k *call) bound() bool { return strings.EqualFold(k.attempt.Scheme, dpop.Scheme) }

// repeatable reports whether sending the request again does no harm.
func (k *call) repeatable() bool { return k.safe && !k.place.Purpose.AtServer() }

// exchange sends a call's request, with a new proof each time, until the
// policy is content with the answer.
func (c *Client) exchange(ctx context.Context, k *call) (*Answer, error) {
	for {
		a, err := c.once(ctx, k)
		if err != nil {
			return nil, err
		}
		next, again := c.policy.Retry(a)
		if !again || next.Number > c.policy.MaxAttempts {
			return a, c.conclude(a)
		}
		a.discard()
		if err := c.options.Sleep(ctx, c.delay()); err != nil {
			return nil, err
		}
		k.attempt = next
	}
}

// once sends one request and takes from the answer what it teaches.
func (c *Client) once(ctx context.Context, k *call) (*Answer, error) {
	request, err := k.build()
	if err != nil {
		return nil, err
	}
	if c.options.UserAgent != "" && len(request.Header.Values("User-Agent")) == 0 {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	a := &Answer{Place: k.place, Attempt: k.attempt, Tolerance: c.settings.tolerance, NonceNeeded: c.settings.requireNonces,
		Repeatable: c.settings.unavailable && k.repeatable()}
	scope := c.policy.NonceScope(k.place, request.URL)
	a.Sent = c.nonces.Get(scope)
	credentials := Credentials{Scheme: k.attempt.Scheme, Token: k.access}
	if k.bound() && c.policy.NeedsProof(k.place) {
		if credentials.Proof, err = c.prove(k, request, a.Sent); err != nil {
			return nil, err
		}
		a.Proved = true
	}
	c.policy.Present(request, credentials)
	c.logRequest(ctx, request, k)
	var reused atomic.Bool
	a.response, a.Err = k.send(traced(request, &reused))
	a.Now = c.now()
	if a.Err != nil {
		// A kept connection that the server has closed is no failure of the call.
		a.Repeatable = a.Repeatable || reused.Load() && k.repeatable()
		c.logFailure(ctx, request, a.Err)
		return a, nil
	}
	c.logAnswer(ctx, request, a.response)
	c.read(a)
	c.policy.StoreNonce(&c.nonces, scope, a)
	return a, c.refuse(a)
}

// prove makes the proof for one request.
func (c *Client) prove(k *call, request *http.Request, nonce string) (string, error) {
	key := c.policy.Key(KeyRequest{Key: k.key, Issuer: c.options.Issuer, Attempt: k.attempt})
	algorithm, err := c.policy.Algorithm(key, k.offered)
	if err != nil {
		return "", err
	}
	r := ProofRequest{
		Place:     k.place,
		Occasion:  dpop.Occasion{Method: request.Method, URI: targetURI(request.URL), AccessToken: k.access, Nonce: nonce},
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
		return "", &DPoPError{Code: ProofFailed, Message: "the proof could not be signed with the " + key.String() + ": " + err.Error(), Err: err}
	}
	k.previous = &Proof{Draft: d, Text: text}
	return text, nil
}

// read fills the answer from the response, whose body stays readable.
func (c *Client) read(a *Answer) {
	a.Status, a.Header = a.response.StatusCode, a.response.Header
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		a.Drift, a.Dated = date.Sub(a.Now.Truncate(time.Second)), true
	}
	if a.Status == http.StatusBadRequest || a.Status == http.StatusUnauthorized {
		a.Body, _ = io.ReadAll(io.LimitReader(a.response.Body, maxPeek))
		a.response.Body = rest{io.MultiReader(bytes.NewReader(a.Body), a.response.Body), a.response.Body}
	}
	a.Challenges = c.policy.Challenges(a.Header.Values("WWW-Authenticate"))
	a.Nonce, a.NonceUsable = c.policy.ReadNonce(a.Header.Values("DPoP-Nonce"))
	a.Demanded = c.policy.Demands(a)
}

// refuse drops an answer that the policy does not accept.
func (c *Client) refuse(a *Answer) error {
	err := c.policy.Accept(a)
	if err != nil {
		a.discard()
	}
	return err
}

// conclude turns the last answer of a call into the error that it shows, if
// it shows one that has to do with DPoP or with the connection.
func (c *Client) conclude(a *Answer) error {
	err := c.failureIn(a)
	if err != nil {
		a.discard()
	}
	return err
}

func (c *Client) failureIn(a *Answer) error {
	switch {
	case a.Err != nil:
		return masked(a.Err)
	case a.Demanded && !a.NonceUsable:
		return &DPoPError{Code: NonceFailed, Status: a.Status, Message: "the server asks for a nonce (use_dpop_nonce) but its answer brings no usable DPoP-Nonce field; nothing to retry with"}
	case a.Demanded:
		return &DPoPError{Code: NonceFailed, Status: a.Status, Message: "the server asks for a nonce again after a retry with the one it gave; increase the retry delay or check the server and the network"}
	case a.Proved && a.Refused(dpop.InvalidProof):
		if err := c.policy.Clock(a); err != nil {
			return err
		}
		return &DPoPError{Code: ProofRefused, Status: a.Status, Message: "the server refuses the proof (invalid_dpop_proof)" + a.description()}
	}
	return nil
}

// description quotes the server's own words about a refusal.
func (a *Answer) description() string {
	for _, challenge := range a.Challenges {
		if text, has := challenge.Get("error_description"); has && challenge.Is(dpop.Scheme) {
			return ": " + quote(text)
		}
	}
	if object, err := dpop.ParseObject(a.Body); err == nil {
		if text, err := object.Text("error_description"); err == nil {
			return ": " + quote(text)
		}
	}
	return ""
}

// discard reads what is left, within bounds, so that the connection can be
// used again.
func (a *Answer) discard() {
	if a.response != nil {
		drain(a.response.Body)
	}
}

// now is the client's idea of the time: its clock plus the configured skew.
func (c *Client) now() time.Time { return c.options.Clock().Add(c.settings.skew) }

// delay is the wait before a retry, between half and all of the configured
// one if jitter is on.
func (c *Client) delay() time.Duration {
	d := c.settings.delay
	if !c.settings.jitter || d < 2 {
		return d
	}
	shortened, err := rand.Int(c.options.Random, big.NewInt(int64(d/2)+1))
	if err != nil {
		return d
	}
	return d - time.Duration(shortened.Int64())
}
