package mockrs

import (
	"net/http"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// challengesFor words a refusal as RFC 9449 §7.1 and §7.2 do: one challenge for
// each scheme the API takes, the error at the scheme that was used.
func challengesFor(a *API, f *Failure) []dpop.Challenge {
	schemes := []string{dpop.Scheme}
	if a.Mode == Allowed {
		schemes = append(schemes, "Bearer")
	}
	var challenges []dpop.Challenge
	for _, scheme := range schemes {
		c := dpop.Challenge{Scheme: scheme}
		if f.Code != "" && (f.Scheme == "" || strings.EqualFold(f.Scheme, scheme) || len(schemes) == 1) {
			c = c.With("error", f.Code).With("error_description", describable(f.Reason))
		}
		if scheme == dpop.Scheme {
			c = c.With("algs", strings.Join(a.Verifier.Algorithms, " "))
		}
		c = c.With("resource_metadata", MetadataURL(a.Origin))
		challenges = append(challenges, c)
	}
	return challenges
}

func (a *API) refuse(w http.ResponseWriter, r *http.Request, f *Failure) {
	a.nonce(w.Header())
	for _, c := range a.Policy.Challenges(a, f) {
		w.Header()["WWW-Authenticate"] = append(w.Header()["WWW-Authenticate"], c.String())
	}
	wire.Note(r.Context(), "refused", f.Code)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.Policy.Status(f))
	if f.Code != "" {
		w.Write(dpop.Object{
			{Name: "error", Value: quoted(f.Code)},
			{Name: "error_description", Value: quoted(describable(f.Reason))},
		}.JSON())
	}
}
