package forge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// pointDefects are about the point of an EC or OKP key (RFC 7518 §6.2.1, RFC
// 8037 §2; RFC 8725 §3.4).
func pointDefects() []Defect {
	ec := []Defect{
		bad("jwk", "a point off the curve", "y has one bit flipped",
			editPoint(func(p *point) { p.y.Xor(p.y, big.NewInt(1)) }), "key"),
		bad("jwk", "the point (0, 0)", "not on the curve",
			editPoint(func(p *point) { p.x, p.y = new(big.Int), new(big.Int) }), "key"),
		bad("jwk", "the point (1, 1)", "not on the curve",
			editPoint(func(p *point) { p.x, p.y = big.NewInt(1), big.NewInt(1) }), "key"),
		bad("jwk", "a point with x and y swapped", "not on the curve",
			editPoint(func(p *point) { p.x, p.y = p.y, p.x }), "key"),
		bad("jwk", "a point whose x is the field prime",
			"zero, outside the field; with its y the point would be on the curve",
			editPoint(func(p *point) { p.x, p.y = new(big.Int).Set(p.p), new(big.Int).ModSqrt(p.b, p.p) }), "key"),
		bad("jwk", "a point beyond the field", "x and y are the largest numbers that fit",
			editPoint(func(p *point) { p.x, p.y = largest(p.octets), largest(p.octets) }), "key"),
		bad("jwk", "a mirrored point", "p - y in place of y: another key",
			editPoint(func(p *point) { p.y.Sub(p.p, p.y) }), "signature"),
	}
	rows := needing(Needs{Algorithms: curves}, ec...)
	rows = append(rows, needing(Needs{Algorithms: spacious},
		bad("jwk", "a point whose x is raised by the field prime", "the same residue, outside the field",
			editPoint(func(p *point) { p.x.Add(p.x, p.p) }), "key"),
		bad("jwk", "a point whose y is raised by the field prime", "the same residue, outside the field",
			editPoint(func(p *point) { p.y.Add(p.y, p.p) }), "key"),
	)...)
	rows = append(rows, needing(Needs{Algorithms: curves, AccessToken: true},
		bad("jwk", "a mirrored point with a matching signature", "a sound proof of another key with the same x",
			mirrored, "binding"),
	)...)
	rows = append(rows, needing(Needs{Algorithms: edwards}, embedding(
		moot("jwk", "a point of low order", "anybody can sign for it", lowOrder, "key", "signature"),
	)...)...)
	rows = append(rows, needing(Needs{Algorithms: edwards},
		bad("jwk", "a point that does not exist", "no point has this y", editJWK(func(o *dpop.Object) {
			o.Set("x", dpop.EncodeSegment([]byte("\x02"+string(make([]byte, 31)))))
		}), "key", "signature"),
	)...)
	rows = append(rows, needing(Needs{Other: true, AccessToken: true},
		bad("key", "another party's", "a sound proof of a key that the token is not bound to", func(f *Forgery) error {
			f.use(f.Other)
			return nil
		}, "binding"),
	)...)
	rows = append(rows, leadingZeros()...)
	return append(rows, embedding(otherCurve())...)
}

// point is an EC public key as numbers, with its field prime and its b.
type point struct {
	x, y, p, b *big.Int
	octets     int
}

// editPoint changes the coordinates in jwk and writes them in full length.
func editPoint(edit func(*point)) func(*Forgery) error {
	return func(f *Forgery) error {
		jwk := f.Key.JWK()
		x, err := jwk.Octets("x")
		if err != nil {
			return err
		}
		y, err := jwk.Octets("y")
		if err != nil {
			return err
		}
		curve := f.Key.Public().(*ecdsa.PublicKey).Params()
		p := point{new(big.Int).SetBytes(x), new(big.Int).SetBytes(y), curve.P, curve.B, len(x)}
		edit(&p)
		return editJWK(func(o *dpop.Object) {
			o.Set("x", dpop.EncodeSegment(p.x.FillBytes(make([]byte, p.octets))))
			o.Set("y", dpop.EncodeSegment(p.y.FillBytes(make([]byte, p.octets))))
		})(f)
	}
}

