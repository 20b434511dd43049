package target

import (
	"github.com/dpopspec/dpopspec/internal/wire"
)

// originOf returns the origin of a URL; what is none stays as it is.
func originOf(address string) string {
	to, err := wire.ParseAddress(address)
	if err != nil {
		return address
	}
	return to.Origin()
}
