package target

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// seen is what answers showed.
type seen struct {
	mu         sync.Mutex
	nonces     map[string]bool     // by origin
	newest     map[string]string   // nonce that can be sent back, by origin
	algorithms map[string][]string // of DPoP challenges, by origin
	answers    map[string]string   // by question
	instances  map[string]marks    // by origin
	found      []Capability        // that the run has found out
	granted    map[string]bool     // where an honest request was granted
	pushing    map[string]string   // why clients without the code grant may not push, by client_id
	leftBehind []string            // ids of clients that were registered and could not be deleted
}

// Granted notes that an honest request was granted at an endpoint, by its name, or at an
// operation of an API.
func (s *Session) Granted(place string) {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	if s.seen.granted == nil {
		s.seen.granted = map[string]bool{}
	}
	s.seen.granted[place] = true
}

// HasGranted reports whether any honest request was granted there.
func (s *Session) HasGranted(place string) bool {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.granted[place]
}

// NotePushing keeps whether a client may push authorization requests though it may
// not use the code grant: refused is what it was answered, empty if it may.
func (s *Session) NotePushing(client, refused string) {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	if s.seen.pushing == nil {
		s.seen.pushing = map[string]string{}
	}
	s.seen.pushing[client] = refused
}

// Pushing returns what a client without the code grant was answered when it pushed an
// authorization request, empty if it may, and whether it was tried.
func (s *Session) Pushing(client string) (refused string, tried bool) {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	refused, tried = s.seen.pushing[client]
	return refused, tried
}

// learn keeps what an answer of a real party shows.
func (s *seen) learn(e *wire.Exchange) {
	algorithms := ChallengedBy(e)
	given := e.Answer.Values("DPoP-Nonce")
	from := originOf(e.URL)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nonces == nil {
		s.nonces, s.algorithms, s.instances = map[string]bool{}, map[string][]string{}, map[string]marks{}
	}
	if s.newest == nil {
		s.newest = map[string]string{}
	}
	if s.instances[from] == nil {
		s.instances[from] = marks{}
	}
	s.instances[from].learn(e)
	if len(given) > 0 {
		s.nonces[from] = true
	}
	if len(given) == 1 && dpop.ValidNonce(given[0]) {
		s.newest[from] = given[0]
	}
	if len(algorithms) > 0 {
		s.algorithms[from] = algorithms
	}
}

// ChallengedBy returns the algorithms of the DPoP challenge of an answer (RFC
// 9449 §7.1); nil if it names none.
func ChallengedBy(e *wire.Exchange) []string {
	challenges, _ := dpop.ParseChallenges(e.Answer.Values("WWW-Authenticate"))
	challenge, _ := dpop.FindChallenge(challenges, dpop.Scheme)
	names, found := challenge.Get("algs")
	if !found {
		return nil
	}
	return strings.Fields(names)
}

// NewestNonce returns the newest nonce that a server has given anybody of the run, at
// any of its endpoints (RFC 9449 §8.2); empty if none.
func (s *Session) NewestNonce(address string) string {
	s.seen.mu.Lock()
	defer s.seen.mu.Unlock()
	return s.seen.newest[originOf(address)]
}

// nonceOrigins lists where nonces came from.
func (s *seen) nonceOrigins() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.nonces))
}

// instancesAt says by what the answers of each origin differed.
func (s *seen) instancesAt() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := map[string]string{}
	for from, marks := range s.instances {
		if text := marks.told(); text != "" {
			told[from] = text
		}
	}
	return told
}

// findOut asks a question that has not been answered yet.
func (s *seen) findOut(question string, ask func() (string, error)) (string, error) {
	s.mu.Lock()
	answer, known := s.answers[question]
	s.mu.Unlock()
	if known {
		return answer, nil
	}
	answer, err := ask()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers == nil {
		s.answers = map[string]string{}
	}
	s.answers[question] = answer
	return answer, nil
}

// challenged returns the algorithms of the newest DPoP challenge of a real party
// at an origin; nil if none was seen yet.
func (s *seen) challenged(at string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.algorithms[at]
}
