package target

import (
	"slices"
	"sync"

	"github.com/dpopspec/dpopspec/reports"
)

// Blocked ends a case that rests on what does not work in the set-up of the run:
// nothing is sent for it, and nothing is said of a party.
type Blocked struct{ Problem reports.Problem }

// Error implements error.
func (b *Blocked) Error() string { return "could not test: " + b.Problem.What }

// Dependent is what a problem of the set-up makes useless: one field of it, or
// Client with Grant.
type Dependent struct {
	Everything bool
	Role       Role   // a party, with all its cases
	Endpoint   string // an endpoint, by its name in the catalogue
	Client     string // what a client gets …
	Grant      string // … by this grant, or at the endpoint of that name; empty: at all
	API        string // an API that cannot be used at all, by its name
	TokensFor  string // an API that cannot be used with a token, by its name
	Place      string // an operation of an API
	Address    string // where requests would go: an origin or a URL
}

// setUp is what is wrong with the set-up of a run, and what rests on it. All
// cases of a run share it.
type setUp struct {
	mu       sync.Mutex
	problems []reports.Problem
	blocks   []block
	spared   map[string]string // by operation of an API, the name of a problem that does not hold there
}

type block struct {
	problem reports.Problem
	Dependent
}

// Block keeps a problem for the report, once by its name, and ends every case
// that rests on one of its dependents.
func (s *Session) Block(p reports.Problem, dependents ...Dependent) {
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	named := func(known reports.Problem) bool { return known.Name == p.Name }
	if i := slices.IndexFunc(s.setUp.problems, named); i >= 0 {
		p = s.setUp.problems[i]
	} else {
		s.setUp.problems = append(s.setUp.problems, p)
	}
	for _, d := range dependents {
		s.setUp.blocks = append(s.setUp.blocks, block{p, d})
	}
}

// SetUp lists what is wrong with the set-up, as it was found out.
func (s *Session) SetUp() []reports.Problem {
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	return slices.Clone(s.setUp.problems)
}

// blocked returns the problem by which something cannot be used; nil if nothing
// is known against it.
func (s *Session) blocked(rests func(Dependent) bool) error { return s.blockedAt("", rests) }

// blockedAt is blocked for an operation of an API, but for the problem that it was spared.
func (s *Session) blockedAt(place string, rests func(Dependent) bool) error {
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	spared, has := s.setUp.spared[place]
	for _, b := range s.setUp.blocks {
		if has && b.problem.Name == spared {
			continue
		}
		if b.Everything || rests(b.Dependent) {
			return &Blocked{b.problem}
		}
	}
	return nil
}

// Usable returns why no case about a party at an endpoint can be run: a *Blocked,
// or nil.
func (s *Session) Usable(party Role, endpoint string) error {
	return s.blocked(func(d Dependent) bool {
		return d.Role != "" && d.Role == party || d.Endpoint != "" && d.Endpoint == endpoint
	})
}

// UsableAt returns why nothing can be tested at an operation of an API, likewise.
func (s *Session) UsableAt(place string) error {
	return s.blocked(func(d Dependent) bool { return d.Place != "" && d.Place == place })
}

// UsableClient returns why a client gets nothing by a grant, likewise.
func (s *Session) UsableClient(client, grant string) error {
	return s.blocked(func(d Dependent) bool {
		return d.Client != "" && d.Client == client && (d.Grant == "" || d.Grant == grant)
	})
}

// UsableAPI returns why an API cannot be used at all, likewise.
func (s *Session) UsableAPI(name string) error {
	return s.blocked(func(d Dependent) bool { return d.API != "" && d.API == name })
}

// TakesTokens returns why no token is good for an API, likewise.
func (s *Session) TakesTokens(name string) error { return s.TakesTokensAt("", name) }

// TakesTokensAt returns why no token is good at an operation of an API, likewise.
func (s *Session) TakesTokensAt(place, name string) error {
	return s.blockedAt(place, func(d Dependent) bool { return name != "" && (d.TokensFor == name || d.API == name) })
}

// Spare notes that a problem of an API does not hold at one of its operations: what blocks the
// API later still counts there.
func (s *Session) Spare(place string, p reports.Problem) {
	s.setUp.mu.Lock()
	defer s.setUp.mu.Unlock()
	if s.setUp.spared == nil {
		s.setUp.spared = map[string]string{}
	}
	s.setUp.spared[place] = p.Name
}

// answers returns why nothing is sent to an address, likewise.
func (s *Session) answers(address string) error {
	from := originOf(address)
	return s.blocked(func(d Dependent) bool { return d.Address != "" && (d.Address == address || d.Address == from) })
}
