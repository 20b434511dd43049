// Package mockrs is the embedded API: a resource server that takes DPoP-bound
// access tokens as RFC 9449 §7 demands, strict in everything. How it reads a
// request, judges a token and words a refusal are policies, so that a mutant
// can exchange one of them.
package mockrs

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Mode says which access tokens an API takes.
type Mode string

// The modes of an API.
const (
	Required Mode = "required" // bound tokens with the DPoP scheme alone
	Allowed  Mode = "allowed"  // unbound tokens with the Bearer scheme too
)

// Config describes an API.
type Config struct {
	Name     string
	Base     string // public URL where a reverse proxy stands in front: origin and path prefix; else empty
	Audience string // what aud must hold; the public URL if empty
	Issuer   string // the authorization server whose tokens are taken
	Scope    string // scope that every request needs; none if empty
	Mode     Mode   // Required if empty

	// Keys returns the issuer's public keys.
	Keys func(context.Context) ([]dpop.PublicKey, error)
	// Introspect answers for opaque tokens (RFC 7662); nil where the API takes
	// JWTs alone.
	Introspect func(ctx context.Context, token string) (dpop.Object, error)

	Clock    func() time.Time
	Verifier *dpop.Verifier // an honest one if nil
	Policy   *Policy        // HonestPolicy() if nil
}

// API is an embedded API. It serves any path: GET echoes the request, every
// other method counts as a side effect that GET /count reveals.
type API struct {
	Config
	Origin   string // the URL that clients know it by, without a trailing slash
	effects  atomic.Int64
	verified verified
}

// New returns an API that listens at the given origin. Clients know it by that
// origin too, unless the configuration names another base.
func New(origin string, c Config) *API {
	if c.Base != "" {
		origin = strings.TrimSuffix(c.Base, "/")
	}
	if c.Audience == "" {
		c.Audience = origin
	}
	if c.Mode == "" {
		c.Mode = Required
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Verifier == nil {
		c.Verifier = dpop.NewVerifier(c.Clock)
	}
	if c.Policy == nil {
		c.Policy = HonestPolicy()
	}
	return &API{Config: c, Origin: origin}
}

// Effects returns how many requests with a side effect were carried out.
func (a *API) Effects() int { return int(a.effects.Load()) }

// Effect carries out the side effect of a request.
func (a *API) Effect(r *http.Request) {
	if !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, r.Method) {
		a.effects.Add(1)
		wire.Note(r.Context(), "side-effect", r.Method)
	}
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.Policy.CORS(w.Header(), r)
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
	a.Effect(r)
	wire.Note(r.Context(), "served", r.Method)
	a.nonce(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.Write(dpop.Object{
		{Name: "method", Value: quoted(r.Method)},
		{Name: "target", Value: quoted(r.RequestURI)},
	}.JSON())
}

// Authorize judges a request (RFC 9449 §7). It returns nil if the request may
// be carried out.
func (a *API) Authorize(r *http.Request) *Failure {
	presented, failure := a.Policy.Credentials(r)
	if failure != nil {
		return failure
	}
	token, err := a.Policy.Token(r.Context(), a, presented.Token)
	if err != nil {
		return refusal(http.StatusUnauthorized, presented.Scheme, dpop.InvalidToken, err.Error())
	}
	if presented.Is(dpop.Scheme) {
		failure = a.Policy.Proven(a, r, presented, token)
	} else {
		failure = a.Policy.Unproven(a, r, presented, token)
	}
	if failure != nil {
		return failure
	}
	if !token.HasScope(a.Scope) {
		return refusal(http.StatusForbidden, presented.Scheme, "insufficient_scope", "the scope "+a.Scope+" is needed")
	}
	return nil
}

// Proven judges a token that came with the DPoP scheme.
func Proven(a *API, r *http.Request, c dpop.Credentials, token *Token) *Failure {
	if err := a.Policy.Confirmed(r, token); err != nil {
		return refusal(http.StatusUnauthorized, dpop.Scheme, dpop.InvalidToken, err.Error())
	}
	fields := a.Policy.Fields(r)
	if len(fields) == 0 {
		wire.Note(r.Context(), "refused-by", "field")
		return refusal(http.StatusUnauthorized, dpop.Scheme, dpop.InvalidProof, "the DPoP scheme needs a proof in the DPoP field")
	}
	_, refused := a.Verifier.Verify(dpop.Request{
		Method:      a.Policy.Method(r),
		TargetURI:   a.Policy.Target(a.Origin, r),
		Fields:      fields,
		AccessToken: c.Token,
		Bound:       token.Confirmation.Thumbprint,
	})
	if refused != nil {
		wire.Note(r.Context(), "refused-by", refused.Check)
		wire.Note(r.Context(), "refusal", refused.Reason)
		return refusal(http.StatusUnauthorized, dpop.Scheme, refused.Code, refused.Reason)
	}
	return nil
}

// Unproven judges a token that came with the Bearer scheme (RFC 9449 §7.2).
func Unproven(a *API, r *http.Request, c dpop.Credentials, token *Token) *Failure {
	if token.Confirmation.Present {
		wire.Note(r.Context(), "refused-by", "downgrade")
		return refusal(http.StatusUnauthorized, "Bearer", dpop.InvalidToken, "the token is bound to a key and must not be sent as Bearer")
	}
	if a.Mode == Required {
		wire.Note(r.Context(), "refused-by", "mode")
		return refusal(http.StatusUnauthorized, dpop.Scheme, dpop.InvalidToken, "this API takes DPoP-bound tokens alone")
	}
	if len(a.Policy.Fields(r)) > 0 {
		wire.Note(r.Context(), "refused-by", "mix")
		return refusal(http.StatusUnauthorized, "Bearer", dpop.InvalidToken, "a proof does not go with the Bearer scheme")
	}
	return nil
}
