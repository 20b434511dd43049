package mockrs

import (
	"context"
	"net/http"
	"slices"
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

	// MaxAge is how long ago the person may have logged in (RFC 9470); 0: as long as
	// you please.
	MaxAge time.Duration

	// Keys returns the issuer's public keys.
	Keys func(context.Context) ([]dpop.PublicKey, error)
	// Introspect answers for opaque tokens (RFC 7662); nil where the API takes
	// JWTs alone.
	Introspect func(ctx context.Context, token string) (dpop.Object, error)

	// Issuance makes it an issuer of credentials; nil: it is none.
	Issuance *Issuance

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

// Effects returns how many requests with a side effect were carried out.
func (a *API) Effects() int { return int(a.effects.Load()) }

// Effect carries out the side effect of a request.
func (a *API) Effect(r *http.Request) {
	if !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, r.Method) {
		a.effects.Add(1)
		wire.Note(r.Context(), "side-effect", r.Method)
	}
}
