// Package api holds the steps about the API as a resource server (RFC 9449 §7).
package api

import (
	"fmt"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/world"
)

// Tester calls an API in ways that clients do and do not, and remembers what it
// has arranged.
type Tester struct {
	*proof.Prober

	resourceState resourceState
}

// Enter implements world.Entrant.
func (w *Tester) Enter(in *world.World) { w.Prober = world.Of[proof.Prober](in) }

// resourceState is what the steps about resource servers remember of a case.
type resourceState struct {
	opaque     bool               // access tokens are opaque
	introspect func(*dpop.Object) // changes the answers of introspection
	internal   string             // URL of an API behind a proxy, as the proxy reaches it
	metadata   dpop.Object        // RFC 9728
	replica    string             // URL of another instance of the API
	keyFault   bool               // the latest fault lies in the binding
	elsewhere  bool               // the latest request went to another spelling of the endpoint's path
	idToken    string             // of a login with the scope webid, which the API takes
}

// wrongOrder is the error of a step that misses another before it.
func wrongOrder(need string) error { return fmt.Errorf("put %s", need) }
