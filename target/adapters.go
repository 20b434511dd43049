package target

import (
	"maps"
	"slices"
	"sync"
)

// adapters are the programs that drive the client of a session. All introduce
// themselves alike, so one is asked and the others are started when they are
// needed. Those whose configure leaves nothing of the client before it wait for
// the next case with the same environment.
type adapters struct {
	asking sync.Mutex // held while the first introduces itself

	mu    sync.Mutex // guards what follows
	hello *Hello     // nil: none has introduced itself yet
	idle  []*adapter // in the order in which they became idle
}

// mostIdle is how many programs may wait for their next case.
const mostIdle = 8

// introduced is how the programs introduce themselves. Until one has, first starts
// it; that one is returned, for it has not served any case yet.
func (s *adapters) introduced(first func() (*adapter, error)) (Hello, *adapter, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	s.mu.Lock()
	known := s.hello
	s.mu.Unlock()
	if known != nil {
		return *known, nil, nil
	}
	a, err := first()
	if err != nil {
		return Hello{}, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hello = &a.hello
	return a.hello, a, nil
}

// take returns the program with an environment that became idle last; nil if there
// is none.
func (s *adapters) take(env map[string]string) *adapter {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, a := range slices.Backward(s.idle) {
		if maps.Equal(a.started, env) && a.free() {
			s.idle = slices.Delete(s.idle, i, i+1)
			return a
		}
	}
	return nil
}

// give takes a program back that a case needs no more.
func (s *adapters) give(a *adapter) {
	if !a.hello.Can(ResetsByConfigure) || !a.free() {
		go a.Close()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, a)
	if len(s.idle) > mostIdle {
		go s.idle[0].Close()
		s.idle = slices.Delete(s.idle, 0, 1)
	}
}

// close ends the programs that wait.
func (s *adapters) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ended sync.WaitGroup
	for _, a := range s.idle {
		ended.Go(a.Close)
	}
	ended.Wait()
	s.idle = nil
}
