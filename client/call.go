package client

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// call is one call of the client: its requests up to the retry, and on through
// redirects.
type call struct {
	to      Destination
	key     *dpop.Key // if bound
	access  string    // the access token; empty at the authorization server
	offered []string  // algorithms that the server's metadata list
	safe    bool      // the method is safe, RFC 9110 §9.2.1

	build func() (*http.Request, error) // the request of the next attempt
	send  func(*http.Request) (*http.Response, error)

	attempt  Attempt // the next
	previous *Proof  // of the attempt before, or nil
}

// bound reports whether the next request is one with DPoP.
func (k *call) bound() bool { return strings.EqualFold(k.attempt.Scheme, dpop.Scheme) }

// retriable reports whether sending the request again does no harm.
func (k *call) retriable() bool { return k.safe && !k.to.Purpose.AtServer() }

// first is the first attempt of a call to the authorization server.
func first(bound bool) Attempt {
	if bound {
		return Attempt{Number: 1, Scheme: dpop.Scheme}
	}
	return Attempt{Number: 1}
}
