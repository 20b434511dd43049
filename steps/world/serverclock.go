package world

import (
	"sync"
	"time"
)

// Clocks are those of real servers, as far as cases have found out. It may be used
// by several cases at a time.
type Clocks struct {
	mu     sync.Mutex
	clocks map[string]*serverClock // by origin
}

// serverClock is the clock by which a real server judges proofs. It is settled by
// the first honest request that is granted and stays: what a Date field says later,
// or a proxy on the way, must not come between a control and a probe.
type serverClock struct {
	date    *offset       // as the Date fields tell
	settled bool          // an honest proof was accepted
	offset  time.Duration // to be added to our time
	other   time.Duration // what the server may go by as well; 0: there is no doubt
}

// tolerated is how far a Date may be off before anybody asks which clock judges:
// fields hold whole seconds, and answers take their time.
const tolerated = 2 * time.Second

// NewClocks returns clocks of which nothing is known.
func NewClocks() *Clocks { return &Clocks{clocks: map[string]*serverClock{}} }

// with does something with what is known of the clock of a server.
func (l *Clocks) with(origin string, do func(*serverClock)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.clocks[origin]
	if c == nil {
		c = &serverClock{}
		l.clocks[origin] = c
	}
	do(c)
}

// dated keeps what a Date field tells (RFC 9110 §6.6.1).
func (l *Clocks) dated(origin string, at, sent, received time.Time) {
	l.with(origin, func(c *serverClock) {
		c.date = c.date.seen(at, sent, received)
		if c.settled {
			c.doubt() // it may have been set since
		}
	})
}

// now is the time on the clock of a server; doubt: on the other clock that it may
// go by, if there is one.
func (l *Clocks) now(origin string, doubt bool) (now time.Time) {
	l.with(origin, func(c *serverClock) {
		now = time.Now().Add(c.offset)
		if doubt && c.other != 0 {
			now = time.Now().Add(c.other)
		}
	})
	return now
}

// tryOther changes to the clock that the Date fields of a server tell, as long as
// no honest proof was accepted by ours; false if that would change nothing.
func (l *Clocks) tryOther(origin string) (changed bool) {
	l.with(origin, func(c *serverClock) {
		ahead := c.date.likely()
		changed = !c.settled && (ahead-c.offset).Abs() > tolerated
		if changed {
			c.offset = ahead
		}
	})
	return changed
}

// revert changes back from what tryOther did: it was of no use.
func (l *Clocks) revert(origin string) {
	l.with(origin, func(c *serverClock) {
		if !c.settled { // by another case, meanwhile
			c.offset = 0
		}
	})
}

// good notes that an honest proof by the present clock of a server was accepted.
func (l *Clocks) good(origin string) {
	l.with(origin, func(c *serverClock) {
		if c.settled {
			return
		}
		c.settled = true
		c.doubt()
	})
}

// doubt keeps the time that the Date fields tell, where it is another than that by
// which honest proofs are accepted.
func (c *serverClock) doubt() {
	if ahead := c.date.likely(); (ahead - c.offset).Abs() > tolerated {
		c.other = ahead
	}
}

// Doubtful reports whether the Date of any server differs from the clock by which
// an honest proof was accepted, so that it may go by either.
func (l *Clocks) Doubtful() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.clocks {
		if c.other != 0 {
			return true
		}
	}
	return false
}

// Misdated returns by how much the Date fields of servers are ahead of the clocks
// by which they judge proofs, by origin, where they differ.
func (l *Clocks) Misdated() map[string]time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	notes := map[string]time.Duration{}
	for origin, c := range l.clocks {
		if ahead := c.date.likely() - c.offset; c.settled && ahead.Abs() > tolerated {
			notes[origin] = ahead
		}
	}
	return notes
}
