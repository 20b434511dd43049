// Package server holds the steps about the authorization server.
package server

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// Tester asks an authorization server for what clients ask it for, and remembers
// what it got.
type Tester struct {
	*proof.Prober

	login         login
	authorization authorization
	introspected  introspected
	documents     documents
	registered    registered
	attesting     *attesting // how the client is vouched for; nil: not at all
	fetched       fetched    // from the challenge endpoint
	identity      *identity  // of the latest login with the scope webid
}

// Enter implements world.Entrant.
func (w *Tester) Enter(in *world.World) { w.Prober = world.Of[proof.Prober](in) }

// login is what the client's login gave and was made with.
type login struct {
	refreshToken string
	proof        string // empty: none
}

// authorization is what became of an authorization request that might well be
// refused.
type authorization struct {
	answered bool
	denied   *world.Denied // nil if a code was given
	redirect *url.URL      // where the answer sent the browser, if that is looked at
}

// introspected is the latest answer of the introspection endpoint.
type introspected struct {
	exchange *wire.Exchange
	answer   dpop.Object
	by       *target.RegisteredClient // that was told of a good token; nil: nobody yet
}

// documents are the metadata documents that were found, by their URL.
type documents struct {
	urls  []string
	found []dpop.Object
}

// registered is a client that the case registered by itself.
type registered struct {
	exchange *wire.Exchange
	answer   dpop.Object
}

// attesting is how the client of a case is vouched for.
type attesting struct {
	client target.RegisteredClient
	pop    bool // a proof of possession of its own goes with each attestation
}

// fetched is an answer of the challenge endpoint.
type fetched struct{ challenge, nonce string }

// orNone is how a description writes a value that may be missing.
func orNone(text string) string {
	if text == "" {
		return "missing"
	}
	return text
}
