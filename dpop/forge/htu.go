package forge

import (
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// htuDefects are about htu as a member; what is wrong with the URI that it holds
// (RFC 9449 §4.3, check 9; RFC 3986 §6.2) stands in tables of its own.
func htuDefects() []Defect { return memberDefects("htu") }

// target is the target URI of the request, taken apart as it is spelled.
type target struct{ scheme, authority, path, query string }

func (f *Forgery) target() target {
	scheme, rest, _ := strings.Cut(f.URI, "://")
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, slash := strings.Cut(rest, "/")
	if slash {
		path = "/" + path
	}
	return target{scheme, authority, path, query}
}

func (t target) origin() string { return t.scheme + "://" + t.authority }

// uri is the target without its query, as an honest htu spells it.
func (t target) uri() string { return t.origin() + t.path }

// respelled sets htu to what the function makes of the target; an empty text
// means that this target does not lend itself to it.
func respelled(reason string, spell func(target) string) func(*Forgery) error {
	return func(f *Forgery) error {
		path, err := dpop.NormalizeEscapes(f.target().path)
		if normal, _ := dpop.NormalizePath(path); err != nil || normal != path {
			return lacking("it needs a target URI without dot segments and broken escapes")
		}
		htu := spell(f.target())
		if htu == "" || htu == f.target().uri() {
			return lacking("it needs a target URI " + reason)
		}
		f.Draft.Claims.Set("htu", htu)
		return nil
	}
}

// port splits the port off the authority, with its colon.
func (t target) port() (host, port string) {
	if colon := strings.LastIndexByte(t.authority, ':'); colon > strings.LastIndexByte(t.authority, ']') {
		return t.authority[:colon], t.authority[colon:]
	}
	return t.authority, ""
}

// parent is the path up to its last segment, with the slash.
func (t target) parent() string { return t.path[:strings.LastIndexByte(t.path, '/')+1] }

// last is the last segment of the path.
func (t target) last() string { return t.path[len(t.parent()):] }

// edit changes the first character of the path that the predicate takes;
// without one, the text is empty.
func (t target) edit(takes func(c byte) bool, spell func(c byte) string) string {
	for i := 1; i < len(t.path); i++ {
		if t.path[i] == '%' {
			i += 2 // an escape is no place for letters
			continue
		}
		if takes(t.path[i]) {
			return t.origin() + t.path[:i] + spell(t.path[i]) + t.path[i+1:]
		}
	}
	return ""
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// when returns the text if the condition holds.
func when(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

// wrongTarget is a row whose htu names something else than the request's
// target.
func wrongTarget(value, says, reason string, spell func(target) string) Defect {
	return bad("htu", value, says, respelled(reason, spell), "htu")
}
