package world

import (
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
)

// rsaKeys are read once: to make an RSA key takes longer than to run a
// hundred cases, and nothing in a case depends on its being new.
var rsaKeys = sync.OnceValues(func() (*dpop.Key, error) { return dpop.ParsePEM(fixtures.RSAKey) })

// keyring keeps key pairs by what they are for. Where nobody is real each case
// has servers and a client of its own, who know no other case, so the key pairs
// of one serve all; a real party gets new ones in every case, lest it connect them.
type keyring struct {
	mu   sync.Mutex
	keys map[string]*dpop.Key
}

var ring = keyring{keys: map[string]*dpop.Key{}}

func (r *keyring) key(purpose, algorithm string) (*dpop.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := algorithm + " " + purpose
	if key := r.keys[name]; key != nil {
		return key, nil
	}
	key, err := ordinaryKey(algorithm)
	if err == nil {
		r.keys[name] = key
	}
	return key, err
}

// generate returns a key pair that this case has not had for another purpose.
func (w *World) generate(purpose, algorithm string) (*dpop.Key, error) {
	if w.Session.Alone() {
		return ring.key(purpose, algorithm)
	}
	return ordinaryKey(algorithm)
}

// ordinaryKey makes a key pair no coordinate of which begins with a zero octet.
// One in 128 does, and a party that reads such a key wrongly would be told of in
// every case that happened to draw one; the cases about such keys make their own.
func ordinaryKey(algorithm string) (*dpop.Key, error) {
	for {
		key, err := dpop.GenerateKey(algorithm)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc([]string{"x", "y"}, func(name string) bool { return beginsWithZero(key, name) }) {
			return key, nil
		}
	}
}

// beginsWithZero reports whether a coordinate of a public key does.
func beginsWithZero(key *dpop.Key, coordinate string) bool {
	text, err := key.JWK().Text(coordinate)
	if err != nil {
		return false // a key of a kind without it
	}
	octets, err := dpop.DecodeSegment(text)
	return err == nil && len(octets) > 0 && octets[0] == 0
}

// KeyFor returns this case's key pair for an algorithm.
func (w *World) KeyFor(algorithm string) (*dpop.Key, error) {
	name := "for " + algorithm
	if key := w.keys[name]; key != nil {
		return key, nil
	}
	key, err := w.sharedKey(name, func() (*dpop.Key, error) { return w.probeKey(name, algorithm) })
	if err != nil {
		return nil, err
	}
	w.keys[name] = key
	return key, nil
}

// probeKey returns a key pair for proofs that we make ourselves.
func (w *World) probeKey(purpose, algorithm string) (*dpop.Key, error) {
	if isRSA(algorithm) {
		return forge.RSAKey(algorithm)
	}
	return w.generate(purpose, algorithm)
}

func isRSA(algorithm string) bool {
	a, _ := dpop.FindAlgorithm(algorithm)
	return a.Family == dpop.PKCS1 || a.Family == dpop.PSS
}

// NewKey returns a key pair that can be handed to a client.
func (w *World) NewKey(purpose, algorithm string) (*dpop.Key, error) {
	if isRSA(algorithm) {
		key, err := rsaKeys()
		if err != nil {
			return nil, err
		}
		return key.WithAlgorithm(algorithm)
	}
	return w.generate(purpose, algorithm)
}

// UsualAlgorithm is what the keys of a case sign with: ES256, unless a real
// server advertises others alone. RFC 9449 §5.1 makes no algorithm mandatory.
func (w *World) UsualAlgorithm() string {
	if _, err := w.At(); err != nil || w.EmbeddedEndpoint() {
		return usual
	}
	list := w.advertisedOnce()
	i := slices.IndexFunc(list, func(name string) bool {
		_, known := dpop.FindAlgorithm(name)
		return known
	})
	if i < 0 || slices.Contains(list, usual) {
		return usual
	}
	return list[i]
}

// advertisedOnce is algorithms, but for an API that has told them in another
// case: what costs a request is asked for once.
func (w *World) advertisedOnce() []string {
	if w.AtAPI() {
		if resource, err := w.Resource(DefaultAPI); err == nil {
			if names := w.Session.Challenged(resource.Origin); names != nil {
				return names
			}
		}
		names, _ := w.AlgorithmsWithoutCredentials() // a bad proof would need the key that is to be made
		return names
	}
	metadata, err := w.Metadata()
	if err != nil {
		return nil
	}
	return metadata.Algorithms
}

// usual is the algorithm that nearly every server takes.
const usual = "ES256"

// newKeyOf makes the key pair of a name. Of RSA keys there is one for the client
// and one for all others.
func (w *World) newKeyOf(name, algorithm string) (*dpop.Key, error) {
	if name == "client" || !isRSA(algorithm) {
		return w.NewKey(name, algorithm)
	}
	key, err := otherRSAKey()
	if err != nil {
		return nil, err
	}
	return key.WithAlgorithm(algorithm)
}

var otherRSAKey = sync.OnceValues(func() (*dpop.Key, error) { return dpop.ParsePEM(fixtures.OtherRSAKey) })

// AlgorithmsWithoutCredentials needs no key and no token.
func (w *World) AlgorithmsWithoutCredentials() ([]string, error) {
	resource, err := w.Resource(DefaultAPI)
	if err != nil {
		return nil, err
	}
	ask := func() (string, error) {
		e, err := w.Send("a request without credentials, for the algorithms in its challenge",
			wire.Request{Method: resource.Method, URL: resource.URL})
		if err != nil {
			return "", err
		}
		return strings.Join(target.ChallengedBy(e), " "), nil
	}
	names := ""
	if w.EmbeddedAPI() {
		names, err = ask()
	} else {
		names, err = w.Session.FindOut("what algorithms does "+resource.Method+" "+resource.URL+" name?", ask)
	}
	if err != nil || names == "" {
		return nil, err
	}
	return strings.Fields(names), nil
}

// Key returns the key pair of that name, made when it is first asked for.
// "client" is the one that the client's tokens are bound to.
func (w *World) Key(name string) (*dpop.Key, error) {
	if key := w.keys[name]; key != nil {
		return key, nil
	}
	if key := w.broughtKey(name); key != nil {
		w.keys[name] = key
		return key, nil
	}
	if name == "client" && w.Session.Key != nil {
		w.keys[name] = w.Session.Key
		return w.Session.Key, nil
	}
	make := func() (*dpop.Key, error) { return w.newKeyOf(name, w.UsualAlgorithm()) }
	key, err := w.sharedKey(name, make)
	if err != nil {
		return nil, err
	}
	w.keys[name] = key
	return key, nil
}

// SetKey makes a key pair the one of a name, before anything is bound to it.
func (w *World) SetKey(name string, key *dpop.Key) { w.keys[name] = key }

// HasKeyFor reports whether the case has a key pair for an algorithm already.
func (w *World) HasKeyFor(algorithm string) bool { return w.keys["for "+algorithm] != nil }
