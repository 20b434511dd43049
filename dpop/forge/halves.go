package forge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"
)

// halves is an ECDSA signature as numbers, with the order of the curve.
type halves struct {
	r, s, n *big.Int
	octets  int
}

func split(public *ecdsa.PublicKey, signature []byte) halves {
	half := len(signature) / 2
	return halves{
		r: new(big.Int).SetBytes(signature[:half]), s: new(big.Int).SetBytes(signature[half:]),
		n: public.Params().N, octets: half,
	}
}

func (h halves) bytes() []byte {
	both := make([]byte, 2*h.octets)
	h.r.FillBytes(both[:h.octets])
	h.s.FillBytes(both[h.octets:])
	return both
}

// largest is the largest number of so many octets.
func largest(octets int) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), uint(8*octets))
	return n.Sub(n, big.NewInt(1))
}

// signECDSA makes R || S (RFC 7518 §3.4) with any curve and any hash.
func signECDSA(key *ecdsa.PrivateKey, hash crypto.Hash, input []byte) ([]byte, error) {
	h := hash.New()
	h.Write(input)
	r, s, err := ecdsa.Sign(rand.Reader, key, h.Sum(nil))
	if err != nil {
		return nil, err
	}
	half := (key.Params().BitSize + 7) / 8
	return halves{r: r, s: s, n: new(big.Int), octets: half}.bytes(), nil
}
