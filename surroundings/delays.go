package surroundings

import (
	"net/http"
	"time"
)

// delayRows are those where the way takes time. The clock of the subject is a
// part of a second ahead, another with each seed, so that answers come each side
// of a full second.
var delayRows = waiting(
	Row{ID: "SU-10", Way: "delay-50ms", Does: "50 ms on the way there and 50 ms back", around: delayed(50, 50)},
	Row{ID: "SU-10", Way: "delay-50ms-narrow", Does: "the same, iat may be −60/+5 s", traits: narrow,
		around: delayed(50, 50)},
	Row{ID: "SU-10", Way: "delay-400ms-there", Does: "400 ms on the way there", around: delayed(400, 0), Few: true},
	Row{ID: "SU-10", Way: "delay-400ms-back", Does: "400 ms on the way back", around: delayed(0, 400), Few: true},
	Row{ID: "SU-10", Way: "delay-400ms-wide", Does: "400 ms on the way there, iat may be −300/+30 s", traits: wide,
		around: delayed(400, 0), Few: true},
	Row{ID: "SU-10", Way: "delay-400ms-narrow", Does: "400 ms on the way there, iat may be −60/+5 s", traits: narrow,
		around: delayed(400, 0), Few: true},
	Row{ID: "SU-10", Way: "delay-2s", Does: "2 s on the way there", around: delayed(2000, 0), Few: true, Slow: true},
)

// waiting completes rows of delays. Many cases wait side by side.
func waiting(rows ...Row) []Row {
	for i := range rows {
		r := &rows[i]
		r.phased, r.Parallel, r.keeps, r.Honest, r.Lax = true, 16, "iat", hindered, found
	}
	return rows
}

// delayed waits before the subject sees the request, and once it has answered.
// Date tells when the subject answered.
func delayed(there, back time.Duration) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.happened()
			w.sleep(r, there*time.Millisecond)
			held := &held{header: rw.Header()}
			next.ServeHTTP(held, r)
			rw.Header().Set("Date", w.now().UTC().Format(http.TimeFormat))
			w.sleep(r, back*time.Millisecond)
			held.release(rw)
		})
	}
}
