package surroundings

import "net/http"

// stepRows are those where it depends on their number which requests are refused. The
// words are those of a bad proof: nothing in an answer tells that the proof was good.
var stepRows = func() (rows []Row) {
	for _, by := range []struct {
		name, does string
		when       func(*way, *http.Request) bool
	}{
		{"each-second", "each second request is refused as a bad proof", each(2)},
		{"each-third", "each third request is refused as a bad proof", each(3)},
		{"each-fifth", "each fifth request is refused as a bad proof", each(5)},
		{"spells-of-5", "5 requests are refused as bad proofs, then 20 are not", spells(5, 20)},
		{"spells-of-20", "20 requests are refused as bad proofs, then 50 are not", spells(20, 50)},
	} {
		row := Row{ID: "SU-24", Way: by.name, Does: by.does, around: instead(by.when, refusing(badProof)),
			Honest: obstructed, Lax: notGood}
		rows = append(rows, row)
		row.Way, row.Does, row.lacks = row.Way+"-without-iat", row.Does+"; the lax subject looks at all but iat", "iat"
		rows = append(rows, row)
	}
	return rows
}()

// each meets one of so many requests.
func each(n int64) func(*way, *http.Request) bool {
	return func(w *way, _ *http.Request) bool { return w.requests.Load()%n == 0 }
}

// spells meets so many requests in a row, and then leaves so many alone. With another
// seed they begin elsewhere.
func spells(bad, good int64) func(*way, *http.Request) bool {
	return func(w *way, _ *http.Request) bool {
		return (w.requests.Load()+int64(w.seed)*17)%(bad+good) >= good
	}
}
