package world

import (
	"testing"
	"time"
)

func TestTheWayIsNotTakenForAnErrorOfTheClock(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	for name, test := range map[string]struct {
		date           time.Time
		sent, received int // ms after noon
		want           time.Duration
	}{
		"at once":                                {noon, 400, 401, 0},
		"two seconds on the way":                 {noon.Add(time.Second), 900, 2900, 0},
		"across the end of a second":             {noon.Add(time.Second), 999, 1001, 0},
		"written at the end, read after it":      {noon, 999, 1400, 0},
		"twenty seconds ahead":                   {noon.Add(20 * time.Second), 500, 600, 19400 * time.Millisecond},
		"a minute and a half behind":             {noon.Add(-90 * time.Second), 500, 600, -89500 * time.Millisecond},
		"an hour ahead, and four hundred ms off": {noon.Add(time.Hour), 0, 400, time.Hour - 400*time.Millisecond},
	} {
		if got := (*offset)(nil).seen(test.date, at(test.sent), at(test.received)).likely(); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if got := (*offset)(nil).likely(); got != 0 {
		t.Errorf("without a Date: %v", got)
	}
}

func TestEachAnswerNarrowsTheOffsetAndAClockThatIsSetBeginsAnew(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	var o *offset
	for ms := 0; ms < 1000; ms += 50 { // its clock is 20.3 s ahead
		sent := noon.Add(time.Duration(ms) * time.Millisecond)
		received := sent.Add(10 * time.Millisecond)
		o = o.seen(received.Add(20300*time.Millisecond).Truncate(time.Second), sent, received)
	}
	if o.least < 20200*time.Millisecond || o.most > 20400*time.Millisecond {
		t.Errorf("between %v and %v", o.least, o.most)
	}
	o = o.seen(noon, noon, noon) // it was set right
	if o.likely() != 0 {
		t.Errorf("after it was set: %v", o.likely())
	}
}
