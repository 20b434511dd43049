package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// signed signs as the embedded authorization server does.
func (w *Tester) signed(header, payload []byte) (string, error) {
	as, err := w.AS()
	if err != nil {
		return "", err
	}
	return dpop.SignCompact(as.Key(), header, payload)
}

// signedBy is a token that is signed by a key pair of the case.
func signedBy(name string) func(*Tester, *mockas.Mint) {
	return func(w *Tester, m *mockas.Mint) { m.Key, _ = w.Key(name) }
}

// unsigned is a token whose alg is none.
func unsigned(_ *Tester, m *mockas.Mint) {
	m.Header = func(o *dpop.Object) { o.Set("alg", "none") }
	m.Sign = func(h, p []byte) (string, error) {
		return dpop.EncodeSegment(h) + "." + dpop.EncodeSegment(p) + ".", nil
	}
}

// signedByOwnHeader is a token that brings the key to verify it with.
func signedByOwnHeader(w *Tester, m *mockas.Mint) {
	m.Key, _ = w.Key("another issuer")
	m.Header = func(o *dpop.Object) { o.Set("jwk", m.Key.JWK()) }
}

// signedWithPublicKey is a token with an HMAC whose secret everybody knows: the
// public key of the issuer, as its JWKS spells it.
func signedWithPublicKey(w *Tester, m *mockas.Mint) {
	m.Header = func(o *dpop.Object) { o.Set("alg", "HS256") }
	m.Sign = func(h, p []byte) (string, error) {
		as, err := w.AS()
		if err != nil {
			return "", err
		}
		input := dpop.EncodeSegment(h) + "." + dpop.EncodeSegment(p)
		mac := hmac.New(sha256.New, as.Key().JWK().JSON())
		mac.Write([]byte(input))
		return input + "." + dpop.EncodeSegment(mac.Sum(nil)), nil
	}
}

// tampered signs the claims and changes them afterwards.
func tampered(change func(*dpop.Object)) func(*Tester, *mockas.Mint) {
	return func(w *Tester, m *mockas.Mint) {
		m.Sign = func(h, p []byte) (string, error) {
			text, err := w.signed(h, p)
			if err != nil {
				return "", err
			}
			claims, err := dpop.ParseObject(p)
			if err != nil {
				return "", err
			}
			change(&claims)
			segments := strings.Split(text, ".")
			return segments[0] + "." + dpop.EncodeSegment(claims.JSON()) + "." + segments[2], nil
		}
	}
}

func otherSubject(o *dpop.Object) { o.Set("sub", "person-2") }

// tamperedBinding is a token that was bound to no key when it was signed.
func tamperedBinding(w *Tester, m *mockas.Mint) {
	m.Bound = ""
	key, _ := w.Key("client")
	tampered(func(o *dpop.Object) { o.Set("cnf", map[string]string{"jkt": key.Thumbprint}) })(w, m)
}

func tamperedSignature(w *Tester, m *mockas.Mint) {
	m.Sign = func(h, p []byte) (string, error) {
		text, err := w.signed(h, p)
		end := strings.LastIndexByte(text, '.') + 1
		return text[:end] + otherFirst(text[end:]), err
	}
}

// otherFirst changes the first character of base64url text, which carries six
// bits; the last may carry none.
func otherFirst(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}
