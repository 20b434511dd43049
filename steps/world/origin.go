package world

import (
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// OriginOf returns the scheme and the authority of a URL, a port of the scheme left
// where it stands; what no request can be sent to stays as it is.
func OriginOf(address string) string {
	to, err := wire.ParseAddress(address)
	if err != nil {
		return address
	}
	return to.Scheme + "://" + to.Authority
}

// IsJSON reports whether fields say that a body is JSON (RFC 8259 §11, RFC 6839
// §3.1).
func IsJSON(fields wire.Fields) bool {
	kind, _ := fields.One("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}
