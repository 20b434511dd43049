package world

import (
	"fmt"

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
	// Of names it among the operations of a run: two of one method and path may differ in
	// their bodies, and in what was done before them. Empty where the rest tells them apart.
	Of string
	target.Operation
}

// place tells the operation from every other: what is seen at one says nothing of another.
func (o *Operation) place() string {
	if o.Of != "" {
		return o.Of
	}
	return fmt.Sprintf("%s %s %s %+v %s", o.API, o.Method, o.Path, o.Fields, o.Body)
}
