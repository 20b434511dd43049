package steps

import (
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/fixtures"
)

// rsaKeys are read once: to make an RSA key takes longer than to run a
// hundred cases, and nothing in a case depends on its being new.
var rsaKeys = sync.OnceValues(func() (*dpop.Key, error) { return dpop.ParsePEM(fixtures.RSAKey) })

// keyFor returns this case's key pair for an algorithm.
func (w *World) keyFor(algorithm string) (*dpop.Key, error) {
	name := "for " + algorithm
	if key := w.keys[name]; key != nil {
		return key, nil
	}
	key, err := newKey(algorithm)
	if err != nil {
		return nil, err
	}
	w.keys[name] = key
	return key, nil
}

func newKey(algorithm string) (*dpop.Key, error) {
	a, known := dpop.FindAlgorithm(algorithm)
	if known && (a.Family == dpop.PKCS1 || a.Family == dpop.PSS) {
		key, err := rsaKeys()
		if err != nil {
			return nil, err
		}
		return key.WithAlgorithm(algorithm)
	}
	return dpop.GenerateKey(algorithm)
}

// aids are what some defects need from the scenario.
func (w *World) aids() (dpop.Aids, error) {
	other, err := w.Key("another party")
	if err != nil {
		return dpop.Aids{}, err
	}
	return dpop.Aids{Keys: w.keyFor, Other: other, Algorithms: w.algorithms()}, nil
}

// algorithms are those that the authorization server advertises.
func (w *World) algorithms() []string {
	metadata, err := w.Metadata()
	if err != nil {
		return nil
	}
	return metadata.Algorithms
}
