package login

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Several is a way that consists of others: each is tried until one fails for good,
// then the next.
type Several struct {
	ways []Way

	mu     sync.Mutex
	at     int        // the way that is used
	worked bool       // one has ever given a redirect
	failed []*Failure // of those before it
}

// InOrder tries ways in their order.
func InOrder(ways ...Way) *Several { return &Several{ways: ways} }

// Authorize implements Way. The failure of the last way tells of those before it, too.
func (s *Several) Authorize(ctx context.Context, r Request) (string, error) {
	for {
		at, way := s.current()
		redirect, err := way.Authorize(ctx, r)
		var failed *Failure
		var page *Answered
		switch {
		case err == nil:
			s.works()
			return redirect, nil
		case errors.As(err, &page) && page.Status < 400 && s.passes(at):
			failed = page.Stuck() // a page that this way can make nothing of
		case !errors.As(err, &failed):
			return redirect, err
		}
		if failed.Final || r.Doubtful && s.hasWorked() || !s.leave(at, failed) {
			return "", s.told(failed)
		}
	}
}

// works notes that the way that is used has given a redirect.
func (s *Several) works() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worked = true
}

func (s *Several) hasWorked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worked
}

// passes reports whether a page is for the way behind the one at a place: there is one,
// and no page was dealt with before.
func (s *Several) passes(at int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.worked && at < len(s.ways)-1
}

func (s *Several) current() (int, Way) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.ways[s.at]
}

// leave goes on to the next way, unless somebody has done so already; it reports
// whether there is one.
func (s *Several) leave(at int, failed *Failure) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at == len(s.ways)-1 {
		return false
	}
	if at == s.at {
		s.at++
		s.failed = append(s.failed, failed)
	}
	return true
}

// told is the last failure with what went wrong before it.
func (s *Several) told(last *Failure) *Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole := *last
	for i := len(s.failed) - 1; i >= 0; i-- {
		whole.What = s.failed[i].What + "; then " + whole.What
	}
	return &whole
}

// namesItself refuses an authorization endpoint that the configuration does not name.
func namesItself(r Request) error {
	at, err := url.Parse(r.Address)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return &Failure{What: "the authorization endpoint " + wire.Brief(r.Address) + " is no web address", Key: "form",
			Remedy: "see the metadata of the authorization server"}
	}
	if !r.Hosts.Name(at) {
		return foreign("the metadata lead the login", originOf(at), "")
	}
	return nil
}
