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
func matching(same func(htu, target string) bool) gate {
	return replacing("htu", dpop.URI(func(htu, target string) error {
		if same(htu, target) {
			return nil
		}
		return errTarget
	}))
}

// respelling compares after both URIs were written in another way.
func respelling(spell func(string) string) gate {
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

// siblings takes a URI of the same server for the target.
func siblings(htu, target string) bool {
	claimed, err := url.Parse(htu)
	if err != nil {
		return false
	}
	actual, err := url.Parse(target)
	return err == nil && claimed.Scheme == actual.Scheme && claimed.Host == actual.Host && claimed.Path != "" && claimed.Path != "/"
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
	return dpop.SameURI(htu, target) == nil && !strings.Contains(htu, "/.") && !strings.Contains(strings.ToLower(htu), "/%2e")
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

// hosted builds the URI from the Host field.
func hosted(origin string, r *http.Request) string {
	scheme, _, _ := strings.Cut(origin, "://")
	return dpop.TargetURI(scheme+"://"+r.Host, r.RequestURI)
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
	claimed, err := url.Parse(htu)
	if err != nil {
		return false
	}
	actual, err := url.Parse(target)
	return err == nil && claimed.Host == actual.Host && claimed.Scheme == actual.Scheme && len(actual.EscapedPath()) > 1 &&
		!strings.Contains(htu, "%") && !strings.Contains(claimed.Path, "//") && strings.HasSuffix(claimed.EscapedPath(), actual.EscapedPath())
}

// withQuery keeps the query of the request in the URI.
func withQuery(origin string, r *http.Request) string { return origin + r.RequestURI }

// literal compares byte for byte, but for query and fragment of htu.
func literal(htu, target string) bool {
	htu, _, _ = strings.Cut(htu, "#")
	htu, _, _ = strings.Cut(htu, "?")
	return htu == target
}

// targetBugs are bugs in comparing htu with the target.
var targetBugs = []bug{
	{"PV-022", "does not check htu", []string{"RFC9449-4.3-14", "RFC9449-4.3-46"}, nil, removing("htu")},
	{"PV-025", "takes an htu that the target begins with", []string{"RFC9449-4.3-45"}, nil,
		matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil || strings.HasPrefix(target, htu) && strings.Contains(htu, "://") && len(htu) > len("http://")
		})},
	{"PV-025", "takes an htu that ends with the path of the target", []string{"RFC9449-4.3-45"}, nil,
		matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil || endsAlike(htu, target)
		})},
	{"PV-027", "takes the URI of any endpoint that it has", []string{"RFC9449-4.3-45", "RFC9449-4.3-66"}, nil, matching(siblings)},
	{"PV-028", "compares the whole URI in lower case", []string{"RFC9449-4.3-49"}, nil, respelling(strings.ToLower)},
	{"PV-029", "compares byte for byte", []string{"RFC9449-4.3-54", "RFC9449-4.3-55", "RFC9449-4.3-57", "RFC9449-4.3-58"}, nil, matching(literal)},
	{"PV-030", "undoes every escape before it compares", []string{"RFC9449-4.3-53"}, nil,
		matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil || unescaped(htu) == unescaped(target)
		})},
	{"PV-030", "builds its URI from a path without escapes", []string{"RFC9449-4.3-53"}, nil,
		gate{target: func(origin string, r *http.Request) string { return origin + r.URL.Path }}},
	{"PV-031", "ignores ports", []string{"RFC9449-4.3-48"}, nil,
		respelling(portless(func(string, string) bool { return true }))},
	{"PV-032", "takes the default port of either scheme for none", []string{"RFC9449-4.3-48"}, nil,
		respelling(portless(func(_, port string) bool { return port == "80" || port == "443" }))},
	{"PV-033", "drops a trailing slash", []string{"RFC9449-4.3-50"}, nil,
		matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil || dpop.SameURI(slashless(htu), slashless(target)) == nil
		})},
	{"PV-034", "leaves dot segments in htu as they are", []string{"RFC9449-4.3-60"}, nil, matching(undotted)},
	{"PV-035", "compares with the query of the request", []string{"RFC9449-4.3-51"}, withToken,
		gate{target: withQuery, verifier: func(v *dpop.Verifier) {
			matching(func(htu, target string) bool { return htu == target }).verifier(v)
		}}},
	{"PV-036", "refuses an htu with a query", []string{"RFC9449-4.3-52"}, nil,
		matching(func(htu, target string) bool {
			return dpop.SameURI(htu, target) == nil && !strings.ContainsAny(htu, "?#")
		})},
	{"PV-037", "completes a relative htu by its own origin", []string{"RFC9449-4.3-61"}, nil, matching(relative)},
	{"PV-039", "believes the forwarding fields of the sender", []string{"RFC9449-4.3-64"}, nil, gate{target: forwarded}},
	{"PV-039", "believes X-Forwarded-Ssl about the scheme", []string{"RFC9449-4.3-64"}, nil,
		told("X-Forwarded-Ssl", func(u *url.URL, said string) { u.Scheme = map[bool]string{true: "https", false: "http"}[said == "on"] })},
	{"PV-039", "believes the proto of Forwarded", []string{"RFC9449-4.3-64"}, nil,
		told("Forwarded", func(u *url.URL, said string) {
			if proto, found := strings.CutPrefix(said, "proto="); found {
				u.Scheme = proto
			}
		})},
	{"PV-039", "believes X-Forwarded-Server about the host", []string{"RFC9449-4.3-64"}, nil,
		told("X-Forwarded-Server", func(u *url.URL, said string) { u.Host = said })},
	{"PV-039", "believes X-Forwarded-Uri about the path", []string{"RFC9449-4.3-64"}, nil,
		told("X-Forwarded-Uri", func(u *url.URL, said string) { u.Path, u.RawPath = said, "" })},
	{"PV-041", "believes an absolute request target about its own origin", []string{"RFC9449-4.3-65"}, nil, gate{target: absolute}},
	{"PV-041", "believes the Host field about its own origin", []string{"RFC9449-4.3-65"}, nil, gate{target: hosted}},
}
