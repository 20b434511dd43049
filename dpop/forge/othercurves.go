package forge

import (
	"crypto"
	"crypto/rand"
	"crypto/sha3"
	"math/big"
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// otherCurveDefects are sound signatures on curves that few servers have, or that are
// too short for a profile. The arithmetic is slow and leaks: its keys are worth nothing.
func otherCurveDefects() []Defect {
	return embedding(
		bad("jwk", "on P-192", "a curve that RFC 7518 does not know, of 192 bits, with a matching signature",
			embedWeierstrass("P-192", "ES256", p192), "key"),
		moot("jwk", "on secp256k1", "a curve of RFC 8812, with a matching signature of the algorithm ES256K",
			embedWeierstrass("secp256k1", "ES256K", secp256k1), "alg", "key"),
		moot("jwk", "on Ed448", "the other curve of RFC 8037, with a matching signature of the algorithm EdDSA",
			embedEd448, "alg", "key", "signature"),
	)
}

// weierstrass is a curve y² = x³ + ax + b over the field of p, with a base point of the
// order n (SEC 1 §3.1.1).
type weierstrass struct{ p, a, n, x, y *big.Int }

// affine is a point of a curve; a nil one is the neutral element.
type affine struct{ x, y *big.Int }

func hexadecimal(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 16) // a constant of ours
	return n
}

var (
	// p192 is that of FIPS 186-4 §D.1.2.1.
	p192 = weierstrass{
		p: hexadecimal("fffffffffffffffffffffffffffffffeffffffffffffffff"),
		a: big.NewInt(-3),
		n: hexadecimal("ffffffffffffffffffffffff99def836146bc9b1b4d22831"),
		x: hexadecimal("188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012"),
		y: hexadecimal("07192b95ffc8da78631011ed6b24cdd573f977a11e794811"),
	}
	// secp256k1 is that of SEC 2 §2.4.1.
	secp256k1 = weierstrass{
		p: hexadecimal("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"),
		a: new(big.Int),
		n: hexadecimal("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
		x: hexadecimal("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
		y: hexadecimal("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
	}
)

func (c weierstrass) add(p, q *affine) *affine {
	if p == nil || q == nil {
		if p == nil {
			return q
		}
		return p
	}
	slope, below := new(big.Int), new(big.Int)
	switch {
	case p.x.Cmp(q.x) != 0:
		slope.Sub(q.y, p.y)
		below.Sub(q.x, p.x)
	case p.y.Cmp(q.y) != 0 || p.y.Sign() == 0:
		return nil
	default:
		slope.Mul(p.x, p.x).Mul(slope, big.NewInt(3)).Add(slope, c.a)
		below.Lsh(p.y, 1)
	}
	slope.Mul(slope, below.ModInverse(below.Mod(below, c.p), c.p)).Mod(slope, c.p)
	x := new(big.Int).Mul(slope, slope)
	x.Sub(x, p.x).Sub(x, q.x).Mod(x, c.p)
	y := new(big.Int).Sub(p.x, x)
	y.Mul(y, slope).Sub(y, p.y).Mod(y, c.p)
	return &affine{x, y}
}

func (c weierstrass) times(k *big.Int) *affine {
	var sum *affine
	base := &affine{c.x, c.y}
	for i := k.BitLen() - 1; i >= 0; i-- {
		if sum = c.add(sum, sum); k.Bit(i) == 1 {
			sum = c.add(sum, base)
		}
	}
	return sum
}

// sign is ECDSA by the formulas of SEC 1 §4.1.3.
func (c weierstrass) sign(secret *big.Int, digest []byte) ([]byte, error) {
	e := new(big.Int).SetBytes(digest)
	if more := 8*len(digest) - c.n.BitLen(); more > 0 {
		e.Rsh(e, uint(more))
	}
	octets := (c.n.BitLen() + 7) / 8
	for {
		k, err := rand.Int(rand.Reader, c.n)
		if err != nil {
			return nil, err
		}
		if k.Sign() == 0 {
			continue
		}
		r := new(big.Int).Mod(c.times(k).x, c.n)
		s := new(big.Int).Mul(r, secret)
		s.Add(s, e).Mul(s, k.ModInverse(k, c.n)).Mod(s, c.n)
		if r.Sign() != 0 && s.Sign() != 0 {
			return append(r.FillBytes(make([]byte, octets)), s.FillBytes(make([]byte, octets))...), nil
		}
	}
}

// known is the secret number of the keys on other curves: everybody may have it.
var known = big.NewInt(20090415)

func embedWeierstrass(crv, alg string, curve weierstrass) func(*Forgery) error {
	public := sync.OnceValue(func() *affine { return curve.times(known) })
	return func(f *Forgery) error {
		octets := (curve.p.BitLen() + 7) / 8
		var jwk dpop.Object
		jwk.Add("kty", "EC")
		jwk.Add("crv", crv)
		jwk.Add("x", dpop.EncodeSegment(public().x.FillBytes(make([]byte, octets))))
		jwk.Add("y", dpop.EncodeSegment(public().y.FillBytes(make([]byte, octets))))
		f.Draft.Header.Set("alg", alg)
		f.Draft.Header.Set("jwk", jwk)
		f.Sign = func(input []byte) ([]byte, error) { return curve.sign(known, digest(crypto.SHA256, input)) }
		return nil
	}
}

// The curve x² + y² = 1 + dx²y² of Ed448 (RFC 8032 §5.2).
var (
	field448 = new(big.Int).Sub(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 448),
		new(big.Int).Lsh(big.NewInt(1), 224)), big.NewInt(1))
	order448 = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 446),
		decimal("13818066809895115352007386748515426880336692474882178609894547503885"))
	d448    = big.NewInt(-39081)
	base448 = &affine{
		decimal("22458004029592430018760433409989603624678964163256413424612546168695041546740603290902919286935" +
			"7953282578032075146446173674602635247710"),
		decimal("29881921007848149267601793044393067343754404015408024209592824137233150618983587600353687865541" +
			"8784733982303233503462500531545062832660"),
	}
)

