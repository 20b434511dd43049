package world

import (
	"fmt"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// usage is how an endpoint is used. Each has its own; there is no default, since
// the cases of an endpoint without would test another in its place.
type usage interface {
	// probe makes a request that would succeed with an honest proof by the key
	// of the given thumbprint.
	probe(w *World, thumbprint string) (*Probe, error)
	// tokenless makes the same request where no access token is to be sent, so that none
	// is got for it.
	tokenless(w *World, thumbprint string) (*Probe, error)
	// another makes a request to another URI of the same server that would
	// succeed likewise, and tells which endpoint answers there.
	another(w *World, thumbprint string) (*Probe, Endpoint, error)
	// sibling is the URL of another endpoint of the same server.
	sibling(w *World, probe *Probe) (string, error)
	// token gets a further access token that is bound to the key of the given
	// thumbprint.
	token(w *World, thumbprint string) (string, error)
	// holder is the client of its requests, and the grant that it needs for each.
	holder(w *World) (target.RegisteredClient, string, error)
	// disregarded says how a granted request shows that its proof did not count;
	// empty if it counted or nothing can be seen.
	disregarded(w *World, e *wire.Exchange) string
	// address is where the metadata of an authorization server say that it is.
	address(m target.Metadata) string
	// path is where the embedded authorization server has it.
	path() string
}

// used returns how an endpoint is used.
func (p Endpoint) used() (usage, error) {
	if p.usage == nil || p.Role == "" {
		return nil, fmt.Errorf("nobody has said how the endpoint %q is used: give it a role and a usage", p.Name)
	}
	return p.usage, nil
}

// At returns the endpoint that the scenario is run at. It is an error if the
// scenario has none, or one that nobody can use.
func (w *World) At() (Endpoint, error) {
	if w.Endpoint.Name == "" {
		return Endpoint{}, fmt.Errorf("this step needs an endpoint; tag the scenario with @at: and one of %v",
			features.Endpoints)
	}
	_, err := w.Endpoint.used()
	return w.Endpoint, err
}

// Expect records what was expected and what was seen, and returns a Violation
// if they differ. Every assertion goes through it: a case without one is an
// error, not a pass. So is one at an endpoint that nobody can use, for what was
// looked at is something else.
func (w *World) Expect(holds bool, expected, actual string) error {
	if w.Endpoint.Name != "" {
		if _, err := w.Endpoint.used(); err != nil {
			return err
		}
	}
	return w.expect(holds, expected, actual)
}

// AtAPI reports whether the scenario is run at an API, and not at an endpoint
// of the authorization server.
func (w *World) AtAPI() bool { return w.Endpoint.Role == target.ResourceServer }

// Probe makes a request to an endpoint that would succeed with an honest proof by
// the key of a thumbprint, at the address that everybody knows.
func (p Endpoint) Probe(w *World, thumbprint string) (*Probe, error) {
	use, err := p.used()
	if err != nil {
		return nil, err
	}
	return use.probe(w, thumbprint)
}

// tokenless makes the request of probe where no access token is to be sent.
func (p Endpoint) tokenless(w *World, thumbprint string) (*Probe, error) {
	use, err := p.used()
	if err != nil {
		return nil, err
	}
	return use.tokenless(w, thumbprint)
}

// another makes a request to another URI of the same server that would succeed
// likewise, and tells which endpoint answers there.
func (p Endpoint) another(w *World, thumbprint string) (*Probe, Endpoint, error) {
	use, err := p.used()
	if err != nil {
		return nil, Endpoint{}, err
	}
	return use.another(w, thumbprint)
}

// Sibling returns the URL of another endpoint of the same server.
func (p Endpoint) Sibling(w *World, probe *Probe) (string, error) {
	use, err := p.used()
	if err != nil {
		return "", err
	}
	return use.sibling(w, probe)
}

// Token gets a further access token for an endpoint, bound to the key of a
// thumbprint.
func (p Endpoint) Token(w *World, thumbprint string) (string, error) {
	use, err := p.used()
	if err != nil {
		return "", err
	}
	return use.token(w, thumbprint)
}

// Holder returns the client of an endpoint's requests, and the grant that it
// needs for each; empty if it needs none.
func (p Endpoint) Holder(w *World) (client target.RegisteredClient, grant string, err error) {
	use, err := p.used()
	if err != nil {
		return target.RegisteredClient{}, "", err
	}
	return use.holder(w)
}

// Disregarded says how a granted request shows that its proof did not count;
// empty if it counted or nothing can be seen.
func (p Endpoint) Disregarded(w *World, e *wire.Exchange) (string, error) {
	use, err := p.used()
	if err != nil {
		return "", err
	}
	return use.disregarded(w, e), nil
}

// Address returns where the metadata of an authorization server say that an
// endpoint is; empty if they do not name it.
func (p Endpoint) Address(m target.Metadata) (string, error) {
	use, err := p.used()
	if err != nil {
		return "", err
	}
	return use.address(m), nil
}

// Path returns where the embedded authorization server has an endpoint; empty
// for an API, which answers at any path.
func (p Endpoint) Path() (string, error) {
	use, err := p.used()
	if err != nil {
		return "", err
	}
	return use.path(), nil
}
