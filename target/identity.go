package target

import (
	"context"
	"fmt"
)

// Registration returns how the client wants to be registered: what the
// configuration says wins over what its adapter says.
func (s *Session) Registration(ctx context.Context) (Registration, error) {
	switch {
	case s.Client == nil:
		return s.Parts.Registration, nil
	case s.Triggered():
		return s.Client.Registration, nil
	}
	hello, err := s.introduced(ctx)
	if err != nil {
		return Registration{}, err
	}
	chosen := s.Client.Registration.over(hello.Client)
	if err := chosen.check(); err != nil {
		return chosen, fmt.Errorf("the client %s cannot be registered as it wants: %w", hello.Name, err)
	}
	return chosen, nil
}

// introduced lets the client introduce itself, if it has not yet.
func (s *Session) introduced(ctx context.Context) (Hello, error) {
	s.introduction.asking.Lock()
	defer s.introduction.asking.Unlock()
	if known := s.introduction.known(); known != nil {
		return *known, nil
	}
	driver, err := s.OpenClient(ctx, Conditions{})
	if err != nil {
		return Hello{}, err
	}
	defer driver.Close()
	return driver.Hello(), nil
}
