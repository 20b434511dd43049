package mutants

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

var errTarget = errors.New("htu is another URI")

// matching compares htu with the target in another way.
func matching(same func(htu, target string) bool) inVerifier {
	return replacing("htu", dpop.URI(func(htu, target string) error {
		if same(htu, target) {
			return nil
		}
		return errTarget
	}))
}

// tolerating takes one more URI for the target.
func tolerating(also func(htu, target string) bool) inVerifier {
	return matching(func(htu, target string) bool { return dpop.SameURI(htu, target) == nil || also(htu, target) })
}

// respelling compares after both URIs were written in another way.
func respelling(spell func(string) string) inVerifier {
	return matching(func(htu, target string) bool { return dpop.SameURI(spell(htu), spell(target)) == nil })
}

// portless writes a URI without the ports that strip takes off.
func portless(strip func(scheme, port string) bool) func(string) string {
	return func(text string) string {
		u, err := url.Parse(text)
		if err != nil || u.Port() == "" || !strip(u.Scheme, u.Port()) {
			return text
		}
		return strings.Replace(text, "//"+u.Host, "//"+strings.TrimSuffix(u.Host, ":"+u.Port()), 1)
	}
}

// unescaped undoes every escape, as a parsed path does.
func unescaped(text string) string {
	plain, err := url.PathUnescape(text)
	if err != nil {
		return text
	}
	return plain
}

// sameOrigin parses two URIs and reports whether they are of one server.
func sameOrigin(htu, target string) (claimed, actual *url.URL, same bool) {
	claimed, err := url.Parse(htu)
	if err != nil {
		return nil, nil, false
	}
	actual, err = url.Parse(target)
	return claimed, actual, err == nil && claimed.Scheme == actual.Scheme && claimed.Host == actual.Host
}

// siblings takes a URI of the same server for the target.
func siblings(htu, target string) bool {
	claimed, _, same := sameOrigin(htu, target)
	return same && len(claimed.Path) > len("/")
}

// relative completes a relative reference by the target.
func relative(htu, target string) bool {
	base, err := url.Parse(target)
	if err != nil {
		return false
	}
	resolved, err := base.Parse(htu)
	return err == nil && dpop.SameURI(resolved.String(), target) == nil
}

// slashless drops one slash at the end of the path.
func slashless(text string) string {
	path, _, _ := strings.Cut(text, "?")
	return strings.TrimSuffix(path, "/")
}

// undotted compares paths with their dot segments as they are.
func undotted(htu, target string) bool {
	return dpop.SameURI(htu, target) == nil &&
		!strings.Contains(htu, "/.") && !strings.Contains(strings.ToLower(htu), "/%2e")
}

// forwarded builds the URI from what the sender claims.
func forwarded(origin string, r *http.Request) string {
	scheme, host, _ := strings.Cut(origin, "://")
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		scheme = proto
	}
	if name := r.Header.Get("X-Forwarded-Host"); name != "" {
		host = name
	}
	return dpop.TargetURI(scheme+"://"+host, r.RequestURI)
}

// told changes the URI by what a field of the sender says.
func told(field string, believe func(u *url.URL, said string)) gate {
	return gate{target: func(origin string, r *http.Request) string {
		honest := dpop.TargetURI(origin, r.RequestURI)
		said := r.Header.Get(field)
		u, err := url.Parse(honest)
		if said == "" || err != nil {
			return honest
		}
		believe(u, said)
		return u.String()
	}}
}

// absolute takes the URI of the request line where it is a whole one (RFC 9112
// §3.2.2).
func absolute(origin string, r *http.Request) string {
	if target, _, _ := strings.Cut(r.RequestURI, "?"); strings.HasPrefix(target, "http") {
		return target
	}
	return dpop.TargetURI(origin, r.RequestURI)
}

// endsAlike takes a URI of the same server whose path ends with the target's, as
// a server does that knows nothing of the prefix in front of it.
func endsAlike(htu, target string) bool {
	claimed, actual, same := sameOrigin(htu, target)
	return same && len(actual.Path) > len("/") && strings.HasSuffix(claimed.EscapedPath(), actual.EscapedPath()) &&
		!strings.Contains(htu, "%") && !strings.Contains(claimed.Path, "//")
}

// literal compares byte for byte, but for query and fragment of htu.
func literal(htu, target string) bool {
	htu, _, _ = strings.Cut(htu, "#")
	htu, _, _ = strings.Cut(htu, "?")
	return htu == target
}

