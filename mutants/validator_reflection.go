package mutants

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
	"github.com/dpopspec/dpopspec/target"
)

// reflecting writes a claim of the proof into a field of the answer as it stands,
// so that what follows a line break there is a field line of its own.
type reflecting string

func (reflecting) endpoints() []string { return everywhere }

func (claim reflecting) parts(endpoint string) (target.Parts, error) {
	handle := func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
		claim.reflect(w.Header(), r)
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
				claim.reflect(w.Header(), r)
				honest(a, w, r)
			}
		}).parts(endpoint)
	}
	return target.Parts{}, oneOf(endpoint, everywhere)
}

// reflect adds the field lines that a naive server would write.
func (claim reflecting) reflect(h http.Header, r *http.Request) {
	proof, _ := wire.RequestFields(r).One("DPoP")
	_, payload, _, _ := dpop.SplitCompact(proof, dpop.DecodeSegment)
	claims, _ := dpop.ParseObject(payload)
	text, _ := claims.Text(string(claim))
	lines := strings.Split(text, "\r\n")
	for _, line := range lines[1:] {
		if name, value, found := strings.Cut(line, ": "); found {
			h.Add(name, value)
		}
	}
}

// reflectionBugs are bugs in what an answer says again of a proof.
var reflectionBugs = []row{
	{id: "PV-117", variant: "htu", does: "writes htu into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: reflecting("htu")},
	{id: "PV-117", variant: "htm", does: "quotes the method of a proof that it refuses, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: reflecting("htm")},
	{id: "PV-117", variant: "sub", does: "writes the subject of a proof into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: reflecting("sub")},
	{id: "PV-117", variant: "jti", does: "writes jti into a field of its answer, with its line breaks",
		breaks: ids{"RFC8725-3.10-01"}, change: reflecting("jti")},
}
