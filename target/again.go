package target

import (
	"context"
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
)

// Again decides whether a case that ended with an error is to be run once
// more, from its beginning and with new keys, tokens and proofs: a request is
// never repeated by itself, for its proof would be a replay. It returns what the
// report should say. attempt counts from 1.
//
// A connection that broke before an answer came earns one more run, so does each
// 429, after the pause that it asks for. Silence does not: it has cost a timeout.
// A party that is gone earns none.
func (s *Session) Again(ctx context.Context, err error, attempt int) (note string, again bool) {
	var throttled *Throttled
	var broken *wire.Broken
	s.watch(ctx, err)
	switch {
	case errors.As(err, &throttled):
		if attempt >= mostAttempts || !s.limiter.rest(throttled) {
			s.giveUp(throttled)
			return "", false
		}
		const text = "%s answered 429; it was left alone for %v and the case run again"
		return fmt.Sprintf(text, throttled.Origin, throttled.After), true
	case s.gone(err) != nil:
	case attempt == 1 && errors.As(err, &broken) && !s.Alone():
		return "flaky: the case was run again, for " + broken.Error(), true
	}
	return "", false
}

// mostAttempts is how often a case is begun that meets a 429 each time, though
// other requests are answered.
const mostAttempts = 10

// giveUp keeps that a party answers 429 whatever is done about it. One that does
// so time after time, or wants more time than there is, is asked nothing more.
func (s *Session) giveUp(t *Throttled) {
	p := reports.Problem{
		Name:   t.Origin,
		What:   fmt.Sprintf("%s answers 429, too many requests, %s", t.Origin, s.moment()),
		Answer: fmt.Sprintf("429, to be left alone for %v, though it was obeyed", t.After),
		Key:    "limits.rate",
		Remedy: "lower limits.rate, or ask for a higher quota",
	}
	if t.After > s.limiter.pause {
		p.Answer = fmt.Sprintf("429, to be left alone for %v, and limits.pause allows %v", t.After, s.limiter.pause)
		p.Key, p.Remedy = "limits.pause", "raise limits.pause, lower limits.rate, or ask for a higher quota"
	}
	if s.limiter.exhausted(t) {
		s.Block(p, s.restsAt(t.Origin)...)
		return
	}
	s.Block(p)
}

// gone returns why what an error tells of cannot be had any more.
func (s *Session) gone(err error) error {
	if from, _ := s.silence.origin(err); from != "" {
		return s.answers(from)
	}
	return nil
}

// Final returns the error as it stands after the last attempt: where the set-up is
// to blame for it, that is what it says.
func (s *Session) Final(err error) error {
	var throttled *Throttled
	if gone := s.gone(err); gone != nil {
		return gone
	}
	if errors.As(err, &throttled) {
		for _, p := range s.SetUp() {
			if p.Name == throttled.Origin {
				return &Blocked{p}
			}
		}
	}
	return err
}