func decimal(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 10) // a constant of ours
	return n
}

func add448(p, q *affine) *affine {
	product := func(a, b *big.Int) *big.Int { a = new(big.Int).Mul(a, b); return a.Mod(a, field448) }
	quotient := func(a, b *big.Int) *big.Int {
		return product(a, new(big.Int).ModInverse(b.Mod(b, field448), field448))
	}
	xx, yy := product(p.x, q.x), product(p.y, q.y)
	all := product(d448, product(xx, yy))
	one := big.NewInt(1)
	return &affine{
		quotient(new(big.Int).Add(product(p.x, q.y), product(p.y, q.x)), new(big.Int).Add(one, all)),
		quotient(new(big.Int).Sub(yy, xx), new(big.Int).Sub(one, all)),
	}
}

func times448(k *big.Int) *affine {
	sum := &affine{new(big.Int), big.NewInt(1)}
	for i := k.BitLen() - 1; i >= 0; i-- {
		if sum = add448(sum, sum); k.Bit(i) == 1 {
			sum = add448(sum, base448)
		}
	}
	return sum
}

// littleEndian writes a number in octets, the lowest first.
func littleEndian(n *big.Int, octets int) []byte {
	text := n.FillBytes(make([]byte, octets))
	slices.Reverse(text)
	return text
}

func fromLittleEndian(text []byte) *big.Int {
	text = slices.Clone(text)
	slices.Reverse(text)
	return new(big.Int).SetBytes(text)
}

// encoded is a point by its y and the sign of its x (RFC 8032 §5.2.2).
func (p *affine) encoded() []byte {
	text := littleEndian(p.y, 57)
	text[56] |= byte(p.x.Bit(0)) << 7
	return text
}

// sign448 is Ed448 without context (RFC 8032 §5.2.5, §5.2.6).
func sign448(secret, message []byte) (public, signature []byte) {
	hash := func(parts ...[]byte) []byte { return sha3.SumSHAKE256(slices.Concat(parts...), 114) }
	domain := []byte("SigEd448\x00\x00")
	h := hash(secret)
	h[0], h[55], h[56] = h[0]&0xfc, h[55]|0x80, 0
	s := fromLittleEndian(h[:57])
	public = times448(s).encoded()
	r := fromLittleEndian(hash(domain, h[57:], message))
	point := times448(r.Mod(r, order448)).encoded()
	k := fromLittleEndian(hash(domain, point, public, message))
	k.Mul(k, s).Add(k, r).Mod(k, order448)
	return public, append(point, littleEndian(k, 57)...)
}

func embedEd448(f *Forgery) error {
	secret := known.FillBytes(make([]byte, 57))
	public, _ := sign448(secret, nil)
	var jwk dpop.Object
	jwk.Add("kty", "OKP")
	jwk.Add("crv", "Ed448")
	jwk.Add("x", dpop.EncodeSegment(public))
	f.Draft.Header.Set("alg", "EdDSA")
	f.Draft.Header.Set("jwk", jwk)
	f.Sign = func(input []byte) ([]byte, error) {
		_, signature := sign448(secret, input)
		return signature, nil
	}
	return nil
}
