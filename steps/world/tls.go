package world

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/target"
)

// secure lets the embedded authorization server listen over TLS, ask for
// certificates, and trust those of the authority that is returned.
func (w *World) secure() (*wire.Authority, error) {
	s := &w.secured
	if s.authority != nil {
		return s.authority, nil
	}
	authority, err := wire.NewAuthority()
	if err != nil {
		return nil, err
	}
	if s.tls, err = authority.Asking(cmp.Or(w.addressed().Host, "127.0.0.1")); err != nil {
		return nil, err
	}
	s.authority = authority
	return authority, w.ArrangeAS(func(c *mockas.Config) { c.ClientAuthorities = authority.Pool() })
}

// Certify gives a client a certificate that the server knows by its subject
// (RFC 8705 §2.1).
func (w *World) Certify(client *target.RegisteredClient, registered *mockas.Client) error {
	authority, err := w.secure()
	if err != nil {
		return err
	}
	key, err := w.Key("client authentication")
	if err != nil {
		return err
	}
	subject := pkix.Name{CommonName: client.ID}
	certificate, err := authority.ForClient(subject, key.Private())
	client.Certificate, registered.SubjectDN = &certificate, subject.String()
	return err
}

// SignItself gives a client a certificate that the server knows as such (RFC
// 8705 §2.2).
func (w *World) SignItself(client *target.RegisteredClient, registered *mockas.Client) error {
	if _, err := w.secure(); err != nil {
		return err
	}
	key, err := w.Key("client authentication")
	if err != nil {
		return err
	}
	certificate, err := wire.SelfSigned(pkix.Name{CommonName: client.ID}, key.Private())
	if err != nil {
		return err
	}
	jwk := key.JWK()
	jwk.Add("x5c", []string{base64.StdEncoding.EncodeToString(certificate.Certificate[0])})
	client.Certificate, registered.JWKS = &certificate, KeySet(jwk)
	return nil
}

// SameSubject forges a certificate: it names the same subject, and nobody has
// vouched for it.
func SameSubject(own *tls.Certificate) (*tls.Certificate, error) {
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		return nil, err
	}
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		return nil, err
	}
	forged, err := wire.SelfSigned(leaf.Subject, key.Private())
	return &forged, err
}

// KeySet is a JWK set of one public key (RFC 7517 §5).
func KeySet(jwk dpop.Object) json.RawMessage {
	var set dpop.Object
	set.Add("keys", []dpop.Object{jwk})
	return set.JSON()
}