// mirrored signs with n - d, whose public key is the mirrored point.
func mirrored(f *Forgery) error {
	private, ok := f.Key.Private().(*ecdsa.PrivateKey)
	if !ok {
		return errors.New("the key is none of this process")
	}
	d, err := private.Bytes()
	if err != nil {
		return err
	}
	negative := new(big.Int).Sub(private.Params().N, new(big.Int).SetBytes(d))
	signer, err := ecdsa.ParseRawPrivateKey(private.Curve, negative.FillBytes(make([]byte, len(d))))
	if err != nil {
		return err
	}
	key, err := dpop.NewKey(signer, f.Key.Algorithm)
	if err != nil {
		return err
	}
	f.use(key)
	return nil
}

// lowOrder embeds the neutral element, under which the signature made of it
// and of zero verifies for every text where nobody looks for such points (RFC
// 8032 §5.1.7).
func lowOrder(f *Forgery) error {
	neutral := append([]byte{1}, make([]byte, 31)...)
	f.Sign = func([]byte) ([]byte, error) { return append(slices.Clone(neutral), make([]byte, 32)...), nil }
	return editJWK(func(o *dpop.Object) { o.Set("x", dpop.EncodeSegment(neutral)) })(f)
}

// leadingZeros are about keys one coordinate of which begins with a zero octet
// by nature.
func leadingZeros() []Defect {
	var rows []Defect
	for _, name := range []string{"x", "y"} {
		key := func(a Aids) (*dpop.Key, error) { return shortKeys[name]() }
		natural := fine("jwk", "with a natural leading zero in "+name,
			"full length all the same (RFC 7518 §6.2.1.2)", nothing)
		stripped := bad("jwk", "stripped of a leading zero in "+name,
			"a coordinate is as long as the field (RFC 7518 §6.2.1.2)",
			func(f *Forgery) error {
				coordinate, err := f.Key.JWK().Octets(name)
				if err != nil {
					return err
				}
				return editJWK(func(o *dpop.Object) { o.Set(name, dpop.EncodeSegment(coordinate[1:])) })(f)
			}, "key")
		natural.Key, stripped.Key = key, key
		rows = append(rows, natural, stripped)
	}
	return rows
}

// shortKeys are P-256 key pairs with a leading zero in x or y, one in 256.
var shortKeys = map[string]func() (*dpop.Key, error){
	"x": sync.OnceValues(func() (*dpop.Key, error) { return shortKey("x") }),
	"y": sync.OnceValues(func() (*dpop.Key, error) { return shortKey("y") }),
}

func shortKey(name string) (*dpop.Key, error) {
	offset := map[string]int{"x": 1, "y": 33}[name]
	for {
		signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		encoded, err := signer.PublicKey.Bytes() // SEC 1, uncompressed
		if err != nil {
			return nil, err
		}
		if encoded[offset] == 0 {
			return dpop.NewKey(signer, "ES256")
		}
	}
}

// otherCurve is a sound signature on a curve that JOSE does not have.
func otherCurve() Defect {
	return bad("jwk", "on P-224", "a curve that RFC 7518 does not know, with a matching signature",
		func(f *Forgery) error {
			signer, err := p224()
			if err != nil {
				return err
			}
			encoded, err := signer.PublicKey.Bytes()
			if err != nil {
				return err
			}
			f.Draft.Header.Set("alg", "ES256")
			var jwk dpop.Object
			jwk.Add("kty", "EC")
			jwk.Add("crv", "P-224")
			jwk.Add("x", dpop.EncodeSegment(encoded[1:29]))
			jwk.Add("y", dpop.EncodeSegment(encoded[29:]))
			f.Draft.Header.Set("jwk", jwk)
			f.Sign = func(input []byte) ([]byte, error) { return signECDSA(signer, hashOf("ES256"), input) }
			return nil
		}, "key")
}

var p224 = sync.OnceValues(func() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P224(), rand.Reader) })
