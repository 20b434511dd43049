package mockrs

import (
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.Policy.CORS(w.Header(), r)
	if a.issues(w, r) {
		return
	}
	switch {
	case r.Method == http.MethodOptions && r.Header["Access-Control-Request-Method"] != nil:
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet && a.isMetadata(r.URL.EscapedPath()):
		a.metadata(w)
	case r.Method == http.MethodGet && r.URL.EscapedPath() == "/count":
		fmt.Fprintf(w, `{"effects":%d}`, a.effects.Load())
	default:
		a.Policy.Guard(a, w, r)
	}
}

// Guard is the honest guard: nothing runs before the request is authorised.
func Guard(a *API, w http.ResponseWriter, r *http.Request) {
	if failure := a.Authorize(r); failure != nil {
		a.refuse(w, r, failure)
		return
	}
	a.Serve(w, r)
}

// Serve carries out an authorised request.
func (a *API) Serve(w http.ResponseWriter, r *http.Request) {
	wire.Note(r.Context(), "served", r.Method)
	a.nonce(w.Header())
	if a.Issuance != nil && r.URL.EscapedPath() == PathCredential {
		a.issue(w, r)
		return
	}
	a.Effect(r)
	w.Header().Set("Content-Type", "application/json")
	w.Write(dpop.Object{
		{Name: "method", Value: quoted(r.Method)},
		{Name: "target", Value: quoted(r.RequestURI)},
	}.JSON())
}
