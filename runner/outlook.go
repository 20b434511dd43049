package runner

import (
	"context"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// outlook foretells the end of a run while it goes on: from the requests that its
// cases are expected to send, and from how fast requests have left so far. Where
// nothing is sent to real servers it goes by the number of cases.
type outlook struct {
	session *target.Session
	rounds  int
	waiting time.Duration // that cases spend waiting at the end

	mu       sync.Mutex
	expected map[string]float64 // requests of a case; nil: not known yet
	began    time.Time          // of the first case
	before   int                // requests until then
	cases    int                // to run, in all rounds
	ended    map[string]int     // rounds in which a case has ended
	over     int                // cases that have ended, in all rounds
}

// The requests of the cases that have ended tell how good the estimate is for those
// to come, once they are many enough, and within bounds.
const (
	speaking    = 20
	mostPerCase = 4.0
	leastShare  = 0.25
)

func newOutlook(p *Plan, s *target.Session, o Options) *outlook {
	look := &outlook{session: s, rounds: max(1, o.Rounds), ended: map[string]int{}}
	for _, c := range p.Cases {
		if c.Skip == "" {
			look.cases += look.rounds
		}
		if c.Waits(s) {
			look.waiting = s.Limits.Patience
		}
	}
	return look
}

// foretell estimates the requests of the run beside it, where they are what takes
// time, and returns what waits for the end of that.
func (l *outlook) foretell(ctx context.Context, p *Plan) (wait func()) {
	if l.session.Rate() == 0 {
		return func() {}
	}
	ready := make(chan struct{})
	go func() {
		defer close(ready)
		l.estimate(ctx, p)
	}()
	return func() { <-ready }
}

// estimate rehearses the plan. An error is no reason to disturb the run: then the end
// is not foretold by requests.
func (l *outlook) estimate(ctx context.Context, p *Plan) {
	rehearsed, err := p.rehearse(ctx, p.Cases)
	if err != nil {
		return
	}
	expected, way := map[string]float64{}, wayOf(l.session)
	for _, c := range p.Cases {
		lacks, err := l.session.Lacks(c.Endpoint)
		if c.probes(l.session) && lacks == "" && err == nil {
			expected[c.ID] = estimate(c, rehearsed[c.ID], way)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expected = expected
}

// begin notes that what came before the first case is done.
func (l *outlook) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.began, l.before = time.Now(), l.session.Requests()
}

// done notes that a case has ended.
func (l *outlook) done(c reports.Case) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended[c.ID]++
	if c.Verdict != reports.Skipped || c.Requests > 0 {
		l.over++
	} else {
		l.cases-- // it took no time
	}
}

// pulse tells how far the run is.
func (l *outlook) pulse(now time.Time) reports.Pulse {
	p := reports.Pulse{Requests: l.session.Requests(), Waits: l.session.Waits(now)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.began.IsZero() {
		return p
	}
	age := now.Sub(l.began)
	if left, sent := l.requestsLeft(p.Requests-l.before), p.Requests-l.before; left > 0 {
		p.Left = inAll(left)
		switch rate := l.session.Rate(); {
		case sent >= speaking:
			p.End = time.Duration(left / float64(sent) * float64(age))
		case rate > 0:
			p.End = time.Duration(left / rate * float64(time.Second))
		}
	} else if left := l.cases - l.over; len(l.expected) == 0 && l.over >= speaking && left > 0 {
		p.End = time.Duration(float64(left) / float64(l.over) * float64(age))
	}
	if p.End > 0 {
		p.End += l.waiting
	}
	return p
}

// requestsLeft is how many requests are still to leave, after so many; 0 where it is
// not known.
func (l *outlook) requestsLeft(sent int) float64 {
	past, left := 0.0, 0.0
	for id, n := range l.expected {
		ended := min(l.ended[id], l.rounds)
		past += n * float64(ended)
		left += n * float64(l.rounds-ended)
	}
	if past >= speaking {
		left *= min(mostPerCase, max(leastShare, float64(sent)/past))
	}
	return left
}
