package mutants

import (
	"net/http"
	"path"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockrs"
)

var apiVariations = []Variation{
	apiVariation("challenges in one field line, nonces that change with every answer, narrow windows",
		[]string{"RFC8705-3-01", "RFC9449-4.3-77"},
		oneLine, tracked, atItsGate(narrow, small, shortIDs, wholeSeconds, claimsFirst, byKeyAndID, byOctets, ownNonces,
			nonces(changing)), byThumbprint),
	apiVariation("challenges with other attributes first and without reasons, nonces for one use",
		[]string{"RFC9449-11.1-10"},
		otherAttributes, atItsGate(wide, mediaTyped, terse, nonces(forOneUse)), otherRefusals, tolerant, otherFields),
	apiVariation("a challenge of another scheme where nothing was sent, and no proof older than 5 s",
		[]string{"RFC9449-7.1-06", "RFC9449-7.1-07", "RFC9449-4.3-72"},
		otherScheme, atItsGate(brief)),
	apiVariation("asks for nonces always, also where it cannot read the one of a proof", nil,
		atItsGate(demanding, askingFirst)),
	apiVariation("nonces handed out though none is asked for, and 400 for bad proofs", []string{"RFC9449-7.1-06"},
		unasked, lenientStatus, noOtherMethods, validated, oneSpelling),
}

// atItsGate lets an API make the choices.
func atItsGate(choices ...inVerifier) inAPI {
	return func(c *mockrs.Config) {
		for _, choose := range choices {
			choose(c.Verifier)
		}
	}
}

// oneLine joins the challenges in one field line, behind one of another scheme,
// and writes DPoP in lower case (RFC 9110 §11.6.1).
func oneLine(c *mockrs.Config) {
	gate{answer: func(_ int, h http.Header) {
		lines := wire.FieldsOf(h).Values("WWW-Authenticate")
		if len(lines) == 0 {
			return
		}
		joined := "Negotiate YWJj"
		for _, line := range lines {
			joined += ", " + strings.Replace(line, "DPoP ", "dpop ", 1)
		}
		h["WWW-Authenticate"] = []string{joined}
	}}.api(c)
}

// otherAttributes puts a realm first and says of a refusal only its code.
func otherAttributes(c *mockrs.Config) {
	challenged(func(_ *mockrs.API, _ *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		return eachParameter(reversed(list), func(p dpop.Parameter) (dpop.Parameter, bool) {
			return p, p.Name != "error_description" && p.Name != "resource_metadata"
		})
	})(c)
}

// otherScheme names no scheme of RFC 9449 or RFC 6750 where nothing was sent.
func otherScheme(c *mockrs.Config) {
	challenged(func(_ *mockrs.API, f *mockrs.Failure, list []dpop.Challenge) []dpop.Challenge {
		if f.Code == "" {
			return []dpop.Challenge{dpop.Challenge{Scheme: "OAuth"}.With("realm", "orders")}
		}
		return list
	})(c)
}

// otherRefusals are codes and statuses that RFC 9449 §7.1 and RFC 6750 §3.1
// allow as well.
func otherRefusals(c *mockrs.Config) {
	proven, status := c.Policy.Proven, c.Policy.Status
	c.Policy.Proven = func(a *mockrs.API, r *http.Request, cred dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
		failure := proven(a, r, cred, t)
		switch {
		case failure != nil && len(a.Policy.Fields(r)) == 0:
			failure.Code = dpop.InvalidToken
		case failure != nil && failure.Code == dpop.InvalidToken && t.Confirmation.Thumbprint != "":
			failure.Code = dpop.InvalidProof // of the proof's key, not of the token
		}
		return failure
	}
	c.Policy.Status = func(f *mockrs.Failure) int {
		if f.Code == mockrs.InvalidRequest {
			return http.StatusUnauthorized
		}
		return status(f)
	}
}

// lenientStatus answers a bad proof like a bad request.
func lenientStatus(c *mockrs.Config) {
	status := c.Policy.Status
	c.Policy.Status = func(f *mockrs.Failure) int {
		if f.Code == dpop.InvalidProof {
			return http.StatusBadRequest
		}
		return status(f)
	}
}

// tolerant serves an unbound token as Bearer although a proof, which nobody
// needs, comes with it.
func tolerant(c *mockrs.Config) {
	honest := c.Policy.Unproven
	c.Policy.Unproven = func(a *mockrs.API, r *http.Request, cred dpop.Credentials, t *mockrs.Token) *mockrs.Failure {
		if a.Mode == mockrs.Allowed && !t.Confirmation.Present {
			return nil
		}
		return honest(a, r, cred, t)
	}
}

// otherFields lets pages in by lists in another spelling, and says nothing of
// algorithms in the metadata.
func otherFields(c *mockrs.Config) {
	cors(func(h http.Header) {
		if h.Get("Access-Control-Allow-Origin") == "" {
			return
		}
		h.Set("Access-Control-Expose-Headers", "x-request-id,dpop-nonce,www-authenticate")
		if h.Get("Access-Control-Allow-Headers") != "" {
			h.Set("Access-Control-Allow-Headers", "dpop, authorization,content-type")
		}
	})(c)
	described(func(m *dpop.Object) { m.Delete("dpop_signing_alg_values_supported") })(c)
}

// unasked hands a nonce out with every answer and takes proofs without one.
func unasked(c *mockrs.Config) {
	gate{answer: func(_ int, h http.Header) {
		if len(wire.FieldsOf(h).Values("DPoP-Nonce")) == 0 {
			h["DPoP-Nonce"], h["Cache-Control"] = []string{dpop.NewID()}, []string{"no-store"}
		}
	}}.api(c)
}

// noOtherMethods answers methods that the API does not have before it looks at
// credentials: nothing is given away.
func noOtherMethods(c *mockrs.Config) {
	honest := c.Policy.Guard
	c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions || r.Method == http.MethodTrace {
			w.Header().Set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE")
			status := http.StatusMethodNotAllowed
			if r.Method == http.MethodOptions {
				status = http.StatusNoContent
			}
			w.WriteHeader(status)
			return
		}
		honest(a, w, r)
	}
}

// tracked sets a cookie with every answer, and goes by none.
func tracked(c *mockrs.Config) {
	gate{answer: func(_ int, h http.Header) { h.Add("Set-Cookie", "visitor="+dpop.NewID()) }}.api(c)
}

// validated answers a conditional request with 304 once it has been checked.
func validated(c *mockrs.Config) {
	honest := c.Policy.Guard
	c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
		tagged := &editor{ResponseWriter: w, edit: func(status int, h http.Header) {
			if status == http.StatusOK {
				h.Set("ETag", etag)
			}
		}}
		if condition := r.Header.Get("If-None-Match"); condition != "" && a.Authorize(r) == nil {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		honest(a, tagged, r)
	}
}

// oneSpelling sends whoever writes a path otherwise to the usual one, whatever the
// credentials: nothing is given away.
func oneSpelling(c *mockrs.Config) {
	honest := c.Policy.Guard
	c.Policy.Guard = func(a *mockrs.API, w http.ResponseWriter, r *http.Request) {
		if own := path.Clean(r.URL.EscapedPath()); own != r.URL.EscapedPath() {
			w.Header().Set("Location", own)
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		honest(a, w, r)
	}
}
