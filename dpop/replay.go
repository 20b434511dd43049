package dpop

import (
	"crypto/sha256"
	"sync"
	"time"
)

// ReplayMemory remembers used proofs by key, target URI and jti (RFC 9449
// §11.1): the context in which a jti must be unique. It stores hashes, so that
// a long jti costs no more than a short one, and never the text of the proof,
// which an attacker can vary without the key.
type ReplayMemory struct {
	Clock func() time.Time
	mu    sync.Mutex
	used  map[[32]byte]time.Time
	sweep time.Time
}

// NewReplayMemory returns an empty memory.
func NewReplayMemory(clock func() time.Time) *ReplayMemory {
	return &ReplayMemory{Clock: clock, used: map[[32]byte]time.Time{}}
}

// Use implements Replays. Asking and remembering are one step, so that of any
// number of parallel copies exactly one is fresh.
func (m *ReplayMemory) Use(p *Proof, until time.Time) (bool, error) {
	uri, err := NormalizeURI(p.URI)
	if err != nil {
		uri = p.URI
	}
	key := sha256.Sum256([]byte(p.Thumbprint + "\x00" + uri + "\x00" + p.ID))
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.Clock()
	m.forget(now)
	if known, found := m.used[key]; found && now.Before(known) {
		return false, nil
	}
	m.used[key] = until
	return true, nil
}

// forget drops what has expired, at most once a second, so that the cost of a
// use does not grow with the number of those remembered.
func (m *ReplayMemory) forget(now time.Time) {
	if now.Before(m.sweep) {
		return
	}
	m.sweep = now.Add(time.Second)
	for key, until := range m.used {
		if !now.Before(until) {
			delete(m.used, key)
		}
	}
}

// Len returns how many proofs are remembered.
func (m *ReplayMemory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.used)
}
