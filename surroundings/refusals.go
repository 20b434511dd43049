package surroundings

import (
	"net/http"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// Refusals that a proof has not earned: in bare words, and in those of a bad
// proof or token.
var (
	bare       = words{status: http.StatusUnauthorized}
	badProof   = words{status: http.StatusUnauthorized, code: dpop.InvalidProof}
	badToken   = words{status: http.StatusUnauthorized, code: dpop.InvalidToken}
	forbidden  = words{status: http.StatusForbidden}
	overloaded = words{status: http.StatusServiceUnavailable}
	tooMany    = words{status: http.StatusTooManyRequests, after: "0"}
	anyOfThem  = byLot(bare, badProof, badToken)
)

// refusalRows are those where honest requests are refused, too.
var refusalRows = []Row{
	{ID: "SU-11", Way: "answers-200", Does: "every refusal has status 200 and says error in its body",
		around: always200, Honest: obstructed, Lax: found},
	{ID: "SU-11", Way: "200-20-percent", Does: "20 % of requests are refused with status 200 and an error in the body",
		around: instead(share(0.20), refusing(words{status: http.StatusOK, code: "temporarily_unavailable"})),
		Honest: obstructed, Lax: found},
	{ID: "SU-12", Way: "every-second", Does: "every second request is refused, bare or in the words of a bad proof",
		around: instead(func(w *way, _ *http.Request) bool { return w.requests.Load()%2 == 0 }, anyOfThem),
		Honest: obstructed, Lax: notGood},
	{ID: "SU-12", Way: "401-5-percent", Does: "5 % of requests are refused by lot",
		around: instead(share(0.05), anyOfThem), Honest: obstructed, Lax: found},
	{ID: "SU-12", Way: "401-20-percent", Does: "20 % of requests are refused by lot",
		around: instead(share(0.20), anyOfThem), Honest: obstructed, Lax: found},
	{ID: "SU-13", Way: "401-above-5-a-second", Does: "401 above five requests a second",
		around: above(5, refusing(bare)), Honest: cutShort, Lax: notGood},
	{ID: "SU-13", Way: "401-after-80", Does: "401 for ever after 80 requests",
		around: instead(func(w *way, _ *http.Request) bool { return w.requests.Load() > 80 }, refusing(bare)),
		Honest: cutShort, Lax: notGood},
	{ID: "SU-13", Way: "403-above-5-a-second", Does: "403 above five requests a second",
		around: above(5, refusing(forbidden)), Honest: cutShort, Lax: notGood},
	{ID: "SU-14", Way: "first-of-each-key", Does: "the first request of each key is granted, later ones refused",
		around: laterOf(keyOf, anyOfThem), Honest: obstructed, Lax: notGood},
	{ID: "SU-14", Way: "first-of-each-token", Does: "the first request of each token is granted, later ones refused",
		around: laterOf(tokenOf, anyOfThem), Honest: obstructed, Lax: notGood},
	{ID: "SU-15", Way: "503-5-percent", Does: "5 % of requests are answered 503",
		around: instead(share(0.05), refusing(overloaded)), Honest: obstructed, Lax: found},
	{ID: "SU-15", Way: "503-20-percent", Does: "20 % of requests are answered 503",
		around: instead(share(0.20), refusing(overloaded)), Honest: obstructed, Lax: found},
	{ID: "SU-15", Way: "drops-5-percent", Does: "5 % of connections break",
		around: instead(share(0.05), broken), Honest: obstructed, Lax: found},
	{ID: "SU-15", Way: "drops-20-percent", Does: "20 % of connections break",
		around: instead(share(0.20), broken), Honest: obstructed, Lax: found},
	{ID: "SU-16", Way: "429-20-percent", Does: "20 % of requests are answered 429",
		around: instead(share(0.20), refusing(tooMany)), Honest: obstructed, Lax: foundOrUntested},
	{ID: "SU-17", Way: "refused-at-userinfo", Does: "userinfo refuses every proof",
		around: instead(at("/userinfo"), refusing(badProof)), Honest: refused, Lax: found, Once: true,
		Earned: endpoint("userinfo")},
	{ID: "SU-17", Way: "refused-at-api", Does: "the API refuses every proof",
		around: instead(at("/orders"), refusing(badProof)), Honest: refused, Lax: found, Once: true,
		Earned: endpoint("api")},
	{ID: "SU-18", Way: "silent", Does: "no request is ever answered",
		around:     instead(func(*way, *http.Request) bool { return true }, silent),
		configured: timeout(time.Second), Honest: givenUp, Lax: givenUp, Once: true, Parallel: 8, Few: true},
}

// always200 hides refusals behind status 200.
func always200(w *way, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		held := &held{header: rw.Header()}
		next.ServeHTTP(held, r)
		if held.status >= 400 && !spared(r) {
			w.happened()
			held.status = http.StatusOK
			if !strings.Contains(held.body.String(), `"error"`) {
				held.body.Reset()
				held.body.WriteString(`{"error":"unauthorized"}`)
			}
		}
		held.release(rw)
	})
}

// above answers instead once more than n requests came within a second.
func above(n int, answer func(*way, http.ResponseWriter, *http.Request)) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		var last []time.Time
		return instead(func(w *way, _ *http.Request) bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			now := time.Now()
			for len(last) > 0 && now.Sub(last[0]) >= time.Second {
				last = last[1:]
			}
			if len(last) >= n {
				return true
			}
			last = append(last, now)
			return false
		}, answer)(w, next)
	}
}

// laterOf answers instead once a request of the same name came before.
func laterOf(name func(*http.Request) string, answer func(*way, http.ResponseWriter, *http.Request)) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		known := map[string]bool{}
		return instead(func(w *way, r *http.Request) bool {
			of := name(r)
			if of == "" {
				return false
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			before := known[of]
			known[of] = true
			return before
		}, answer)(w, next)
	}
}

// keyOf is the key of a request's proof, as it is spelt.
func keyOf(r *http.Request) string {
	header, _, _, err := dpop.SplitCompact(r.Header.Get("DPoP"), dpop.DecodeSegment)
	if err != nil {
		return ""
	}
	object, err := dpop.ParseObject(header)
	if err != nil {
		return ""
	}
	jwk, _ := object.Get("jwk")
	return string(jwk)
}

// tokenOf is the access token of a request.
func tokenOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, dpop.Scheme) {
		return ""
	}
	return token
}

// at reports whether a request with a proof goes to a path.
func at(path string) func(*way, *http.Request) bool {
	return func(_ *way, r *http.Request) bool { return r.URL.Path == path && r.Header["Dpop"] != nil }
}
