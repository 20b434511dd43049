package surroundings

import (
	"context"
	"fmt"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
)

// foreignRows are those where something on the way answers in the party's place, or
// changes what passes.
var foreignRows = []Row{
	{ID: "SU-22", Way: "login-page-5-percent", Does: "5 % of answers are a login page with status 200",
		around: instead(share(0.05), writing(http.StatusOK, "text/html", "<html><body>Please log in</body></html>")),
		Honest: obstructed, Lax: found},
	{ID: "SU-22", Way: "empty-object-5-percent", Does: "5 % of answers are an empty object with status 200",
		around: instead(share(0.05), writing(http.StatusOK, "application/json", "{}")), Honest: obstructed, Lax: found},
	{ID: "SU-22", Way: "no-content-5-percent", Does: "5 % of answers have status 204",
		around: instead(share(0.05), writing(http.StatusNoContent, "", "")), Honest: obstructed, Lax: found},
	{ID: "SU-22", Way: "redirect-5-percent", Does: "5 % of answers lead to a login page",
		around: instead(share(0.05), redirecting), Honest: obstructed, Lax: found},
	{ID: "SU-22", Way: "half-a-body-5-percent", Does: "5 % of answers lack half of their body",
		around: halving(share(0.05)), Honest: obstructed, Lax: found},
	{ID: "SU-22", Way: "loses-proofs-5-percent", Does: "5 % of requests lose their DPoP field",
		around: stripping(share(0.05)), Honest: obstructed, Lax: found},
	{ID: "SU-23", Way: "challenges-5-percent", Does: "5 % of requests are asked for a nonce without need",
		around: instead(share(0.05), challenging), Honest: obstructed, Lax: found},
	{ID: "SU-23", Way: "challenges-20-percent", Does: "20 % of requests are asked for a nonce without need",
		around: instead(share(0.20), challenging), Honest: obstructed, Lax: found},
	{ID: "SU-23", Way: "challenges-without-iat", Does: "the same, the lax subject looks at all but iat", lacks: "iat",
		around: instead(share(0.20), challenging), Honest: obstructed, Lax: found},
}

// writing answers so.
func writing(status int, kind, body string) func(*way, http.ResponseWriter, *http.Request) {
	return func(_ *way, rw http.ResponseWriter, _ *http.Request) {
		if kind != "" {
			rw.Header().Set("Content-Type", kind)
		}
		rw.WriteHeader(status)
		fmt.Fprint(rw, body)
	}
}

func redirecting(_ *way, rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Location", "https://login.example/login")
	rw.WriteHeader(http.StatusFound)
}

// challenging asks for a nonce that the party does not want (RFC 9449 §8, §9).
func challenging(w *way, rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("DPoP-Nonce", dpop.NewID())
	refusing(words{status: http.StatusUnauthorized, code: dpop.UseNonce})(w, rw, r)
}

// halving cuts off the second half of answers.
func halving(when func(*way, *http.Request) bool) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if spared(r) || !when(w, r) {
				next.ServeHTTP(rw, r)
				return
			}
			held := &held{header: rw.Header()}
			next.ServeHTTP(held, r)
			if held.body.Len() > 2 {
				w.happened()
				held.body.Truncate(held.body.Len() / 2)
			}
			held.release(rw)
		})
	}
}

// stripping takes proofs off requests.
func stripping(when func(*way, *http.Request) bool) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !spared(r) && len(r.Header["Dpop"]) > 0 && when(w, r) {
				w.happened()
				r = r.Clone(context.Background()) // without the lines that were recorded
				r.Header.Del("DPoP")
			}
			next.ServeHTTP(rw, r)
		})
	}
}
