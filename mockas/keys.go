package mockas

import "github.com/dpopspec/dpopspec/dpop"

// mostKeys is how many keys of its own a server publishes: an older one has signed
// nothing that is still good.
const mostKeys = 4

// sign has a key sign from now on.
func (s *store) sign(key *dpop.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A new list each time: whoever has the one before may still read it.
	s.keys = append([]*dpop.Key{key}, s.keys[:min(len(s.keys), mostKeys-1)]...)
}

// signingKeys are the keys of the server, that which signs first.
func (s *store) signingKeys() []*dpop.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys
}
