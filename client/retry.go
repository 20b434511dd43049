package client

import (
	"context"
	"crypto/rand"
	"math/big"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// perform attempts a call until the policy is content with the answer.
func (c *Client) perform(ctx context.Context, k *call) (*Answer, error) {
	for {
		a, err := c.attempt(ctx, k)
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

// delay is the wait before a retry, between half and all of the configured
// one if jitter is on.
func (c *Client) delay() time.Duration {
	d := c.policy.Delay(c.settings.delay)
	if !c.settings.jitter || d < 2 {
		return d
	}
	shortened, err := rand.Int(c.options.Random, big.NewInt(int64(d/2)+1))
	if err != nil {
		return d
	}
	return d - time.Duration(shortened.Int64())
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

// failureIn is the error that an answer shows, or nil.
func (c *Client) failureIn(a *Answer) error {
	switch {
	case a.Err != nil:
		return masked(a.Err)
	case a.Demanded && !a.NonceUsable:
		return failureAt(a.Status, NonceFailed,
			"the server asks for a nonce (use_dpop_nonce) but its answer brings no usable DPoP-Nonce field; "+
				"nothing to retry with")
	case a.Demanded:
		return failureAt(a.Status, NonceFailed,
			"the server asks for a nonce again after a retry with the one it gave; "+
				"increase the retry delay or check the server and the network")
	case a.Proved && a.Refused(dpop.InvalidProof):
		if err := c.policy.Clock(a); err != nil {
			return err
		}
		return failureAt(a.Status, ProofRefused,
			"the server refuses the proof (invalid_dpop_proof)%s", a.description())
	}
	return nil
}
