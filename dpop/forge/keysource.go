package forge

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

// keySourceDefects are about jku, x5u, x5c and kid, from which no key of a
// proof may come (RFC 9449 §4.2; §4.3, check 6; RFC 8725 §3.10).
func keySourceDefects() []Defect {
	sources := []struct {
		name  string
		needs Needs
		value func(*Forgery) (any, error)
	}{
		{"jku", Needs{Canary: true}, func(f *Forgery) (any, error) { return f.Canary, nil }},
		{"x5u", Needs{Canary: true}, func(f *Forgery) (any, error) { return f.Canary, nil }},
		{"x5c", Needs{}, func(f *Forgery) (any, error) { return Certificates(f.Key) }},
		{"kid", Needs{}, func(f *Forgery) (any, error) { return f.Key.Thumbprint, nil }},
	}
	var rows []Defect
	for _, s := range sources {
		set := func(without bool) func(*Forgery) error {
			return func(f *Forgery) error {
				value, err := s.value(f)
				if err != nil {
					return err
				}
				if without {
					f.Draft.Header.Delete("jwk")
				}
				f.Draft.Header.Add(s.name, value)
				return nil
			}
		}
		rows = append(rows, needing(s.needs,
			bad(s.name, "given in place of jwk", "the key of a proof comes from jwk alone", set(true), "jwk"),
			moot(s.name, "given beside jwk", "it is ignored or refused, and nothing is fetched", set(false), "crit"),
		)...)
	}
	rows = append(rows, needing(Needs{Canary: true},
		moot("jwk", "with an x5u", "it is ignored or refused, and nothing is fetched", func(f *Forgery) error {
			return editJWK(func(o *dpop.Object) { o.Add("x5u", f.Canary) })(f)
		}, "key"))...)
	rows = append(rows, needing(Needs{Other: true},
		moot("jwk", "with a certificate of another key", "x5c must match the key (RFC 7517 §4.7): refused, or ignored",
			func(f *Forgery) error {
				chain, err := Certificates(f.Other)
				if err != nil {
					return err
				}
				return editJWK(func(o *dpop.Object) { o.Add("x5c", chain) })(f)
			}, "key", "signature"))...)
	for _, attack := range injections {
		rows = append(rows, moot("kid", attack.name, unharmed, setHeader("kid", attack.text)))
	}
	rows = append(rows, needing(Needs{ServerKey: true},
		bad("jwk", "a public key of the server", "a key that the server trusts elsewhere, with a signature of another",
			func(f *Forgery) error { f.Draft.Header.Set("jwk", f.ServerKey); return nil },
			"signature", "alg-key", "key", "key-use", "alg"))...)
	return append(rows, foreignKeys()...)
}

// foreignKeys embed one key and sign with another, while a second source names
// the one that signed: what verifies and what is bound come apart.
func foreignKeys() []Defect {
	embed := func(value, says string, name func(*Forgery) (string, any, error)) Defect {
		return bad("jwk", value, says, func(f *Forgery) error {
			other, err := f.Other.WithAlgorithm(f.Key.Algorithm)
			if err != nil {
				return lacking("it needs another party with a key for " + f.Key.Algorithm)
			}
			member, source, err := name(f)
			if err != nil {
				return err
			}
			if member != "" {
				f.Draft.Header.Add(member, source)
			}
			f.Sign = other.Sign
			return nil
		}, "signature")
	}
	return needing(Needs{Other: true},
		embed("the right key, while kid names the one that signed", "the key of a proof comes from jwk alone",
			func(f *Forgery) (string, any, error) { return "kid", f.Other.Thumbprint, nil }),
		embed("the right key, while x5c holds the one that signed", "the key of a proof comes from jwk alone",
			func(f *Forgery) (string, any, error) {
				chain, err := Certificates(f.Other)
				return "x5c", chain, err
			}),
		embed("the right key, while a certificate in it holds the one that signed",
			"x5c must match the key that it stands in (RFC 7517 §4.7)",
			func(f *Forgery) (string, any, error) {
				chain, err := Certificates(f.Other)
				if err == nil {
					err = editJWK(func(o *dpop.Object) { o.Add("x5c", chain) })(f)
				}
				return "", nil, err
			}),
		bad("jwk", "of another key", "the other party's key is embedded, the scenario's own signed",
			func(f *Forgery) error {
				f.Draft.Header.Set("jwk", f.Other.JWK())
				if _, err := f.Other.WithAlgorithm(f.Key.Algorithm); err != nil {
					return lacking("it needs another party with a key for " + f.Key.Algorithm)
				}
				return nil
			}, "signature"),
	)
}

// neverExpires is the date of certificates without one (RFC 5280 §4.1.2.5).
var neverExpires = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// Certificates makes a chain of one certificate that the key has signed for
// itself (RFC 7515 §4.1.6).
func Certificates(key *dpop.Key) ([]string, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "DPoP"},
		NotBefore: time.Unix(0, 0), NotAfter: neverExpires,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key.Private())
	if err != nil {
		return nil, err
	}
	return []string{base64.StdEncoding.EncodeToString(der)}, nil
}
