package proof

import (
	"fmt"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// timing is how the measurement tells the time and lets it pass.
func (w *Prober) timing() watch {
	if set := &w.watch; set.now != nil {
		return *set
	}
	return watch{time.Now, world.Sleep}
}

// enough is the longest wait that can teach anything: a nonce of its first
// minute has then been taken for longestLifetime.
const enough = longestLifetime + time.Minute

// lifetime is the measurement of how long a real server takes its nonces, in
// one period of waiting: nonces are collected while time passes, so that they
// grow old side by side. At ages that double one of them is tried, until one is
// challenged; where between the last two ages the end lies, the rest tell at
// once, without more waiting.
//
// A server may let a nonce be used once only, so none is tried twice unless the
// server has handed it out again since.
type lifetime struct {
	w *Prober
	p world.Endpoint
	watch
	limit time.Duration

	began   time.Time
	collect time.Time // when the next nonce is due
	heard   time.Time // when the latest request that brought a nonce was sent
	held    []*sighting
	shared  bool // the server hands out one nonce more than once

	good time.Duration // the greatest age at which a nonce was taken, at least
	bad  time.Duration // the least age at which one was challenged, at most; 0: none was
	lost bool          // one was challenged whose age is not known
}

// sighting is a nonce that the server handed out. It is as old as its first
// answer, or a little older: see issued.
type sighting struct {
	nonce   string
	sent    time.Time // the request that first brought it
	seen    time.Time // its answer
	before  time.Time // the latest request before that brought a nonce; zero: there was none
	spent   bool      // tried, and not handed out since
	tried   bool
	refused bool
}

func (l *lifetime) elapsed() time.Duration { return l.now().Sub(l.began) }

// age is how old a nonce is at least.
func (l *lifetime) age(s *sighting) time.Duration { return l.now().Sub(s.seen) }

// issued is the earliest moment at which a nonce may have been made: with its
// request, or where many get the same one, when the one before it was current
// still. Of the first nonce of such a server nobody knows.
func (l *lifetime) issued(s *sighting) (earliest time.Time, known bool) {
	if l.shared {
		return s.before, !s.before.IsZero()
	}
	return s.sent, true
}

// begin makes sure that it is time that ends a nonce here: a new one must be
// taken, and also one after which another was handed out.
func (l *lifetime) begin() error {
	l.began = l.now()
	first, err := l.ask()
	if err != nil {
		return err
	}
	if err := l.insist(first, "the server refuses a nonce at its first use, at once after it was handed out"); err != nil {
		return err
	}
	second, err := l.ask()
	if err != nil {
		return err
	}
	if _, err := l.ask(); err != nil {
		return err
	}
	return l.insist(second, "the server refuses a nonce as soon as it has handed out another: "+
		"it is not time that ends it, or too short a time to be measured")
}

// insist tries a nonce that has to be taken, else the measurement proves nothing.
func (l *lifetime) insist(s *sighting, otherwise string) error {
	taken, err := l.try(s)
	if err == nil && !taken {
		err = world.Inconclusivef("%s; it was %v old", otherwise, l.age(s).Round(time.Millisecond))
	}
	return err
}

// await lets time pass until a nonce is challenged or patience ends.
func (l *lifetime) await() error {
	for l.bad == 0 && l.elapsed() < l.limit {
		if wait := l.next().Sub(l.now()); wait > 0 {
			if err := l.sleep(l.w.Context, wait); err != nil {
				return err
			}
		}
		if !l.now().Before(l.collect) {
			if _, err := l.ask(); err != nil {
				return err
			}
		}
		if s := l.oldest(); s != nil && l.age(s) >= l.double() {
			if _, err := l.try(s); err != nil {
				return err
			}
		}
	}
	if s := l.oldest(); l.bad == 0 && s != nil && l.age(s) > l.good {
		_, err := l.try(s)
		return err
	}
	return nil
}

// next is when there is something to do: a nonce to be collected or to be
// tried, or the end.
func (l *lifetime) next() time.Time {
	next := l.began.Add(l.limit)
	if l.collect.Before(next) {
		next = l.collect
	}
	if s := l.oldest(); s != nil {
		if ripe := s.seen.Add(l.double()); ripe.Before(next) {
			next = ripe
		}
	}
	return next
}

// double is the age at which a nonce is tried next.
func (l *lifetime) double() time.Duration { return max(time.Second, 2*l.good) }

// between is how long after the beginning of a measurement the next nonce is
// collected: so often that the ages of those held lie close to one another for
// their size, and yet there are few.
func between(elapsed time.Duration) time.Duration { return max(time.Second, elapsed/32) }

// RequestsWhileWaiting is about how many nonces a measurement collects.
func RequestsWhileWaiting(patience time.Duration) int {
	n := 0
	for t := time.Duration(0); t < min(patience, enough); t += between(t) {
		n++
	}
	return n
}

// oldest returns the oldest nonce that may be tried.
func (l *lifetime) oldest() *sighting {
	for _, s := range l.held {
		if !s.spent && !s.refused {
			return s
		}
	}
	return nil
}

// halve finds the end between the last age that was taken and the first that
// was not, with the nonces whose ages lie between. A new nonce must still be
// taken, else the refusal proves nothing of age.
func (l *lifetime) halve() error {
	if l.bad == 0 {
		return nil
	}
	fresh, err := l.ask()
	if err != nil {
		return err
	}
	otherwise := fmt.Sprintf("a nonce of %v was refused, but a new one is too", l.bad.Round(time.Second))
	if err := l.insist(fresh, otherwise); err != nil {
		return err
	}
	for s := l.middle(); s != nil; s = l.middle() {
		if _, err := l.try(s); err != nil {
			return err
		}
	}
	return nil
}

// middle returns the nonce that halves best what is not known yet; nil if none
// tells more.
func (l *lifetime) middle() *sighting {
	var best *sighting
	var distance time.Duration
	for _, s := range l.held {
		issued, known := l.issued(s)
		if s.tried || !known || l.age(s) <= l.good || l.now().Sub(issued) >= l.bad {
			continue
		}
		if d := (l.age(s) - (l.good+l.bad)/2).Abs(); best == nil || d < distance {
			best, distance = s, d
		}
	}
	return best
}

// ask asks the server for a nonce.
func (l *lifetime) ask() (*sighting, error) {
	e, err := l.w.askForNonce()
	if err != nil {
		return nil, err
	}
	l.collect = l.now().Add(between(l.elapsed()))
	return l.see(e)
}

// see takes note of the nonce in an answer, if it has one.
func (l *lifetime) see(e *wire.Exchange) (*sighting, error) {
	nonce := usable(e)
	if nonce == "" {
		return nil, nil
	}
	sent, before := l.sent(e), l.heard
	l.heard = sent
	for _, s := range l.held {
		switch {
		case s.nonce != nonce:
			continue
		case s.refused:
			return nil, world.Inconclusivef("the server hands out a nonce that it has refused: it is not time that ends it")
		}
		l.shared, s.spent = true, false
		return s, nil
	}
	s := &sighting{nonce: nonce, sent: sent, seen: l.now(), before: before}
	l.held = append(l.held, s)
	return s, nil
}

// sent is when the request of an exchange that has just ended left, on the
// measurement's clock.
func (l *lifetime) sent(e *wire.Exchange) time.Time { return l.now().Add(-time.Since(e.At)) }

// try sends a proof with a nonce and keeps what the answer teaches: of one that
// is taken how old it was at least, of one that is not how old at most.
func (l *lifetime) try(s *sighting) (taken bool, err error) {
	l.w.ForgetTokens() // an old one would be refused for itself
	e, err := l.w.withNonce(fmt.Sprintf("a nonce that is %v old", l.age(s).Round(time.Millisecond)), s.nonce)
	if err != nil {
		return false, err
	}
	s.spent, s.tried = true, true
	switch answer, _ := l.p.Classify(e); answer {
	case world.Accepted:
		taken = true
		l.good = max(l.good, l.sent(e).Sub(s.seen))
	case world.Challenged:
		s.refused = true
		l.challenged(s)
	default:
		return false, world.Inconclusivef("a nonce that is %v old got %s", l.age(s).Round(time.Second), l.p.Describe(e, nil))
	}
	_, err = l.see(e)
	return taken, err
}

func (l *lifetime) challenged(s *sighting) {
	issued, known := l.issued(s)
	if !known {
		l.lost = true
		return
	}
	if age := l.now().Sub(issued); l.bad == 0 || age < l.bad {
		l.bad = age
	}
}

// report puts down what was seen, and not more: between which ages the end lies,
// or where patience did not last for it, only what was lived to see.
func (l *lifetime) report() {
	const tenth = 100 * time.Millisecond
	life := nonceLife{measured: true, taken: l.good.Truncate(tenth), ended: l.bad > 0}
	l.w.nonceLife = life
	since := "when it was handed out"
	if l.shared {
		since = "when it was first seen, for the server hands out the same nonce for a while"
	}
	l.w.Measure("lifetime of a nonce, at least", life.taken.Seconds(), "s")
	if refused := (l.bad + tenth - 1).Truncate(tenth); life.ended {
		l.w.Measure("lifetime of a nonce, at most", refused.Seconds(), "s")
		l.w.Observe("a nonce is taken at the age of %v and refused at that of %v, counted from %s",
			life.taken, refused, since)
		return
	}
	l.w.Observe("a nonce is still taken at the age of %v, counted from %s; then the patience of %v was used up",
		life.taken, since, l.limit)
	if l.lost {
		l.w.Observe("one that was handed out already before the measurement began was refused meanwhile; " +
			"its age is not known")
	}
}
