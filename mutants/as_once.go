package mutants

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// onceBugs are bugs in what serves once, and in what FAPI 2.0 asks beside proofs.
var onceBugs = []row{
	{id: "AS-107", variant: "hybrid", does: "gives a code for a hybrid response type", breaks: ids{"FAPI2-5.3.2.2-01"},
		profile: "fapi2", change: inServer(func(p *mockas.Policy) {
			p.ResponseTypes = append(p.ResponseTypes, "code id_token")
		})},
	{id: "AS-107", variant: "implicit", does: "gives something for an implicit response type",
		breaks: ids{"FAPI2-5.3.2.2-01"}, profile: "fapi2", change: inServer(func(p *mockas.Policy) {
			p.ResponseTypes = append(p.ResponseTypes, "id_token token", "token")
		})},
	{id: "AS-108", variant: "same-answer", does: "answers a code that was used with the tokens that it gave",
		breaks: ids{"RFC6749-4.1.2-01"}, change: againFor("code", func(w http.ResponseWriter, first *keeper) {
			w.Header().Set("Content-Type", "application/json")
			w.Write(first.body)
		})},
	{id: "AS-109", does: "refuses the second use of a code and revokes nothing", breaks: ids{"RFC6749-4.1.2-02"},
		change: againFor("code", func(w http.ResponseWriter, _ *keeper) {
			mockas.WriteError(w, &mockas.Error{Status: http.StatusBadRequest, Code: "invalid_grant"})
		})},
	{id: "AS-110", does: "gives a code for a request_uri that was used", breaks: ids{"RFC9126-4-01"},
		change: inServer(func(p *mockas.Policy) {
			var given sync.Map
			around(mockas.PathAuthorize, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
				uri := r.URL.Query().Get("request_uri")
				if location, found := given.Load(uri); found && uri != "" {
					w.Header().Set("Location", location.(string))
					w.WriteHeader(http.StatusFound)
					return
				}
				honest(&editor{ResponseWriter: w, edit: func(_ int, h http.Header) {
					given.Store(uri, h.Get("Location"))
				}}, r)
			})(p)
		})},
}

// againFor answers token requests whose named parameter has got tokens before. It is
// told what the first answer was.
func againFor(parameter string, otherwise func(w http.ResponseWriter, first *keeper)) inServer {
	return func(p *mockas.Policy) {
		var granted sync.Map
		around(mockas.PathToken, func(w http.ResponseWriter, r *http.Request, honest http.HandlerFunc) {
			body, _ := io.ReadAll(r.Body) // a body cut short is the next reader's to refuse
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			form, _ := url.ParseQuery(string(body))
			known := form.Get(parameter)
			if first, found := granted.Load(known); found && known != "" {
				otherwise(w, first.(*keeper))
				return
			}
			kept := &keeper{ResponseWriter: w, status: http.StatusOK}
			honest(kept, r)
			if answer, err := dpop.ParseObject(kept.body); err == nil && answer.Has("access_token") {
				granted.Store(known, kept)
			}
			w.WriteHeader(kept.status)
			w.Write(kept.body)
		})(p)
	}
}
