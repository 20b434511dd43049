package forge

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// macs are the symmetric algorithms (RFC 7518 §3.2), which no proof may use.
var macs = []struct {
	name string
	hash crypto.Hash
}{{"HS256", crypto.SHA256}, {"HS384", crypto.SHA384}, {"HS512", crypto.SHA512}}

// secret is what a careless verifier may take for the key of a MAC: something
// that everybody can guess.
type secret struct {
	name   string
	usual  bool // worth a try with every hash; what is taken for a secret hardly hangs on it
	octets func(*dpop.Key) ([]byte, error)
}

var secrets = []secret{
	{"a random secret", true, func(*dpop.Key) ([]byte, error) { return []byte(dpop.NewID()), nil }},
	{"an empty secret", true, func(*dpop.Key) ([]byte, error) { return nil, nil }},
	{"the PEM of the public key", true, publicPEM},
	{"the PEM of the public key without its last line break", false, func(k *dpop.Key) ([]byte, error) {
		text, err := publicPEM(k)
		return []byte(strings.TrimSuffix(string(text), "\n")), err
	}},
	{"the DER of the public key", true,
		func(k *dpop.Key) ([]byte, error) { return x509.MarshalPKIXPublicKey(k.Public()) }},
	{"the PKCS #1 PEM of the public key", false, func(k *dpop.Key) ([]byte, error) {
		der, err := publicPKCS1(k)
		return pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der}), err
	}},
	{"the PKCS #1 DER of the public key", false, publicPKCS1},
	{"the JWK of the public key", true, func(k *dpop.Key) ([]byte, error) { return k.JWK().JSON(), nil }},
	{"the thumbprint input of the public key", false,
		func(k *dpop.Key) ([]byte, error) { return dpop.ThumbprintInput(k.JWK()) }},
	{"the thumbprint of the public key", false, func(k *dpop.Key) ([]byte, error) { return []byte(k.Thumbprint), nil }},
	{"the first coordinate or modulus", false,
		func(k *dpop.Key) ([]byte, error) { return k.JWK().Octets(material(k.JWK())) }},
	{"the text of the first coordinate or modulus", false, func(k *dpop.Key) ([]byte, error) {
		text, err := k.JWK().Text(material(k.JWK()))
		return []byte(text), err
	}},
}

// macDefects are proofs authenticated with a secret that is none (RFC 9449
// §4.3, check 5; RFC 8725 §2.1).
func macDefects() []Defect {
	var rows []Defect
	for _, m := range macs {
		for _, s := range secrets {
			if !s.usual && m.hash != crypto.SHA256 {
				continue
			}
			rows = append(rows,
				bad("alg", m.name+" with "+s.name, "a MAC, its secret being "+s.name, func(f *Forgery) error {
					key, err := s.octets(f.Key)
					if err != nil {
						return err
					}
					f.Draft.Header.Set("alg", m.name)
					f.Sign = authenticate(m.hash, key)
					return nil
				}, "alg"))
		}
		rows = append(rows,
			bad("alg", m.name+" with an oct jwk", "a MAC, its secret being in jwk", func(f *Forgery) error {
				key := []byte(dpop.NewID())
				f.Draft.Header.Set("alg", m.name)
				f.Draft.Header.Set("jwk", octetKey(dpop.EncodeSegment(key)))
				f.Sign = authenticate(m.hash, key)
				return nil
			}, "alg"))
	}
	return rows
}

func authenticate(hash crypto.Hash, key []byte) func([]byte) ([]byte, error) {
	return func(input []byte) ([]byte, error) {
		mac := hmac.New(hash.New, key)
		mac.Write(input)
		return mac.Sum(nil), nil
	}
}

func publicPEM(k *dpop.Key) ([]byte, error) {
	public, err := k.PublicPEM()
	return []byte(public), err
}

func publicPKCS1(k *dpop.Key) ([]byte, error) {
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		return nil, lacking("it needs an RSA key")
	}
	return x509.MarshalPKCS1PublicKey(public), nil
}
