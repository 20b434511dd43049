package mutants

import (
	"cmp"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// entering changes what runs before a request to a resource server is judged, at an
// API and at userinfo: pass says whether it is answered at once, with a status, and
// granted changes the head of an answer that granted something.
type entering func() (pass func(*http.Request) int, granted func(*http.Request, http.Header))

func (entering) endpoints() []string { return withToken }

func (change entering) parts(endpoint string) (target.Parts, error) {
	pass, granted := change()
	watched := func(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
		return &editor{ResponseWriter: w, edit: func(status int, h http.Header) {
			if status/100 == 2 {
				granted(r, h)
			}
		}}
	}
	if endpoint == features.UserinfoEndpoint {
		return around(mockas.PathUserinfo, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			status := pass(r)
			if status == 0 {
				honest(watched(w, r), r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			if status == http.StatusOK {
				w.Write([]byte(`{"sub":"person-1"}`)) // whose it is makes no difference
			}
		}).parts(endpoint)
	}
	return inAPI(func(c *mockrs.Config) {
		honest := c.Policy.Guard
		c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
			switch status := pass(r); status {
			case 0:
				honest(a, watched(w, r), r)
			case http.StatusOK:
				a.Serve(w, r)
			default:
				w.WriteHeader(status)
			}
		}
	}).parts(endpoint)
}

// remembered lets requests in that are like one that was granted, by what the function
// finds in them; first may leave that with a client.
func remembered(trait func(*http.Request) string, first func(http.Header) string) entering {
	return func() (func(*http.Request) int, func(*http.Request, http.Header)) {
		var known sync.Map
		pass := func(r *http.Request) int {
			if _, found := known.Load(trait(r)); found {
				return http.StatusOK
			}
			return 0
		}
		return pass, func(r *http.Request, h http.Header) {
			name := first(h)
			if name == "" {
				name = trait(r)
			}
			known.Store(cmp.Or(name, "nothing"), true)
		}
	}
}

func cookie(r *http.Request) string {
	c, err := r.Cookie("session")
	if err != nil {
		return ""
	}
	return c.Value
}

// conditional answers a request by its conditions alone, and says of the resource
// what they may ask for.
func conditional(holds func(*http.Request) bool) entering {
	return answering(http.StatusNotModified, holds)
}

// answering is conditional with another status.
func answering(status int, holds func(*http.Request) bool) entering {
	return func() (func(*http.Request) int, func(*http.Request, http.Header)) {
		pass := func(r *http.Request) int {
			if holds(r) {
				return status
			}
			return 0
		}
		return pass, func(_ *http.Request, h http.Header) { h.Set("ETag", etag) }
	}
}

const etag = `"v1"`

// misspelled serves a path without a look at credentials where the guard does not
// know it again.
func misspelled(tidy func(path string) string) inAPI {
	return passing(func(r *http.Request) bool { return tidy(r.URL.EscapedPath()) != r.URL.EscapedPath() })
}

// memoryBugs are verdicts on one request that are taken for another.
var memoryBugs = []row{
	{id: "RS-049", variant: "cookie", does: "sets a cookie with a good answer; who brings it needs no proof",
		breaks: ids{"RFC9449-7.1-03", "RFC9449-4-02"}, change: remembered(cookie, func(h http.Header) string {
			id := dpop.NewID()
			h.Add("Set-Cookie", "session="+id+"; HttpOnly")
			return id
		})},
	{id: "RS-049", variant: "connection", does: "judges the first request of a connection alone",
		breaks: ids{"RFC9449-7.1-03"},
		change: remembered(func(r *http.Request) string { return r.RemoteAddr }, func(http.Header) string { return "" })},
	{id: "RS-049", variant: "token", does: "judges the first use of a token alone", breaks: ids{"RFC9449-7.1-03"},
		change: remembered(func(r *http.Request) string {
			_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			return token
		}, func(http.Header) string { return "" })},
	{id: "RS-049", variant: "proof", does: "judges the first use of a proof alone", breaks: ids{"RFC9449-7.1-03"},
		change: remembered(func(r *http.Request) string { return r.Header.Get("DPoP") },
			func(http.Header) string { return "" })},
	{id: "RS-051", variant: "slashes", does: "guards the path as it is written, and tidies slashes and dots up later",
		breaks: ids{"RFC9449-7.1-03"}, change: misspelled(path.Clean)},
	{id: "RS-051", variant: "escapes", does: "guards the path as it is written, and undoes escapes later",
		breaks: ids{"RFC9449-7.1-03"}, change: misspelled(func(p string) string {
			return strings.NewReplacer("%2e", ".", "%72", "r", "%73", "s").Replace(p)
		})},
	{id: "RS-051", variant: "capitals", does: "guards the path as it is written, and routes in any letter case",
		breaks: ids{"RFC9449-7.1-03"}, change: misspelled(strings.ToLower)},
	{id: "RS-051", variant: "parameter", does: "guards the path as it is written, and takes parameters off later",
		breaks: ids{"RFC9449-7.1-03"}, change: misspelled(func(p string) string {
			own, _, _ := strings.Cut(p, ";")
			return own
		})},
	{id: "RS-056", variant: "etag", does: "answers a conditional request before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: conditional(func(r *http.Request) bool { return r.Header.Get("If-None-Match") == etag })},
	{id: "RS-056", variant: "list", does: "answers a condition of several tags before it checks",
		breaks: ids{"RFC9449-7.1-22"}, change: conditional(func(r *http.Request) bool {
			list := r.Header.Get("If-None-Match")
			return strings.Contains(list, ",") && strings.Contains(list, etag)
		})},
	{id: "RS-056", variant: "weak", does: "answers a condition of a weak tag before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: conditional(func(r *http.Request) bool { return r.Header.Get("If-None-Match") == "W/"+etag })},
	{id: "RS-056", variant: "match", does: "answers that a precondition fails before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: answering(http.StatusPreconditionFailed, func(r *http.Request) bool {
			condition := r.Header.Get("If-Match")
			return condition != "" && condition != "*" && condition != etag
		})},
	{id: "RS-056", variant: "since", does: "answers that the resource was changed before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: answering(http.StatusPreconditionFailed, func(r *http.Request) bool {
			return r.Header.Get("If-Unmodified-Since") != ""
		})},
	{id: "RS-056", variant: "range", does: "answers how long the resource is before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: answering(http.StatusRequestedRangeNotSatisfiable, func(r *http.Request) bool {
			return strings.HasPrefix(r.Header.Get("Range"), "bytes=9")
		})},
	{id: "RS-056", variant: "any-tag", does: "answers whether there is a resource before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: conditional(func(r *http.Request) bool { return r.Header.Get("If-None-Match") == "*" })},
	{id: "RS-056", variant: "date", does: "answers whether the resource is newer before it checks",
		breaks: ids{"RFC9449-7.1-22"},
		change: conditional(func(r *http.Request) bool { return r.Header.Get("If-Modified-Since") != "" })},
	{id: "RS-056", variant: "cache", does: "answers out of a cache before it checks", breaks: ids{"RFC9449-7.1-22"},
		change: entering(func() (func(*http.Request) int, func(*http.Request, http.Header)) {
			pass := func(r *http.Request) int {
				if r.Header.Get("Range") != "" || strings.Contains(r.Header.Get("Cache-Control"), "only-if-cached") {
					return http.StatusOK
				}
				return 0
			}
			return pass, func(*http.Request, http.Header) {}
		})},
}
