package world

import (
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// OriginOf returns the scheme and the authority of a URL. It is asked several
// times a request, of URLs that have been parsed before.
func OriginOf(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.ToLower(scheme) + "://" + rest[strings.LastIndexByte(rest, '@')+1:]
}

func IsJSON(fields wire.Fields) bool {
	kind, _ := fields.One("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "application/json" || strings.HasSuffix(kind, "+json")
}
