package world

import (
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Ask is a request of a client to the token or PAR endpoint, made anew for
// each attempt: a proof and a client assertion are good only once.
type Ask struct {
	Title    string
	Endpoint Endpoint
	Client   target.RegisteredClient
	Form     url.Values
	Key      *dpop.Key            // nil: without a proof
	Change   func(*wire.Request)  // changes the request before it is sent
	Draft    func(*dpop.Draft)    // changes the proof before it is signed
	Defect   *forge.Defect        // what is then wrong with it; nil: nothing
	Meant    func(*dpop.Occasion) // changes what the proof is made for
	Nonce    *string              // the proof's nonce in place of the newest; it is not asked for twice
}
