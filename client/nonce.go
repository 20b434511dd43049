package client

import (
	"net/url"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// Nonces keeps the newest nonce of each server (RFC 9449 §8.2, §9).
type Nonces struct {
	mu   sync.Mutex
	kept map[string]string
}

// Get returns the nonce under a scope, empty if there is none.
func (n *Nonces) Get(scope string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.kept[scope]
}

// Set replaces the nonce under a scope; an empty nonce forgets it.
func (n *Nonces) Set(scope, nonce string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kept == nil {
		n.kept = map[string]string{}
	}
	if nonce == "" {
		delete(n.kept, scope)
		return
	}
	n.kept[scope] = nonce
}

// nonceScope tells servers apart by origin, and an authorization server from
// an API that lives at the same origin: their nonces need not be related.
func nonceScope(p Destination, target *url.URL) string {
	if p.Purpose.AtServer() {
		return "authorization server " + origin(target)
	}
	return "API " + origin(target)
}

// readNonce takes exactly one field line of exactly the syntax of RFC 9449
// §8.1, unchanged. Anything else is no nonce.
func readNonce(lines []string) (string, bool) {
	if len(lines) != 1 || !dpop.ValidNonce(lines[0]) {
		return "", false
	}
	return lines[0], true
}

// storeNonce keeps what every answer brings, whatever its status. An answer
// without a nonce leaves the one before in place (RFC 9449 §8.2).
func storeNonce(n *Nonces, scope string, a *Answer) {
	if a.NonceUsable {
		n.Set(scope, a.Nonce)
	}
}

// demandsNonce is a challenge to a proof (RFC 9449 §8, §9): without a proof
// there is nothing to put a nonce into.
func demandsNonce(a *Answer) bool { return a.Proved && a.Refused(dpop.UseNonce) }

// bringsNonce refuses an answer without DPoP-Nonce where a profile requires one.
func bringsNonce(a *Answer) error {
	if a.NonceRequired && a.Proved && !a.NonceUsable {
		return failureAt(a.Status, NonceFailed,
			"the answer to a request with a proof brings no usable DPoP-Nonce, "+
				"which RequireNonces demands of every server")
	}
	return nil
}

// retry sends a request again once a nonce was asked for and given, whether or
// not the proof had one already, and after a transient failure what may be.
func retry(a *Answer) (Attempt, bool) {
	next := a.Attempt
	next.Number++
	return next, a.Demanded && a.NonceUsable || a.Retriable && a.Transient()
}
