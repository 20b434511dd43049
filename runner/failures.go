package runner

import (
	"sync"

	"github.com/dpopspec/dpopspec/reports"
)

// failures counts those of a run, to end it early. A verdict that does not stand is
// counted no more.
type failures struct {
	most   int // 0: any number
	counts func(reports.Case) bool

	lock  sync.Mutex
	cases map[int]bool // those that failed so far, by their place in the plan
}

// newFailures counts so many at most; of no function, what failed or errored.
func newFailures(most int, counts func(reports.Case) bool) *failures {
	f := &failures{most: most, counts: counts, cases: map[int]bool{}}
	if f.counts == nil {
		f.counts = func(c reports.Case) bool { return c.Verdict == reports.Failed || c.Verdict == reports.Errored }
	}
	return f
}

// settle takes note of how a case ended.
func (f *failures) settle(place int, c reports.Case) {
	if f.most == 0 {
		return
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.counts(c) {
		f.cases[place] = true
	} else {
		delete(f.cases, place)
	}
}

// enough reports whether no further case is to be begun.
func (f *failures) enough() bool {
	if f.most == 0 {
		return false
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	return len(f.cases) >= f.most
}
