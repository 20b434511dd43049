package forge

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// sameTarget is a row whose htu names the request's target in other words.
func sameTarget(value, says, reason string, spell func(target) string) Defect {
	return fine("htu", value, says, respelled(reason, spell))
}

// sameTargets are the legal spellings of the target (RFC 9449 §4.3; RFC 3986
// §6.2.2 and §6.2.3; requirements 4.3-52 and 4.3-54 to 60).
func sameTargets() []Defect {
	defaults := map[string]string{"http": ":80", "https": ":443"}
	escape := func(format string) func(byte) string {
		return func(c byte) string { return fmt.Sprintf(format, c) }
	}
	bare := "without port"
	rows := []Defect{
		sameTarget("with a query", "query and fragment of htu do not count (RFC 9449 §4.3)", "",
			func(t target) string { return t.uri() + "?x=1" }),
		sameTarget("with an empty query", "query and fragment of htu do not count (RFC 9449 §4.3)", "",
			func(t target) string { return t.uri() + "?" }),
		sameTarget("with a fragment", "query and fragment of htu do not count (RFC 9449 §4.3)", "",
			func(t target) string { return t.uri() + "#f" }),
		sameTarget("with query and fragment", "query and fragment of htu do not count (RFC 9449 §4.3)", "",
			func(t target) string { return t.uri() + "?x=1#f" }),
		sameTarget("with a query that differs from the request's",
			"query and fragment of htu do not count (RFC 9449 §4.3)", "with a query",
			func(t target) string { return when(t.query != "", t.uri()+"?"+t.query+"&other=1") }),
		sameTarget("with its scheme in upper case", "schemes have no letter case", "", func(t target) string {
			return strings.ToUpper(t.scheme) + "://" + t.authority + t.path
		}),
		sameTarget("with its host in upper case", "hosts have no letter case", "with a letter in its host",
			func(t target) string { return t.scheme + "://" + strings.ToUpper(t.authority) + t.path }),
		sameTarget("with scheme and host in upper case", "schemes and hosts have no letter case",
			"with a letter in its host",
			func(t target) string {
				return when(strings.ToUpper(t.authority) != t.authority, strings.ToUpper(t.origin())+t.path)
			}),
		sameTarget("with its default port", "the scheme's own port equals none", bare, func(t target) string {
			host, port := t.port()
			return when(port == "", t.scheme+"://"+host+defaults[t.scheme]+t.path)
		}),
		sameTarget("with an empty port", "an empty port equals none", bare, func(t target) string {
			host, port := t.port()
			return when(port == "", t.scheme+"://"+host+":"+t.path)
		}),
		sameTarget("without its default port", "the scheme's own port equals none", "with its default port",
			func(t target) string {
				host, port := t.port()
				return when(port == defaults[t.scheme], t.scheme+"://"+host+t.path)
			}),
		sameTarget("without its empty path", "an empty path equals a slash", "whose path is a slash alone",
			func(t target) string { return when(t.path == "/", t.origin()) }),
		sameTarget("with an escaped letter", "an escaped unreserved character equals its literal",
			"with a letter in its path",
			func(t target) string { return t.edit(letter, escape("%%%02X")) }),
		sameTarget("with an escaped letter in lower-case digits",
			"an escaped unreserved character equals its literal", "with a letter whose escape has a letter",
			func(t target) string {
				return t.edit(func(c byte) bool { return letter(c) && c&15 > 9 }, escape("%%%02x"))
			}),
		sameTarget("with an escaped tilde", "%7E equals ~", "with a tilde in its path", func(t target) string {
			return t.edit(func(c byte) bool { return c == '~' }, escape("%%%02X"))
		}),
		sameTarget("with an escaped hyphen", "%2D equals -", "with a hyphen in its path", func(t target) string {
			return t.edit(func(c byte) bool { return c == '-' }, escape("%%%02X"))
		}),
		sameTarget("with its escaped unreserved characters undone",
			"the target holds such escapes, htu their literals", "with an escape of an unreserved character",
			func(t target) string {
				path, err := dpop.NormalizePath(t.path)
				return when(err == nil && len(path) < len(t.path), t.origin()+path)
			}),
		sameTarget("with its escapes in lower case", "the hex digits of escapes have no letter case",
			"with an escape that has a letter",
			func(t target) string { return t.origin() + escapeDigits(t.path, strings.ToLower) }),
		sameTarget("with its escapes in upper case", "the hex digits of escapes have no letter case",
			"with an escape in lower case",
			func(t target) string { return t.origin() + escapeDigits(t.path, strings.ToUpper) }),
		sameTarget("with a single dot segment", "it resolves to the target", "with a path", func(t target) string {
			return when(t.path != "", t.origin()+t.parent()+"./"+t.last())
		}),
		sameTarget("with a leading dot segment", "it resolves to the target", "with a path",
			func(t target) string { return when(t.path != "", t.origin()+"/."+t.path) }),
		sameTarget("with a double dot segment", "it resolves to the target", "with a path", func(t target) string {
			return when(t.path != "", t.origin()+t.parent()+"x/../"+t.last())
		}),
		sameTarget("with dot segments above the root", "they resolve to the target", "with a path",
			func(t target) string { return when(t.path != "", t.origin()+"/../.."+t.path) }),
		sameTarget("with escaped dot segments", "%2e is a dot, and then a dot segment", "with a path",
			func(t target) string { return when(t.path != "", t.origin()+t.parent()+"x/%2e%2E/"+t.last()) }),
	}
	return rows
}

// escapeDigits changes the letter case of the escapes in a path.
func escapeDigits(path string, change func(string) string) string {
	for i := 0; i+2 < len(path); i++ {
		if path[i] == '%' {
			path = path[:i] + change(path[i:i+3]) + path[i+3:]
		}
	}
	return path
}
