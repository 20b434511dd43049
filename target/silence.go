package target

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// mostUnanswered is after how many requests in a row without an answer a party is
// asked whether it is still there.
const mostUnanswered = 3

// knockPauses are how long a party may take to come back, before each time that it
// is asked.
var knockPauses = []time.Duration{0, time.Second, 2 * time.Second}

// silence counts the requests that nobody answered, by origin.
type silence struct {
	mu sync.Mutex
	of map[string]*unanswered
}

type unanswered struct {
	inARow int
	last   error
}

// lost is told of a request without an answer.
func (s *silence) lost(e *wire.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]*unanswered{}
	}
	from := originOf(e.URL)
	if s.of[from] == nil {
		s.of[from] = &unanswered{}
	}
	s.of[from].last = e.Err
	if wire.Silent(e.Err) { // a connection that breaks is no silence
		s.of[from].inARow++
	}
}

// broken is told of an answer, which breaks the silence.
func (s *silence) broken(e *wire.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, originOf(e.URL))
}

// origin returns whose missing answer an error tells of, and how many there were
// in a row; empty if it tells of none.
func (s *silence) origin(err error) (from string, inARow int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for from, u := range s.of {
		if err != nil && errors.Is(err, u.last) {
			return from, u.inARow
		}
	}
	return "", 0
}

// watch looks after the party whose missing answer an error tells of: whether its
// program has ended, or whether it answers nothing any more, not even a question
// that has nothing to do with a proof. What rests on it is then blocked.
func (s *Session) watch(ctx context.Context, err error) {
	from, inARow := s.silence.origin(err)
	switch {
	case ctx.Err() != nil: // that the run ends is no silence
	case from == "" || s.answers(from) != nil || s.Ended(err):
	case inARow < mostUnanswered || s.knock(ctx, from):
	default:
		s.Block(reports.Problem{
			Name:   from,
			What:   fmt.Sprintf("%s answers no more, %s", from, s.moment()),
			Answer: fmt.Sprintf("%d requests in a row, and then a mere GET: %v", inARow, wire.Brief(err.Error())),
			Key:    s.keyAt(from),
			Remedy: "see whether it runs and can be reached from here; nothing was sent to it after that",
		}, s.restsAt(from)...)
	}
}

// Ended reports whether an error tells of a program of ours that has ended: what
// rests on it is then blocked.
func (s *Session) Ended(err error) bool {
	from, inARow := s.silence.origin(err)
	return from != "" && s.mourn(from, patienceAfter(inARow))
}

// patienceAfter is how long a program may take to end that answers nothing.
func patienceAfter(inARow int) time.Duration {
	if inARow == 0 {
		return 0
	}
	return farewell
}

// knock reports whether a party answers anything at all.
func (s *Session) knock(ctx context.Context, from string) bool {
	client := s.NewClient(nil, nil)
	client.Lost = nil // the error that is looked into stays the newest
	defer client.Close()
	for _, pause := range knockPauses {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return true // the run ends for another reason
		}
		e, err := client.Do(ctx, wire.Request{Method: "GET", URL: from + "/"})
		if e != nil && e.Status != 0 || err != nil && !wire.Silent(err) {
			return true
		}
		if !wire.Refused(err) {
			return false // it has cost a timeout, and so would the next one
		}
	}
	return false
}

// keyAt is the key of the configuration that names the party at an origin.
func (s *Session) keyAt(from string) string {
	for _, api := range s.APIs {
		if originOf(api.URL) == from {
			return "apis." + api.Name + ".url"
		}
	}
	return "authorization_server.issuer"
}

// restsAt is what cannot be tested without the party at an origin.
func (s *Session) restsAt(from string) []Dependent {
	rests := []Dependent{{Address: from}}
	if len(s.APIs) > 0 && originOf(s.APIs[0].URL) == from {
		rests = append(rests, Dependent{Role: ResourceServer})
	}
	if s.AuthorizationServer != nil && originOf(s.Metadata.Token) == from {
		rests = append(rests, Dependent{Everything: true})
	}
	return rests
}
