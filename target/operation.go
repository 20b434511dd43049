package target

import (
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Operation is one request that an API offers, complete but for its access
// token and proof.
type Operation struct {
	Method string
	Path   string // with query; below the URL of the API
	Fields wire.Fields
	Body   []byte // nil where it needs none
}

// Title names the operation: GET /orders.
func (o Operation) Title() string {
	path, _, _ := strings.Cut(o.Path, "?")
	return o.Method + " " + path
}
