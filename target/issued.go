package target

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Issued is what a real authorization server made of a proof in a token request.
type Issued struct {
	Client, Grant string
	For           string // the audience, as far as it can be seen
	Bound         bool   // the access token is bound to a key
}

// issued is what each client got by each grant. A server may issue unbound tokens in
// spite of a proof, by its policy for a client or an API (RFC 9449 §5): what it makes
// of proofs is to be looked at where they count.
type issued struct {
	mu   sync.Mutex
	list []Issued
}

// NoteIssued keeps what a client got for an honest proof. That a token was bound is
// not forgotten for one that is not.
func (s *Session) NoteIssued(one Issued) {
	s.issued.mu.Lock()
	defer s.issued.mu.Unlock()
	same := func(known Issued) bool { return known.Client == one.Client && known.Grant == one.Grant }
	switch i := slices.IndexFunc(s.issued.list, same); {
	case i < 0:
		s.issued.list = append(s.issued.list, one)
	case one.Bound:
		s.issued.list[i] = one
	}
}

// Issued returns what a client got by a grant for a proof, if it is known.
func (s *Session) Issued(client, grant string) (one Issued, known bool) {
	for _, one := range s.IssuedTo(client) {
		if one.Grant == grant {
			return one, true
		}
	}
	return Issued{}, false
}

// IssuedTo lists what a client got by each grant, as far as it is known.
func (s *Session) IssuedTo(client string) []Issued {
	s.issued.mu.Lock()
	defer s.issued.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.issued.list), func(one Issued) bool { return one.Client != client })
}

// GetsUnbound reports whether a client is known to get unbound tokens by a grant; of
// an empty grant, by all by which it got any.
func (s *Session) GetsUnbound(client, grant string) bool {
	known := s.IssuedTo(client)
	if grant != "" {
		known = slices.DeleteFunc(known, func(one Issued) bool { return one.Grant != grant })
	}
	return len(known) > 0 && !slices.ContainsFunc(known, func(one Issued) bool { return one.Bound })
}

// unbound says who gets unbound tokens; empty if nobody does.
func (s *Session) unbound() string {
	s.issued.mu.Lock()
	defer s.issued.mu.Unlock()
	var list []string
	for _, one := range s.issued.list {
		if !one.Bound {
			grant := one.Grant[strings.LastIndex(one.Grant, ":")+1:]
			list = append(list, fmt.Sprintf("the client %s by %s", one.Client, grant))
		}
	}
	return strings.Join(list, ", ")
}
