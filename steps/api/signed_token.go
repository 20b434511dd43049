package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/steps/world"
)

// signedToken is an access token that is a JWS (RFC 7515 §7.1), to be changed.
type signedToken struct {
	header, claims dpop.Object
	input          string // header and claims as they stand in the token
	signature      string // likewise; with the dot before it
}

// readSigned reads a token. One that is no JWS makes the case not applicable.
func readSigned(text string) (*signedToken, error) {
	h, p, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return nil, world.NotApplicablef("the access token is no JWT")
	}
	header, err := dpop.ParseObject(h)
	if err != nil {
		return nil, world.NotApplicablef("the access token is no JWT: %v", err)
	}
	claims, err := dpop.ParseObject(p)
	if err != nil {
		return nil, world.NotApplicablef("the claims of the access token are no object: %v", err)
	}
	end := strings.LastIndexByte(text, '.')
	return &signedToken{header, claims, text[:end], text[end:]}, nil
}

func (t *signedToken) text() string { return t.input + t.signature }

func (t *signedToken) sign(signature []byte) { t.signature = "." + dpop.EncodeSegment(signature) }

// rewrite encodes header and claims anew.
func (t *signedToken) rewrite() {
	t.input = dpop.EncodeSegment(t.header.JSON()) + "." + dpop.EncodeSegment(t.claims.JSON())
}

// resigned changes the octets of the signature.
func resigned(change func([]byte) []byte) func(*Tester, *signedToken) error {
	return func(_ *Tester, t *signedToken) error {
		octets, err := dpop.DecodeSegment(t.signature[1:])
		if err != nil || len(octets) == 0 {
			return world.NotApplicablef("the access token has no signature that could be changed")
		}
		t.sign(change(octets))
		return nil
	}
}

func firstFlipped(s []byte) []byte { s[0] ^= 1; return s }

func lastFlipped(s []byte) []byte { s[len(s)-1] ^= 1; return s }

// bare leaves the dot before the signature out too.
func bare(_ *Tester, t *signedToken) error {
	t.signature = ""
	return nil
}

// otherSignature is a sound one, of another token of the same issuer.
func otherSignature(w *Tester, t *signedToken) error {
	text, err := w.tokenOfAnotherKey()
	if err != nil {
		return err
	}
	other, err := readSigned(text)
	if err != nil {
		return err
	}
	t.signature = other.signature
	return nil
}

// claimed changes the claims under the signature that they had.
func claimed(change func(*dpop.Object)) func(*Tester, *signedToken) error {
	return func(_ *Tester, t *signedToken) error {
		change(&t.claims)
		t.rewrite()
		return nil
	}
}

func otherID(o *dpop.Object) { o.Set("jti", dpop.NewID()) }

// laterEnd is a day after the end that the token has, or after the beginning of time.
func laterEnd(o *dpop.Object) {
	var end float64
	if value, found := o.Get("exp"); found {
		_ = json.Unmarshal(value, &end) // what is no number is exchanged
	}
	o.Set("exp", int64(end)+24*60*60)
}

func endless(o *dpop.Object) { o.Delete("exp") }

func widerScope(o *dpop.Object) {
	scope, _ := o.Text("scope")
	o.Set("scope", strings.TrimSpace(scope+" admin"))
}

func furtherAudience(o *dpop.Object) {
	var list []any
	value, _ := o.Get("aud")
	if json.Unmarshal(value, &list) != nil {
		var one any
		_ = json.Unmarshal(value, &one) // a missing one is null
		list = []any{one}
	}
	o.Set("aud", append(list, "https://another-api.example"))
}

func unbound(o *dpop.Object) { o.Delete("cnf") }

func boundToClient(w *Tester, t *signedToken) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	return claimed(func(o *dpop.Object) { o.Set("cnf", map[string]string{"jkt": key.Thumbprint}) })(w, t)
}

// headed changes the header under the signature that it had.
func headed(change func(*dpop.Object)) func(*Tester, *signedToken) error {
	return func(_ *Tester, t *signedToken) error {
		change(&t.header)
		t.rewrite()
		return nil
	}
}

func otherKid(o *dpop.Object) { o.Set("kid", dpop.NewID()) }

func noKid(o *dpop.Object) { o.Delete("kid") }

func algNone(o *dpop.Object) { o.Set("alg", "none") }

// emptyFile names a file in which there is nothing, for a server that keeps its keys
// in files.
func emptyFile(o *dpop.Object) { o.Set("kid", "../../../../../../dev/null") }

