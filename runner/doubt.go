package runner

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/steps/world"
)

// outcome is how one execution of a case ended, and what its verdict rests on.
type outcome struct {
	e       *execution
	retried []string
	result  reports.Case
	words   words // of the latest refusal
	earned  bool  // each refusal had an error that a defect of the proof alone earns
	granted bool  // it blames the party for what it granted in its own words
}

// words are how a server says no: what a person sees of a cause first. The zero
// value says nothing: everything was granted.
type words struct {
	refused bool
	status  int // 0: no answer
	code    string
}

func (s words) String() string {
	switch {
	case !s.refused:
		return "granted"
	case s.status == 0:
		return "no answer"
	case s.code == "":
		return fmt.Sprint(s.status)
	}
	return fmt.Sprintf("%d %s", s.status, wire.Brief(s.code))
}

// whim reports whether a refusal may be one of a server that refuses at random, and
// not of a way on which connections break, gateways fail and others answer.
func (s words) whim() bool {
	return s.refused && (s.status/100 == 4 || s.status/100 == 2 && s.code != "")
}

// lastWords are those of the newest answer of a real server, if it is a refusal.
func (e *execution) lastWords() words {
	for _, s := range slices.Backward(e.world.Shown) {
		if x := s.Exchange; !e.world.Embedded(x.URL) {
			return words{refused: x.Status/100 != 2, status: x.Status, code: world.ErrorOf(x)}
		}
	}
	return words{}
}

// endedAs looks at an execution: what a real server refused, and in which words.
func endedAs(e *execution, retried []string, result reports.Case) *outcome {
	o := &outcome{e: e, retried: retried, result: result, earned: true}
	if e.world == nil {
		return o
	}
	for _, s := range e.world.Shown {
		x := s.Exchange
		granted := x.Status/100 == 2 && !world.SaysError(x) || x.Status/100 == 3
		if e.world.Embedded(x.URL) || granted {
			continue
		}
		code := world.ErrorOf(x)
		if code == dpop.UseNonce && x != e.world.Latest().Exchange {
			continue // a challenge on the way
		}
		if x != e.world.Latest().Exchange && onlyAsked(x) {
			continue // what the server wants was asked for, and told
		}
		o.words = words{true, x.Status, code}
		o.earned = o.earned && code == dpop.InvalidProof && x.Status/100 == 4
	}
	for _, s := range e.world.Shown {
		if x := s.Exchange; o.foreign(x) {
			o.words = words{true, x.Status, ""}
			o.earned = false
		}
	}
	o.earned = o.earned && o.words.refused
	latest := e.world.Latest().Exchange
	o.granted = result.Verdict.Breaks() && latest != nil && latest.Status/100 == 2 && !o.blank() && !o.foreign(latest)
	return o
}

// onlyAsked reports whether an answer tells a request without credentials what is wanted
// of it (RFC 9110 §15.5.2, RFC 6750 §3.1): that refuses nothing.
func onlyAsked(x *wire.Exchange) bool {
	return x.Status == http.StatusUnauthorized && world.ErrorOf(x) == "" && len(x.Fields.Values("Authorization")) == 0
}

// foreign reports whether an answer that refuses nothing need not be the server's
// own: it looks otherwise than that to an honest request, or the verdict blames the
// party for it and nobody knows how that looks. A redirect may lead a person to a
// login, and tells nothing of a proof.
func (o *outcome) foreign(x *wire.Exchange) bool {
	if o.e.world.Embedded(x.URL) {
		return false
	}
	foreign, known := o.e.world.Foreign(x)
	rests := x == o.e.world.Latest().Exchange
	switch x.Status / 100 {
	case 2:
		return foreign || rests && !known && o.result.Verdict.Breaks()
	case 3:
		return rests && (o.result.Verdict.Breaks() || o.result.Verdict == reports.Inconclusive)
	}
	return false
}

// firm reports whether chance cannot have made the outcome: everything was granted
// that its verdict is about. Whatever rests on a refusal, or on an answer that did
// not come, is in doubt until it was compared with an honest request.
func (o *outcome) firm() bool {
	switch o.result.Verdict {
	case reports.Skipped:
		return true
	case reports.Errored: // it is no verdict on a party, and silence costs a timeout each time
		return !o.broken()
	case reports.Inconclusive:
		return !o.words.refused && !o.uncontrolled()
	}
	return !o.words.refused && !o.blank()
}

// blank reports whether a violation rests on an answer of success that holds
// nothing: a server that says error with such a status says it there, if at all.
func (o *outcome) blank() bool {
	if !o.result.Verdict.Breaks() || o.e.world == nil {
		return false
	}
	x := o.e.world.Latest().Exchange
	return x != nil && x.Status/100 == 2 && (len(x.Reply) == 0 || world.SaysError(x))
}

// disguised reports whether the server said error with a status of success.
func (o *outcome) disguised() bool {
	return o.e.world != nil && slices.ContainsFunc(o.e.world.Shown, func(s world.Shown) bool {
		return !o.e.world.Embedded(s.Exchange.URL) && world.SaysError(s.Exchange)
	})
}

// uncontrolled reports whether an honest request was not granted.
func (o *outcome) uncontrolled() bool {
	var inconclusive *world.Inconclusive
	return errors.As(o.e.failure, &inconclusive) && inconclusive.Uncontrolled
}

// broken reports whether the way to the server failed.
func (o *outcome) broken() bool {
	var broken *wire.Broken
	return errors.As(o.e.failure, &broken)
}

// like reports whether two executions of a case ended alike. Where a case passes by
// a hang-up, the server may as well answer: it may take either for what is too large.
func (o *outcome) like(other *outcome) bool {
	words := o.words == other.words || o.result.Verdict == reports.Passed &&
		o.words.refused && other.words.refused && (o.words.status == 0 || other.words.status == 0)
	return o.result.Verdict == other.result.Verdict && words &&
		o.failedAt() == other.failedAt() && o.measuredLike(other)
}

// measuredLike reports whether two executions took the same measures, but for what
// the time in between and the rounding to seconds make of them.
func (o *outcome) measuredLike(other *outcome) bool {
	same := func(a, b reports.Measurement) bool {
		return a.Name == b.Name && math.Abs(a.Value-b.Value) <= measured
	}
	return slices.EqualFunc(o.result.Measurements, other.result.Measurements, same)
}

// measured is how far two measures of the same may lie apart.
const measured = 2

// failedAt is the number of the step that did not hold, -1 if each did.
func (o *outcome) failedAt() int {
	return o.e.failedAt()
}

// note adds an observation to the report of the case.
func (o *outcome) note(format string, args ...any) {
	o.result.Notes = append(o.result.Notes, fmt.Sprintf(format, args...))
}

// doubt makes the outcome inconclusive, for a reason.
func (o *outcome) doubt(format string, args ...any) {
	o.result.Verdict, o.result.Reason = reports.Inconclusive, fmt.Sprintf(format, args...)
}

// slim is what is kept of a case whose verdict has been told: nothing that was sent.
func (p *pending) slim() *pending {
	e := &execution{c: p.c, statuses: p.e.statuses, failure: p.e.failure}
	p.outcome = &outcome{e: e, result: p.result, words: p.words, earned: p.earned}
	return p
}
