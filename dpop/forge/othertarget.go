package forge

import (
	"fmt"
	"strings"
)

// otherHosts differ in scheme, host or port (requirements 4.3-46 to 48).
func otherHosts() []Defect {
	schemes := map[string]string{"http": "https", "https": "http"}
	defaults := map[string]string{"http": ":80", "https": ":443"}
	return []Defect{
		wrongTarget("of another host", "the proof was made for another server", "",
			func(t target) string { return t.scheme + "://other.example" + t.path }),
		wrongTarget("of a subdomain", "one more label before the host", "with a host name", func(t target) string {
			return when(t.authority[0] != '[', t.scheme+"://sub."+t.authority+t.path)
		}),
		wrongTarget("of the host with a suffix", "the host is only the beginning of another one", "with a host name",
			func(t target) string {
				host, port := t.port()
				return when(host[0] != '[', t.scheme+"://"+host+".evil.example"+port+t.path)
			}),
		wrongTarget("of the host with a prefix", "the host is only the end of another one", "with a host name",
			func(t target) string {
				return when(t.authority[0] != '[', t.scheme+"://evil"+t.authority+t.path)
			}),
		wrongTarget("the target as path of another origin", "the target stands behind the origin of another server", "",
			func(t target) string { return t.scheme + "://evil.example/" + t.authority + t.path }),
		wrongTarget("the whole target as path of another origin",
			"the target stands behind the origin of another server, with its scheme", "",
			func(t target) string { return t.scheme + "://evil.example/" + t.uri() }),
		wrongTarget("the target as userinfo of another host", "the host before an at sign is none", "",
			func(t target) string { return t.scheme + "://" + t.authority + "@evil.example" + t.path }),
		wrongTarget("with userinfo", "userinfo is no part of a target URI (RFC 9110 §4.2.4)", "",
			func(t target) string { return t.scheme + "://user:password@" + t.authority + t.path }),
		wrongTarget("with empty userinfo", "an at sign before the host", "",
			func(t target) string { return t.scheme + "://@" + t.authority + t.path }),
		wrongTarget("of the other scheme", "http for https, or the reverse", "", func(t target) string {
			return schemes[t.scheme] + "://" + t.authority + t.path
		}),
		wrongTarget("of the other scheme and its default port",
			"http with :80 for https, or https with :443 for http", "",
			func(t target) string {
				host, _ := t.port()
				return schemes[t.scheme] + "://" + host + defaults[schemes[t.scheme]] + t.path
			}),
		wrongTarget("of another port", "the proof was made for another server on this host", "", func(t target) string {
			host, port := t.port()
			return t.scheme + "://" + host + notTheEndOf(port, ":8443", ":8444") + t.path
		}),
		wrongTarget("without its port", "a port that is not the scheme's own counts",
			"with a port that is not its scheme's own",
			func(t target) string {
				host, port := t.port()
				return when(port != "" && port != ":" && port != defaults[t.scheme], t.scheme+"://"+host+t.path)
			}),
		wrongTarget("with the default port of the other scheme", ":80 on https, or :443 on http", "",
			func(t target) string {
				host, _ := t.port()
				return t.scheme + "://" + host + defaults[schemes[t.scheme]] + t.path
			}),
		wrongTarget("with the port of another notation", "a port is decimal", "", func(t target) string {
			host, _ := t.port()
			return t.scheme + "://" + host + ":0x1bb" + t.path
		}),
		moot("htu", "of the host with a trailing dot", "the absolute form of a domain name is another text of it",
			respelled("with a host name", func(t target) string {
				host, port := t.port()
				return when(host[0] != '[' && letter(host[len(host)-1]), t.scheme+"://"+host+"."+port+t.path)
			}), "htu"),
		moot("htu", "with its IPv6 address spelled out", "another text of the same address",
			respelled("with an IPv6 address that is abbreviated", spelledOut), "htu"),
	}
}