// targetBugs are bugs in comparing htu with the target.
var targetBugs = []row{
	{id: "PV-022", does: "does not check htu", breaks: ids{"RFC9449-4.3-14", "RFC9449-4.3-46"},
		change: removing("htu")},
	{id: "PV-025", variant: "prefix", does: "takes an htu that the target begins with", breaks: ids{"RFC9449-4.3-45"},
		change: tolerating(func(htu, target string) bool {
			return strings.HasPrefix(target, htu) && strings.Contains(htu, "://") && len(htu) > len("http://")
		})},
	{id: "PV-025", variant: "suffix", does: "takes an htu that ends with the path of the target",
		breaks: ids{"RFC9449-4.3-45"}, change: tolerating(endsAlike)},
	{id: "PV-027", does: "takes the URI of any endpoint that it has", breaks: ids{"RFC9449-4.3-45", "RFC9449-4.3-66"},
		change: matching(siblings)},
	{id: "PV-028", does: "compares the whole URI in lower case", breaks: ids{"RFC9449-4.3-49"},
		change: respelling(strings.ToLower)},
	{id: "PV-029", does: "compares byte for byte",
		breaks: ids{"RFC9449-4.3-54", "RFC9449-4.3-55", "RFC9449-4.3-57", "RFC9449-4.3-58"}, change: matching(literal)},
	{id: "PV-030", variant: "both-unescaped", does: "undoes every escape before it compares",
		breaks: ids{"RFC9449-4.3-53"},
		change: tolerating(func(htu, target string) bool { return unescaped(htu) == unescaped(target) })},
	{id: "PV-030", variant: "target-unescaped", does: "builds its URI from a path without escapes",
		breaks: ids{"RFC9449-4.3-53"},
		change: gate{target: func(origin string, r *http.Request) string { return origin + r.URL.Path }}},
	{id: "PV-031", does: "ignores ports", breaks: ids{"RFC9449-4.3-48"},
		change: respelling(portless(func(string, string) bool { return true }))},
	{id: "PV-032", does: "takes the default port of either scheme for none", breaks: ids{"RFC9449-4.3-48"},
		change: respelling(portless(func(_, port string) bool { return port == "80" || port == "443" }))},
	{id: "PV-033", does: "drops a trailing slash", breaks: ids{"RFC9449-4.3-50"},
		change: tolerating(func(htu, target string) bool {
			return dpop.SameURI(slashless(htu), slashless(target)) == nil
		})},
	{id: "PV-034", does: "leaves dot segments in htu as they are", breaks: ids{"RFC9449-4.3-60"},
		change: matching(undotted)},
	{id: "PV-035", does: "compares with the query of the request", breaks: ids{"RFC9449-4.3-51"}, at: withToken,
		change: gate{target: withQuery, verifier: matching(func(htu, target string) bool { return htu == target })}},
	{id: "PV-036", does: "refuses an htu with a query", breaks: ids{"RFC9449-4.3-52"},
		change: matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil && !strings.ContainsAny(htu, "?#")
		})},
	{id: "PV-037", does: "completes a relative htu by its own origin", breaks: ids{"RFC9449-4.3-61"},
		change: matching(relative)},
	{id: "PV-039", variant: "x-forwarded-proto-and-host", does: "believes the forwarding fields of the sender",
		breaks: ids{"RFC9449-4.3-64"}, change: gate{target: forwarded}},
	{id: "PV-039", variant: "x-forwarded-ssl", does: "believes X-Forwarded-Ssl about the scheme",
		breaks: ids{"RFC9449-4.3-64"}, change: told("X-Forwarded-Ssl", func(u *url.URL, said string) {
			u.Scheme = "http"
			if said == "on" {
				u.Scheme = "https"
			}
		})},
	{id: "PV-039", variant: "forwarded", does: "believes the proto of Forwarded", breaks: ids{"RFC9449-4.3-64"},
		change: told("Forwarded", func(u *url.URL, said string) {
			if proto, found := strings.CutPrefix(said, "proto="); found {
				u.Scheme = proto
			}
		})},
	{id: "PV-039", variant: "x-forwarded-server", does: "believes X-Forwarded-Server about the host",
		breaks: ids{"RFC9449-4.3-64"},
		change: told("X-Forwarded-Server", func(u *url.URL, said string) { u.Host = said })},
	{id: "PV-039", variant: "x-forwarded-uri", does: "believes X-Forwarded-Uri about the path",
		breaks: ids{"RFC9449-4.3-64"},
		change: told("X-Forwarded-Uri", func(u *url.URL, said string) { u.Path, u.RawPath = said, "" })},
	{id: "PV-041", variant: "absolute-form", does: "believes an absolute request target about its own origin",
		breaks: ids{"RFC9449-4.3-65"}, change: gate{target: absolute}},
	{id: "PV-041", variant: "host-field", does: "believes the Host field about its own origin",
		breaks: ids{"RFC9449-4.3-65"}, change: gate{target: func(origin string, r *http.Request) string {
			scheme, _, _ := strings.Cut(origin, "://")
			return dpop.TargetURI(scheme+"://"+r.Host, r.RequestURI)
		}}},
}
