package target

import (
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
)

// environmentKey is the key pair that every case gives to the environment of a
// client behind an adapter, unless it is about another: one process can then serve
// many cases.
type environmentKey struct {
	making sync.Mutex
	made   *dpop.Key
}

// EnvironmentKey returns that key pair, which is generated when it is first asked for.
func (k *environmentKey) EnvironmentKey(generate func() (*dpop.Key, error)) (*dpop.Key, error) {
	k.making.Lock()
	defer k.making.Unlock()
	if k.made == nil {
		key, err := generate()
		if err != nil {
			return nil, err
		}
		k.made = key
	}
	return k.made, nil
}
