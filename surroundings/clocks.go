package surroundings

import "time"

// clockRows are those where the clock of the party does not stand still by ours. Its
// Date tells its time.
var clockRows = func() (rows []Row) {
	for _, by := range []struct {
		name, does string
		ahead      func(*way) time.Duration
	}{
		{"clock-set-ahead", "the clock is set two minutes ahead after 60 requests", set(2 * time.Minute)},
		{"clock-set-back", "the clock is set two minutes back after 60 requests", set(-2 * time.Minute)},
		{"clock-runs-fast", "the clock gains a second in five requests", func(w *way) time.Duration {
			return time.Duration(w.requests.Load()/5) * time.Second
		}},
		{"clock-of-an-instance", "the clock of one instance of three, in turn, is 40 s slow", func(w *way) time.Duration {
			if inTurn(w) == 0 {
				return -40 * time.Second
			}
			return 0
		}},
		{"clock-wanders", "the clock is up to ten seconds off, otherwise at each request", func(w *way) time.Duration {
			return time.Duration(int64(w.lot()%21)-10) * time.Second
		}},
	} {
		rows = append(rows, Row{ID: "SU-25", Way: by.name, Does: by.does, clock: by.ahead, Honest: obstructed, Lax: found})
	}
	for _, by := range []struct {
		name string
		off  time.Duration
	}{{"plus-45s", 45 * time.Second}, {"minus-45s", -45 * time.Second}, {"plus-90s", 90 * time.Second}} {
		window := narrow
		window.skew = by.off
		rows = append(rows, Row{ID: "SU-25", Way: "clock-" + by.name + "-narrow", Once: true, traits: window,
			Does: "the clock is " + by.off.String() + " off and Date says so, iat may be −60/+5 s", clock: still,
			Honest: hindered, Lax: found})
	}
	return rows
}()

// set is a clock that is set after some requests.
func set(ahead time.Duration) func(*way) time.Duration {
	return func(w *way) time.Duration {
		if w.requests.Load() > 60 {
			return ahead
		}
		return 0
	}
}

// still is a clock that nothing happens to: what is unusual is the subject's own.
func still(*way) time.Duration { return 0 }
