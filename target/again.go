package target

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Again decides whether a case that ended with an error is to be run once
// more, from its beginning and with new keys, tokens and proofs: a request is
// never repeated by itself, for its proof would be a replay. It returns what the
// report should say. attempt counts from 1.
//
// A connection that broke before an answer came earns one more run, so does a
// 429, after the pause that it asks for. Silence does not: it has cost a timeout.
func (s *Session) Again(err error, attempt int) (note string, again bool) {
	var throttled *Throttled
	var broken *wire.Broken
	switch {
	case errors.As(err, &throttled):
		if !s.limiter.rest(throttled, attempt > 1) {
			return "", false
		}
		const text = "%s answered 429; it was left alone for %v and the case run again"
		return fmt.Sprintf(text, throttled.Origin, throttled.After), true
	case attempt == 1 && errors.As(err, &broken) && !s.Alone():
		return "flaky: the case was run again, for " + broken.Error(), true
	}
	return "", false
}

// Final returns the error as it stands after the last attempt: a 429 that made
// the run stop says so.
func (s *Session) Final(err error) error {
	var throttled *Throttled
	if errors.As(err, &throttled) {
		if stopped := s.limiter.why(); stopped != nil {
			return stopped
		}
	}
	return err
}
