package world

import (
	"github.com/dpopspec/dpopspec/internal/wire"
)

// unmet is the fact that an answer of a real API has a status of success and lacks
// what the configuration says of one.
const unmet = "no-success"

// falselySucceeds reports whether an answer only looks like a success.
func falselySucceeds(e *wire.Exchange) bool {
	_, found := e.Fact(unmet)
	return found
}
