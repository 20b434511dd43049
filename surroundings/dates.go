package surroundings

import (
	"net/http"
	"time"
)

// The window of the subject decides what a wrong Date does: a narrow one of a
// minute back and five seconds ahead, and a wide one.
var (
	narrow = traits{past: 60 * time.Second, future: 5 * time.Second}
	wide   = traits{past: 300 * time.Second, future: 30 * time.Second}
)

// dateRows are those where the Date field of a proxy says something else than
// the clock that judges proofs.
var dateRows = func() (rows []Row) {
	add := func(name, does string, window traits, edit func(*way, http.Header)) {
		rows = append(rows, Row{
			ID: "SU-09", Way: name, Does: does, traits: window, keeps: "iat", around: headed(edit),
			Honest: hindered, Lax: found,
		})
	}
	for _, by := range []struct {
		name string
		off  time.Duration
	}{
		{"plus-20s", 20 * time.Second}, {"minus-20s", -20 * time.Second},
		{"plus-45s", 45 * time.Second}, {"minus-45s", -45 * time.Second}, {"minus-90s", -90 * time.Second},
		{"plus-1h", time.Hour}, {"minus-1h", -time.Hour},
	} {
		for _, window := range []struct {
			name, does string
			traits
		}{{"", "−60/+30 s", traits{}}, {"-narrow", "−60/+5 s", narrow}, {"-wide", "−300/+30 s", wide}} {
			add("date-"+by.name+window.name, "Date is "+by.off.String()+" off, iat may be "+window.does, window.traits,
				func(_ *way, h http.Header) { h["Date"] = []string{date(by.off)} })
		}
	}
	add("date-jumps", "Date is up to two minutes off, otherwise with each answer", traits{},
		func(w *way, h http.Header) {
			h["Date"] = []string{date(time.Duration(int64(w.lot()%241)-120) * time.Second)}
		})
	add("date-missing", "there is no Date", traits{}, func(_ *way, h http.Header) { h["Date"] = nil })
	add("date-malformed", "Date is no date", traits{},
		func(_ *way, h http.Header) { h["Date"] = []string{"yesterday, about noon"} })
	add("date-twice", "there are two lines of Date, an hour apart", traits{},
		func(_ *way, h http.Header) { h["Date"] = []string{date(time.Hour), date(0)} })
	add("date-twice-right-first", "there are two lines of Date, the second an hour off", traits{},
		func(_ *way, h http.Header) { h["Date"] = []string{date(0), date(time.Hour)} })
	return rows
}()

func date(off time.Duration) string { return time.Now().Add(off).UTC().Format(http.TimeFormat) }