// spelledOut writes the double colon of an IPv6 address as zeros.
func spelledOut(t target) string {
	host, port := t.port()
	before, after, found := strings.Cut(strings.Trim(host, "[]"), "::")
	if host[0] != '[' || !found {
		return ""
	}
	count := func(part string) int { return len(strings.FieldsFunc(part, func(r rune) bool { return r == ':' })) }
	zeros := strings.Repeat("0:", 8-count(before)-count(after))
	if before != "" {
		before += ":"
	}
	if after == "" {
		zeros = strings.TrimSuffix(zeros, ":")
	}
	return fmt.Sprintf("%s://[%s%s%s]%s%s", t.scheme, before, zeros, after, port, t.path)
}

// notTheEndOf returns the first of two endings that the text does not have.
func notTheEndOf(text, first, second string) string {
	if strings.HasSuffix(text, first) {
		return second
	}
	return first
}

// otherPaths differ in the path (requirements 4.3-45, 49, 50, 60).
func otherPaths() []Defect {
	return []Defect{
		wrongTarget("of another path", "the proof was made for another resource", "",
			func(t target) string { return t.origin() + "/another/path" }),
		wrongTarget("of the parent", "the target lies below", "below another one", func(t target) string {
			return when(len(t.parent()) > 1, t.origin()+strings.TrimSuffix(t.parent(), "/"))
		}),
		wrongTarget("the origin alone", "every resource begins with it", "with a path",
			func(t target) string { return when(len(t.path) > 1, t.origin()) }),
		wrongTarget("the origin and a slash", "every resource begins with it", "with a path",
			func(t target) string { return when(len(t.path) > 1, t.origin()+"/") }),
		wrongTarget("of a child", "it lies below the target", "", func(t target) string { return t.uri() + "/child" }),
		wrongTarget("with a suffix", "the target's path is only its beginning", "",
			func(t target) string { return t.uri() + "x" }),
		wrongTarget("of a sibling with a common prefix", "the last segment differs in its last character",
			"with a last segment",
			func(t target) string {
				return when(t.last() != "", t.origin()+t.path[:len(t.path)-1]+notTheEndOf(t.path, "y", "z"))
			}),
		wrongTarget("of a longer path that ends with the target's", "a path is no suffix of another", "with a path",
			func(t target) string { return when(len(t.path) > 1, t.origin()+"/elsewhere"+t.path) }),
		wrongTarget("cut short", "it is only the beginning of the target", "with a last segment",
			func(t target) string {
				return when(len(t.last()) > 1 && !strings.Contains(t.last(), "%"), t.origin()+t.path[:len(t.path)-1])
			}),
		wrongTarget("with a path in other letter case", "paths are case-sensitive", "with a letter in its path",
			func(t target) string { return t.edit(letter, func(c byte) string { return string(c ^ 0x20) }) }),
		wrongTarget("with a trailing slash", "RFC 3986 gives no licence to drop it", "without a slash at its end",
			func(t target) string { return when(t.last() != "", t.uri()+"/") }),
		wrongTarget("without its trailing slash", "RFC 3986 gives no licence to add it",
			"with a slash at the end of its path",
			func(t target) string {
				return when(len(t.path) > 1 && t.last() == "", t.origin()+strings.TrimSuffix(t.path, "/"))
			}),
		wrongTarget("with a doubled slash", "an empty segment is a segment", "with a path", func(t target) string {
			return when(len(t.path) > 1, t.origin()+"/"+t.path)
		}),
		wrongTarget("with a path parameter", "a semicolon is a character of the path", "",
			func(t target) string { return t.uri() + ";v=1" }),
		wrongTarget("with dot segments that lead elsewhere", "they resolve to the parent", "with a path",
			func(t target) string {
				return when(len(t.path) > 1, t.origin()+strings.TrimSuffix(t.path, "/")+"/..")
			}),
		wrongTarget("of another path that dot segments only seem to lead back",
			"they resolve to another resource that holds the target as text", "with a path",
			func(t target) string { return when(len(t.path) > 1, t.uri()+"/../elsewhere") }),
	}
}
