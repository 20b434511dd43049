package mutants

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// reflecting writes a text of the request into a field of the answer as it stands,
// so that what follows a line break there is a field line of its own.
type reflecting func(*http.Request) string

func (reflecting) endpoints() []string { return everywhere }

func (text reflecting) parts(endpoint string) (target.Parts, error) {
	handle := func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		text.reflect(w.Header(), r)
		honest(w, r)
	}
	switch endpoint {
	case features.TokenEndpoint:
		return around(mockas.PathToken, handle).parts(endpoint)
	case features.PAREndpoint:
		return around(mockas.PathPAR, handle).parts(endpoint)
	case features.UserinfoEndpoint:
		return around(mockas.PathUserinfo, handle).parts(endpoint)
	case features.API:
		return inAPI(func(c *mockrs.Config) {
			honest := c.Policy.Guard
			c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
				text.reflect(w.Header(), r)
				honest(a, w, r)
			}
		}).parts(endpoint)
	}
	return target.Parts{}, oneOf(endpoint, everywhere)
}

// reflect adds the field lines that a naive server would write.
func (text reflecting) reflect(h http.Header, r *http.Request) {
	lines := strings.Split(text(r), "\r\n")
	for _, line := range lines[1:] {
		if name, value, found := strings.Cut(line, ": "); found {
			h.Add(name, value)
		}
	}
}

// proofClaim is a text among the claims of the proof.
func proofClaim(name string) reflecting {
	return func(r *http.Request) string {
		proof, _ := wire.RequestFields(r).One("DPoP")
		_, payload, _, _ := dpop.SplitCompact(proof, dpop.DecodeSegment)
		claims, _ := dpop.ParseObject(payload)
		text, _ := claims.Text(name)
		return text
	}
}

// query is the query of the request, with its escapes undone.
func query(r *http.Request) string {
	text, _ := url.QueryUnescape(r.URL.RawQuery)
	return text
}

// reflectionBugs are bugs in what an answer says again of a proof.
var reflectionBugs = []row{
	{id: "PV-117", variant: "htu", does: "writes htu into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: proofClaim("htu")},
	{id: "PV-117", variant: "htm", does: "quotes the method of a proof that it refuses, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: proofClaim("htm")},
	{id: "PV-117", variant: "sub", does: "writes the subject of a proof into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: proofClaim("sub")},
	{id: "PV-117", variant: "query", does: "writes the query into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, at: withToken, change: reflecting(query)},
	{id: "PV-117", variant: "jti", does: "writes jti into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: proofClaim("jti")},
}
