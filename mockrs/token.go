package mockrs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"crypto/sha256"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/dpop"
)

// Token is a validated access token.
type Token struct {
	Claims       dpop.Object
	Audience     []string
	Scope        []string
	Confirmation Confirmation
}

// HasScope reports whether the token carries the scope; an empty one is always
// there.
func (t *Token) HasScope(scope string) bool {
	return scope == "" || slices.Contains(t.Scope, scope)
}

// Confirmation is what a token says of the key it is bound to (RFC 7800 §3).
type Confirmation struct {
	Present     bool   // there is a cnf, usable or not
	Thumbprint  string // jkt, RFC 9449 §6.1
	Certificate string // x5t#S256, RFC 8705 §3.1
}

// ReadConfirmation reads the cnf member of claims or of an introspection answer.
// A cnf of the wrong form is present without being usable, so that it is never
// taken for the absence of a binding.
func ReadConfirmation(claims dpop.Object) Confirmation {
	value, found := claims.Get("cnf")
	if !found {
		return Confirmation{}
	}
	c := Confirmation{Present: true}
	cnf, err := dpop.ParseObject(value)
	if err != nil {
		return c
	}
	if jkt, err := cnf.Text("jkt"); err == nil && dpop.Thumbprint43(jkt) {
		c.Thumbprint = jkt
	}
	c.Certificate, _ = cnf.Text("x5t#S256")
	return c
}

// Confirmed judges whether a proof can satisfy the token's confirmation: there
// must be a thumbprint, and a certificate beside it must have been presented
// too (RFC 8705 §3).
func Confirmed(r *http.Request, t *Token) error {
	if t.Confirmation.Thumbprint == "" {
		return errors.New("the access token is not bound to a DPoP key")
	}
	if want := t.Confirmation.Certificate; want != "" {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
			return errors.New("the access token is bound to a certificate too, and none was presented")
		}
		if sum := sha256.Sum256(r.TLS.PeerCertificates[0].Raw); dpop.EncodeSegment(sum[:]) != want {
			return errors.New("the access token is bound to another certificate")
		}
	}
	return nil
}

// ValidateToken validates an access token: a JWT by RFC 9068 §4, any other by
// introspection (RFC 7662).
func ValidateToken(ctx context.Context, a *API, token string) (*Token, error) {
	claims, err := a.ReadClaims(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := a.CheckClaims(claims); err != nil {
		return nil, err
	}
	return a.ReadToken(claims), nil
}

// ReadToken gathers what an API needs from the claims.
func (a *API) ReadToken(claims dpop.Object) *Token {
	scope, _ := claims.Text("scope")
	return &Token{
		Claims:       claims,
		Audience:     textOrList(claims, "aud"),
		Scope:        strings.Fields(scope),
		Confirmation: a.Policy.Confirmation(claims),
	}
}

// CheckClaims demands issuer, audience and lifetime.
func (a *API) CheckClaims(claims dpop.Object) error {
	if issuer, err := claims.Text("iss"); err != nil || issuer != a.Issuer {
		return errors.New("the access token comes from another issuer")
	}
	if !slices.Contains(textOrList(claims, "aud"), a.Audience) {
		return errors.New(`unexpected JWT "aud" (audience) claim value`)
	}
	now := float64(a.Clock().Unix())
	expires, err := claims.Number("exp")
	if err != nil {
		return err
	}
	if now >= expires {
		return errors.New("the access token has expired")
	}
	if claims.Has("nbf") {
		if from, err := claims.Number("nbf"); err != nil || now < from {
			return errors.New("the access token is not valid yet")
		}
	}
	return nil
}

// ReadClaims returns the claims of an access token whose origin is certain: a
// JWT signed by the issuer, or an opaque one that introspection calls active.
func (a *API) ReadClaims(ctx context.Context, token string) (dpop.Object, error) {
	if strings.Count(token, ".") == 2 {
		return a.ReadJWT(ctx, token)
	}
	if a.Introspect == nil {
		return nil, errors.New("this API takes JWT access tokens alone")
	}
	answer, err := a.Introspect(ctx, token)
	if err != nil {
		return nil, fmt.Errorf("introspection failed: %w", err)
	}
	if active, _ := answer.Get("active"); string(active) != "true" {
		return nil, errors.New("the access token is not active")
	}
	if !answer.Has("iss") { // optional there (RFC 7662 §2.2): it is the one that was asked
		answer.Set("iss", a.Issuer)
	}
	return answer, nil
}

// ReadJWT verifies the signature and the type of a JWT access token and
// returns its claims (RFC 9068 §4).
func (a *API) ReadJWT(ctx context.Context, token string) (dpop.Object, error) {
	header, claims, err := a.VerifyJWT(ctx, token)
	if err != nil {
		return nil, err
	}
	typ, _ := header.Text("typ")
	if strings.TrimPrefix(strings.ToLower(typ), "application/") != "at+jwt" {
		return nil, fmt.Errorf("typ %q is not that of an access token (RFC 9068 §4)", typ)
	}
	return claims, nil
}

// VerifyJWT verifies the signature of a JWT of any type with the issuer's keys
// and returns its header and claims. Critical extensions are refused, since
// none is known here (RFC 7515 §4.1.11).
func (a *API) VerifyJWT(ctx context.Context, token string) (header, claims dpop.Object, err error) {
	keys, err := a.Keys(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("the issuer's keys: %w", err)
	}
	if known, found := a.verified.find(token, keys); found {
		return known.header, known.claims, nil
	}
	if header, err = jwtHeader(token); err != nil {
		return nil, nil, err
	}
	if header.Has("crit") {
		return nil, nil, errors.New("the header of the token asks for an extension that is not known here")
	}
	alg, err := header.Text("alg")
	if err != nil {
		return nil, nil, err
	}
	if _, known := dpop.FindAlgorithm(alg); !known {
		return nil, nil, fmt.Errorf("alg %q is not an asymmetric signature algorithm", alg)
	}
	payload, key, err := verify(token, jose.SignatureAlgorithm(alg), keys)
	if err != nil {
		return nil, nil, err
	}
	if claims, err = dpop.ParseObject(payload); err != nil {
		return nil, nil, err
	}
	a.verified.add(token, signed{header, claims, key})
	return header, claims, nil
}

func jwtHeader(token string) (dpop.Object, error) {
	head, _, _, err := dpop.SplitCompact(token, dpop.DecodeSegment)
	if err != nil {
		return nil, fmt.Errorf("the token: %w", err)
	}
	header, err := dpop.ParseObject(head)
	if err != nil {
		return nil, fmt.Errorf("the header of the token: %w", err)
	}
	return header, nil
}

// verify returns the payload of a JWS and the thumbprint of the key that made
// its signature.
func verify(token string, alg jose.SignatureAlgorithm, keys []dpop.PublicKey) (payload []byte, key string, err error) {
	dpop.TallyVerification(string(alg))
	object, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{alg})
	if err != nil {
		return nil, "", errors.New("the access token is no JWS")
	}
	for _, key := range keys {
		if payload, err := object.Verify(key.Key); err == nil {
			return payload, key.Thumbprint, nil
		}
	}
	return nil, "", errors.New("the signature of the access token does not verify with a key of the issuer")
}

func textOrList(claims dpop.Object, name string) []string {
	if text, err := claims.Text(name); err == nil {
		return []string{text}
	}
	var list []string
	value, _ := claims.Get(name)
	if json.Unmarshal(value, &list) != nil {
		return nil
	}
	return list
}

func quoted(text string) json.RawMessage {
	encoded, _ := json.Marshal(text)
	return encoded
}