func critical(o *dpop.Object) {
	o.Set("crit", []string{"https://extension.example/"})
	o.Set("https://extension.example/", true)
}

// unsignedAs leaves the signature out and says so by an alg.
func unsignedAs(alg string) func(*Tester, *signedToken) error {
	return func(w *Tester, t *signedToken) error {
		t.sign(nil)
		return headed(func(o *dpop.Object) { o.Set("alg", alg) })(w, t)
	}
}

// keyed makes an HMAC with a secret that everybody knows.
func keyed(secret func(*Tester, *signedToken) ([]byte, error)) func(*Tester, *signedToken) error {
	return func(w *Tester, t *signedToken) error {
		octets, err := secret(w, t)
		if err != nil {
			return err
		}
		if err := headed(func(o *dpop.Object) { o.Set("alg", "HS256") })(w, t); err != nil {
			return err
		}
		mac := hmac.New(sha256.New, octets)
		mac.Write([]byte(t.input))
		t.sign(mac.Sum(nil))
		return nil
	}
}

func emptySecret(*Tester, *signedToken) ([]byte, error) { return nil, nil }

// publicJWK is the key that the token names, as the issuer publishes it.
func publicJWK(w *Tester, t *signedToken) ([]byte, error) {
	key, err := w.keyThatSigned(t)
	return key.JSON(), err
}

func publicDER(w *Tester, t *signedToken) ([]byte, error) {
	jwk, err := w.keyThatSigned(t)
	if err != nil {
		return nil, err
	}
	key, err := dpop.ParsePublicKey(jwk)
	if err != nil {
		return nil, world.NotApplicablef("the key of the issuer cannot be written in another form: %v", err)
	}
	return x509.MarshalPKIXPublicKey(key.Key)
}

func publicPEM(w *Tester, t *signedToken) ([]byte, error) {
	der, err := publicDER(w, t)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), err
}

// keyThatSigned is the public key that the token names, or the only one.
func (w *Tester) keyThatSigned(t *signedToken) (dpop.Object, error) {
	keys, err := w.IssuerKeys()
	if err != nil {
		return nil, err
	}
	kid, _ := t.header.Text("kid")
	for _, key := range keys {
		if name, _ := key.Text("kid"); name == kid {
			return key, nil
		}
	}
	if len(keys) == 1 {
		return keys[0], nil
	}
	return nil, world.NotApplicablef("none of the %d public keys of the authorization server is called %q", len(keys), kid)
}

// signedAnew signs by a key that is not the issuer's, of which the header may tell.
func signedAnew(tell func(*dpop.Object, *dpop.Key) error) func(*Tester, *signedToken) error {
	return func(w *Tester, t *signedToken) error {
		alg, err := t.header.Text("alg")
		if _, known := dpop.FindAlgorithm(alg); err != nil || !known {
			return world.NotApplicablef("we have no key for the algorithm %q of the access token", alg)
		}
		key, err := w.KeyFor(alg)
		if err != nil {
			return err
		}
		if err := tell(&t.header, key); err != nil {
			return err
		}
		return t.signBy(key)
	}
}

// signedByClient signs by the key that the token is bound to, for a server that
// confuses the two.
func signedByClient(w *Tester, t *signedToken) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	t.header.Set("alg", key.Algorithm)
	return t.signBy(key)
}

func (t *signedToken) signBy(key *dpop.Key) error {
	text, err := dpop.SignCompact(key, t.header.JSON(), t.claims.JSON())
	if err != nil {
		return err
	}
	end := strings.LastIndexByte(text, '.')
	t.input, t.signature = text[:end], text[end:]
	return nil
}

func asItWas(*dpop.Object, *dpop.Key) error { return nil }

func withoutName(h *dpop.Object, _ *dpop.Key) error {
	noKid(h)
	return nil
}

func withOtherName(h *dpop.Object, _ *dpop.Key) error {
	otherKid(h)
	return nil
}

func withJWK(h *dpop.Object, key *dpop.Key) error {
	h.Set("jwk", key.JWK())
	return nil
}

func withJWKAlone(h *dpop.Object, key *dpop.Key) error {
	noKid(h)
	return withJWK(h, key)
}

func withCertificate(h *dpop.Object, key *dpop.Key) error {
	chain, err := forge.Certificates(key)
	h.Set("x5c", chain)
	return err
}
