package mutants

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
)

// fieldBugs are bugs in reading the DPoP field lines.
var fieldBugs = []row{
	{id: "PV-001", does: "reads only the first DPoP field line", breaks: ids{"RFC9449-4.3-01", "RFC9449-4.3-04"},
		change: reading(func(lines []string) []string { return lines[:min(1, len(lines))] })},
	{id: "PV-002", does: "reads only the last DPoP field line", breaks: ids{"RFC9449-4.3-04"},
		change: reading(func(lines []string) []string { return lines[max(0, len(lines)-1):] })},
	{id: "PV-003", does: "splits a comma list and takes one element", breaks: ids{"RFC9449-4.3-03"},
		change: each(func(line string) string {
			first, _, _ := strings.Cut(line, ",")
			return strings.TrimSpace(first)
		})},
	{id: "PV-004", does: "tolerates identical duplicates", breaks: ids{"RFC9449-4.3-02"},
		change: reading(func(lines []string) []string {
			if len(lines) == 2 && lines[0] == lines[1] {
				return lines[:1]
			}
			return lines
		})},
	// With an access token a missing proof is refused as well as an empty one.
	{id: "PV-005", does: "treats an empty DPoP field as absent", breaks: ids{"RFC9449-4.1-05"}, at: withoutToken,
		change: gate{present: func(lines []string) bool { return len(lines) > 0 && lines[0] != "" }}},
	{id: "PV-006", does: "matches the field name with its letter case", breaks: ids{"RFC9449-4.1-01"},
		change: gate{fields: func(r *http.Request) []string {
			var values []string
			for _, f := range wire.RequestFields(r) {
				if f.Name == "DPoP" {
					values = append(values, f.Value)
				}
			}
			return values
		}}},
	{id: "PV-007", does: `strips quotes and a "DPoP " prefix from the value`, breaks: ids{"RFC9449-4.1-03"},
		change: each(func(line string) string { return strings.Trim(strings.TrimPrefix(line, "DPoP "), `"`) })},
	{id: "PV-139", variant: "query", does: "takes the proof from the query when there is no field",
		breaks: ids{"RFC9449-4.1-06"}, at: tokenAndResources,
		change: failing(func(r *http.Request) string {
			return cmp.Or(r.URL.Query().Get("dpop"), r.URL.Query().Get("DPoP"))
		})},
	{id: "PV-139", variant: "cookie", does: "takes the proof from a cookie when there is no field",
		breaks: ids{"RFC9449-4.1-06"}, at: tokenAndResources,
		change: failing(func(r *http.Request) string {
			for _, c := range r.Cookies() {
				if strings.EqualFold(c.Name, "dpop") {
					return c.Value
				}
			}
			return ""
		})},
	{id: "PV-139", variant: "other-field",
		does:   "takes the proof from a field of another name when there is no DPoP field",
		breaks: ids{"RFC9449-4.1-06"}, at: tokenAndResources,
		change: failing(func(r *http.Request) string { return cmp.Or(r.Header.Get("X-DPoP"), r.Header.Get("DPoP-Proof")) })},
	{id: "PV-139", variant: "form", does: "takes the proof from the form of a token request when there is no field",
		breaks: ids{"RFC9449-4.1-06"}, at: []string{features.TokenEndpoint},
		change: formed(mockas.PathToken, func(p *mockas.Policy) *mockas.Gate { return &p.Token })},
}

// tokenAndResources are where a request needs a proof, or can be made to need one.
var tokenAndResources = slices.Concat([]string{features.TokenEndpoint}, withToken)

// failing looks for the proof elsewhere when there is no DPoP field.
func failing(elsewhere func(*http.Request) string) gate {
	return gate{fields: func(r *http.Request) []string {
		lines := wire.RequestFields(r).Values("DPoP")
		if text := elsewhere(r); len(lines) == 0 && text != "" {
			return []string{text}
		}
		return lines
	}}
}

// formed is failing for the form of a request, which is read before the proof is.
func formed(path string, at func(*mockas.Policy) *mockas.Gate) inServer {
	type inForm struct{}
	return func(p *mockas.Policy) {
		around(path, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			form, _ := url.ParseQuery(string(body))
			honest(w, r.WithContext(context.WithValue(r.Context(), inForm{}, cmp.Or(form.Get("dpop"), form.Get("DPoP")))))
		})(p)
		at(p).Fields = failing(func(r *http.Request) string {
			text, _ := r.Context().Value(inForm{}).(string)
			return text
		}).fields
	}
}
