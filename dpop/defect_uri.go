package dpop

import "strings"

// uriDefects are about htu (RFC 9449 §4.3, check 9; RFC 3986 §6.2).
func uriDefects() []Defect {
	return append(memberDefects("htu"), otherTargets()...)
}

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

// respelled sets htu to what the function makes of the target; an empty text
// means that this target does not lend itself to it.
func respelled(reason string, spell func(target) string) func(*Forgery) error {
	return func(f *Forgery) error {
		htu := spell(f.target())
		if htu == "" || htu == withoutQuery(f.URI) {
			return lacking("it needs a target URI " + reason)
		}
		f.Draft.Claims.Set("htu", htu)
		return nil
	}
}

// otherTargets name another resource.
func otherTargets() []Defect {
	return []Defect{
		bad("htu", "of another host", "the proof was made for another server", respelled("", func(t target) string {
			return t.scheme + "://other.example" + t.path
		}), "htu"),
		bad("htu", "of another path", "the proof was made for another resource", respelled("", func(t target) string {
			return t.origin() + "/another/path"
		}), "htu"),
	}
}
