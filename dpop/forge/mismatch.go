package forge

import (
	"crypto"
	"crypto/ecdsa"

	"github.com/dpopspec/dpopspec/dpop"
)

// mismatchDefects are algorithms that do not go with the key, or not with the
// way in which the signature was made (RFC 9449 §4.3, check 5; RFC 8725 §3.1).
func mismatchDefects() []Defect {
	var rows []Defect
	for _, m := range []struct{ alg, signs, name string }{
		{"RS256", "ES256", "an EC key"}, {"PS256", "ES256", "an EC key"}, {"EdDSA", "ES256", "an EC key"},
		{"ES256", "EdDSA", "an OKP key"}, {"RS256", "EdDSA", "an OKP key"},
		{"ES256", "RS256", "an RSA key"}, {"EdDSA", "RS256", "an RSA key"},
	} {
		rows = append(rows, mismatch(m.alg+" for "+m.name, m.alg, m.signs, "alg-key", nil))
	}
	for _, m := range []struct{ alg, signs, name string }{
		{"ES256", "ES384", "a P-384 key"}, {"ES256", "ES512", "a P-521 key"}, {"ES384", "ES256", "a P-256 key"},
		{"ES384", "ES512", "a P-521 key"}, {"ES512", "ES256", "a P-256 key"}, {"ES512", "ES384", "a P-384 key"},
	} {
		// The signature uses the hash of alg, so that nothing but the curve is wrong.
		rows = append(rows, mismatch(m.alg+" for "+m.name, m.alg, m.signs, "alg-key", hashing(hashOf(m.alg))))
	}
	for _, m := range []struct{ alg, signs, name string }{
		{"PS256", "RS256", "a PKCS #1 signature"}, {"RS256", "PS256", "a PSS signature"},
		{"RS256", "RS512", "a signature with SHA-512"}, {"PS256", "PS512", "a signature with SHA-512"},
	} {
		rows = append(rows, mismatch(m.alg+" over "+m.name, m.alg, m.signs, "signature", nil))
	}
	return append(rows,
		mismatch("ES256 over a signature with SHA-512", "ES256", "ES256", "signature", hashing(crypto.SHA512)))
}

// hashing signs with an EC key and any hash.
func hashing(hash crypto.Hash) func(*dpop.Key, []byte) ([]byte, error) {
	return func(key *dpop.Key, input []byte) ([]byte, error) {
		return signECDSA(key.Private().(*ecdsa.PrivateKey), hash, input)
	}
}

// mismatch is a proof of a key for the algorithm signs, whose header says alg.
func mismatch(value, alg, signs, check string, sign func(*dpop.Key, []byte) ([]byte, error)) Defect {
	d := bad("alg", value, "alg does not say how the signature was made", func(f *Forgery) error {
		f.Draft.Header.Set("alg", alg)
		if key := f.Key; sign != nil {
			f.Sign = func(input []byte) ([]byte, error) { return sign(key, input) }
		}
		return nil
	}, "alg", check)
	d.Needs = Needs{Keys: true}
	d.Key = func(a Aids) (*dpop.Key, error) { return a.keyFor(signs) }
	return d
}

// twoKeys are keys with the members of another beside their own: who takes the key
// for the signature by alg, and the one for the thumbprint by kty, has two.
func twoKeys() []Defect {
	row := func(value, signs string, algorithms []string, members ...string) Defect {
		d := bad("jwk", value, "kty names the one, alg the other", func(f *Forgery) error {
			other, err := f.keyFor(signs)
			if err != nil {
				return err
			}
			f.Draft.Header.Set("alg", signs)
			f.Sign = other.Sign
			return editJWK(func(o *dpop.Object) {
				for _, name := range members {
					value, _ := other.JWK().Get(name)
					o.Add(name, value)
				}
			})(f)
		}, "alg", "alg-key")
		d.Needs = Needs{Algorithms: algorithms, Keys: true}
		return d
	}
	return []Defect{
		row("an RSA key beside the EC key that signed", "ES256", rsaKinds, "crv", "x", "y"),
		row("an RSA key beside the OKP key that signed", "EdDSA", rsaKinds, "crv", "x"),
		row("an EC key beside the RSA key that signed", "RS256", curves, "n", "e"),
		row("an OKP key beside the RSA key that signed", "RS256", edwards, "n", "e"),
	}
}
