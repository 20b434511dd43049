package target

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
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
	Final  bool          // the run has ended because of it
}

// Error implements error.
func (t *Throttled) Error() string {
	text := fmt.Sprintf("%s answered 429, too many requests; it wants to be left alone for %v", t.Origin, t.After)
	if t.Final {
		text += ", and what was left of the run was not sent; lower limits.rate, raise limits.pause, " +
			"or ask for a higher quota"
	}
	return text
}

const (
	defaultPause = 60 * time.Second // longest obedience to Retry-After
	unsaidPause  = 5 * time.Second  // where a 429 names no time
)

// limiter spaces requests to real parties evenly, counts them, and stops when
// a party has had enough.
type limiter struct {
	mu      sync.Mutex
	next    time.Time
	every   time.Duration
	budget  int
	spent   int
	pause   time.Duration
	stopped *Throttled
}

func newLimiter(l Limits) *limiter {
	limit := &limiter{budget: l.Budget, pause: l.Pause}
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
	l.every = time.Duration(float64(time.Second) / rate)
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

// book takes the next free moment.
func (l *limiter) book(now time.Time) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped != nil {
		return now, l.stopped
	}
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

// judge turns a 429 into an error.
func (l *limiter) judge(e *wire.Exchange) error {
	if e.Status != http.StatusTooManyRequests {
		return nil
	}
	from := e.URL
	if u, err := url.Parse(e.URL); err == nil {
		from = origin(u)
	}
	return &Throttled{Origin: from, After: retryAfter(e)}
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
// fast. It reports false, and stops all that is to come, if that would be
// longer than limits.pause, or if there was a rest before in vain.
func (l *limiter) rest(t *Throttled, inVain bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped != nil {
		return false
	}
	if inVain || t.After > l.pause {
		l.stopped = &Throttled{t.Origin, t.After, true}
		return false
	}
	l.every *= 2
	if until := time.Now().Add(t.After); until.After(l.next) {
		l.next = until
	}
	return true
}

// why returns the 429 that stopped all that was to come; nil if none did.
func (l *limiter) why() *Throttled {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopped
}
