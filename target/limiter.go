package target

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// ErrBudget says that limits.budget is used up.
var ErrBudget = errors.New("limits.budget is used up; raise it in the configuration or select fewer cases")

// Throttled says that a real party refuses because of the number of requests
// (RFC 6585 §4).
type Throttled struct {
	Origin string
	After  time.Duration // how long it wants to be left alone
}

// Error implements error.
func (t *Throttled) Error() string {
	return fmt.Sprintf("%s answered 429, too many requests; it wants to be left alone for %v", t.Origin, t.After)
}

const (
	defaultPause = 60 * time.Second // longest obedience to Retry-After
	unsaidPause  = 5 * time.Second  // where a 429 names no time
	slowest      = 2 * time.Second  // between two requests, however often a party answers 429
	mostInVain   = 5                // times that a party answers 429 after a pause, and nothing else between
	settled      = 20               // answers in a row after which the pace is picked up again
)

// limiter spaces requests to real parties evenly, counts them, and slows down
// when a party has had enough.
type limiter struct {
	mu     sync.Mutex
	next   time.Time
	every  time.Duration
	usual  time.Duration // every, while nobody complains
	budget int
	spent  int
	over   func() // told of the first request that the budget has no room for; nil: nobody
	pause  time.Duration
	inVain map[string]int // 429 in a row, by origin
	calm   int            // answers since the latest 429

	restFor   string    // origin of the latest 429 that is obeyed
	restUntil time.Time // when that ends
}

func newLimiter(l Limits) *limiter {
	limit := &limiter{budget: l.Budget, pause: l.Pause, inVain: map[string]int{}}
	if l.Rate > 0 {
		limit.slowTo(l.Rate)
	}
	if limit.pause == 0 {
		limit.pause = defaultPause
	}
	return limit
}

// slowTo sets the rate in requests a second.
func (l *limiter) slowTo(rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.usual = time.Duration(float64(time.Second) / rate)
	l.every = l.usual
}

// rate returns the requests a second that leave at most; 0: no limit.
func (l *limiter) rate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.every == 0 {
		return 0
	}
	return math.Round(1000*float64(time.Second)/float64(l.every)) / 1000
}

// wait returns when the next request may leave.
func (l *limiter) wait(ctx context.Context) error {
	now := time.Now()
	at, err := l.book(now)
	if errors.Is(err, ErrBudget) {
		l.overspent()
	}
	if err != nil || !at.After(now) {
		return err
	}
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// overspent tells whoever wants to know, once, that the budget is used up.
func (l *limiter) overspent() {
	l.mu.Lock()
	over := l.over
	l.over = nil
	l.mu.Unlock()
	if over != nil {
		over()
	}
}

// book takes the next free moment.
func (l *limiter) book(now time.Time) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.budget > 0 && l.spent >= l.budget {
		return now, ErrBudget
	}
	l.spent++
	at := l.next
	if at.Before(now) {
		at = now
	}
	l.next = at.Add(l.every)
	return at, nil
}

// sent returns how many requests have left.
func (l *limiter) sent() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.spent
}

// judge turns a 429 into an error. While other answers come, the pace is picked
// up again.
func (l *limiter) judge(e *wire.Exchange) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := originOf(e.URL)
	if e.Status == http.StatusTooManyRequests {
		l.inVain[from]++
		l.calm = 0
		return &Throttled{Origin: from, After: retryAfter(e)}
	}
	delete(l.inVain, from)
	if l.calm++; l.calm >= settled {
		l.calm, l.every = 0, max(l.usual, l.every*3/4)
	}
	return nil
}

// retryAfter reads Retry-After in seconds or as a date (RFC 9110 §10.2.3); a
// date counts from the answer's own Date.
func retryAfter(e *wire.Exchange) time.Duration {
	value, _ := e.Answer.One("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 && seconds < 1<<30 {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return unsaidPause
	}
	now := e.At
	if date, ok := e.Answer.One("Date"); ok {
		if at, err := http.ParseTime(date); err == nil {
			now = at
		}
	}
	return max(0, until.Sub(now).Round(time.Second))
}

// rest obeys a 429: nothing leaves for as long as was asked, and then half as
// fast. It reports false if that would be longer than limits.pause, or if it was
// obeyed again and again in vain.
func (l *limiter) rest(t *Throttled) bool {
	if l.exhausted(t) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.every = min(2*l.every, max(slowest, l.usual))
	if until := time.Now().Add(t.After); until.After(l.next) {
		l.next = until
		l.restFor, l.restUntil = t.Origin, until
	}
	return true
}

// exhausted reports whether there is no use in going on after a 429.
func (l *limiter) exhausted(t *Throttled) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return t.After > l.pause || l.inVain[t.Origin] > mostInVain
}
