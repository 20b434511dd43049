package forge

import (
	"crypto"
	_ "embed" // the primes of weak keys
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"sync"
)

//go:embed testdata/weakrsa.json
var weakPrimes []byte

var primesByName = sync.OnceValues(func() (map[string][]*big.Int, error) {
	var texts map[string][]string
	if err := json.Unmarshal(weakPrimes, &texts); err != nil {
		return nil, err
	}
	primes := map[string][]*big.Int{}
	for name, list := range texts {
		for _, text := range list {
			p, ok := new(big.Int).SetString(text, 16)
			if !ok {
				return nil, fmt.Errorf("%q is no hexadecimal number", text)
			}
			primes[name] = append(primes[name], p)
		}
	}
	return primes, nil
})

// ofManyPrimes names the key of 2048 bits whose thirty-two primes are of 64 bits.
const ofManyPrimes = "2048 of many primes"

// weakKeys are the weak keys that were asked for, by size and exponent.
var weakKeys sync.Map

// weakRSA returns the well-known key of that size with the given exponent.
func weakRSA(name string, exponent int64) (*rawRSA, error) {
	id := fmt.Sprint(name, "/", exponent)
	if known, ok := weakKeys.Load(id); ok {
		return known.(*rawRSA), nil
	}
	primes, err := primesByName()
	if err != nil {
		return nil, fmt.Errorf("forge: the primes of weak keys: %w", err)
	}
	key, _ := weakKeys.LoadOrStore(id, newRawRSA(primes[name], exponent))
	return key.(*rawRSA), nil
}

// useWeakRSA drafts the proof for a well-known key.
func (f *Forgery) useWeakRSA(name string, exponent int64) error {
	key, err := weakRSA(name, exponent)
	if err != nil {
		return err
	}
	alg := "RS256"
	if f.Algorithms != nil && !slices.Contains(f.Algorithms, alg) {
		alg = "PS256"
	}
	if f.Algorithms != nil && !slices.Contains(f.Algorithms, alg) {
		return lacking("it needs a server that advertises RS256 or PS256")
	}
	if alg == "PS256" && key.octets() < 2*crypto.SHA256.Size()+2 {
		return lacking("so short a key has no room for the salt of PS256")
	}
	f.Draft.Header.Set("alg", alg)
	f.Draft.Header.Set("jwk", key.jwk())
	f.Sign = func(input []byte) ([]byte, error) {
		sum := digest(crypto.SHA256, input)
		if alg == "RS256" {
			return key.signPKCS1(crypto.SHA256, sum)
		}
		return key.signPSS(crypto.SHA256, sum, crypto.SHA256, crypto.SHA256.Size())
	}
	return nil
}
