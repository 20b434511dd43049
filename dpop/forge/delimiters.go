package forge

import (
	"fmt"
	"strings"
)

// encodedDelimiters make an escape of a delimiter, or a delimiter of an escape
// (requirement 4.3-53). The targets that some need are the scenario's to call.
func encodedDelimiters() []Defect {
	undo := func(escape, text string) func(target) string {
		return func(t target) string {
			for _, spelling := range []string{escape, strings.ToLower(escape)} {
				if strings.Contains(t.path, spelling) {
					return t.origin() + strings.Replace(t.path, spelling, text, 1)
				}
			}
			return ""
		}
	}
	slash := func(escape string) func(target) string {
		return func(t target) string {
			return when(len(t.parent()) > 1, t.origin()+strings.TrimSuffix(t.parent(), "/")+escape+t.last())
		}
	}
	return []Defect{
		wrongTarget("with its last slash escaped", "%2F is no delimiter", "with two slashes", slash("%2F")),
		wrongTarget("with its last slash escaped in lower case", "%2f is no delimiter", "with two slashes",
			slash("%2f")),
		wrongTarget("with its last slash escaped twice", "%252F is an escaped percent sign", "with two slashes",
			slash("%252F")),
		wrongTarget("with its last slash a backslash escaped", "%5C is no slash", "with two slashes", slash("%5C")),
		wrongTarget("with its escaped slash undone", "the target holds %2F, htu a slash", "with %2F in its path",
			undo("%2F", "/")),
		wrongTarget("with its escaped question mark undone", "the target holds %3F, htu a query",
			"with %3F in its path", undo("%3F", "?")),
		wrongTarget("cut at its escaped question mark", "the target holds %3F, htu ends there", "with %3F in its path",
			func(t target) string {
				at := strings.Index(strings.ToUpper(t.path), "%3F")
				return when(at > 0, t.origin()+t.path[:max(at, 0)])
			}),
		wrongTarget("with its escaped number sign undone", "the target holds %23, htu a fragment",
			"with %23 in its path", undo("%23", "#")),
		wrongTarget("with its query escaped into the path", "the target has a query, htu %3F", "with a query",
			func(t target) string { return when(t.query != "", t.uri()+"%3F"+t.query) }),
		wrongTarget("with an escaped query", "%3F begins no query", "",
			func(t target) string { return t.uri() + "%3Fx=1" }),
		wrongTarget("with an escaped fragment", "%23 begins no fragment", "",
			func(t target) string { return t.uri() + "%23x" }),
		wrongTarget("with escaped dot segments and slash", "%2e%2e%2f climbs nowhere", "with a path",
			func(t target) string {
				return when(len(t.path) > 1, t.origin()+t.parent()+"x/%2e%2e%2f"+t.last())
			}),
		wrongTarget("with a letter escaped twice", "%25 and two digits are three characters",
			"with a letter in its path",
			func(t target) string {
				return t.edit(letter, func(c byte) string { return fmt.Sprintf("%%25%02X", c) })
			}),
		wrongTarget("with an escaped NUL", "%00 ends nothing", "", func(t target) string { return t.uri() + "%00" }),
		wrongTarget("with an escaped space", "%20 is a character", "",
			func(t target) string { return t.uri() + "%20" }),
		wrongTarget("with its escaped percent sign undone", "the target holds %25, htu a percent sign",
			"with %25 in its path", undo("%25", "%")),
	}
}
