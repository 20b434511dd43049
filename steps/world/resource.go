package world

import (
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// Resource is where an API is called and what its tokens need.
type Resource struct {
	Name, Origin, Method, URL, Audience, Scope string

	Issuance *target.Issuance // each request asks for a credential; nil: it does not

	Fields wire.Fields // beside token and proof
	Body   []byte
}

// Operation is one request of an API that probes are run at in place of that
// which its configuration names.
type Operation struct {
	API string // empty: the first
	target.Operation
}
