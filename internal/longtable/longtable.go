// Package longtable lets tests with long tables play a part of them, for tests alone.
package longtable

import (
	"hash/fnv"
	"os"
	"testing"
)

// Whole says that the long tables are played row by row. Without it go test ./... plays a
// part, which ends in ten minutes on a machine that has other things to do as well;
// make test plays them whole.
var Whole = os.Getenv("DPOPSPEC_WHOLE") != ""

// Every is of how many rows of a long table one is played. Under -short it is the race
// detector that plays them: the rows differ in what servers answer, and race alike.
func Every(short, usual int) int {
	switch {
	case testing.Short():
		return short
	case Whole:
		return 1
	}
	return usual
}

// UnderRace plays one row of four of a table under -short, and each without it.
func UnderRace(t *testing.T) {
	t.Helper()
	if one(t, Every(4, 1)) {
		return
	}
	t.Skip("under the race detector a row like others")
}

// Once skips under -short what takes long there and has nothing that races which other tests
// have not.
func Once(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes long under the race detector")
	}
}

// one reports whether the row of a test is the one of so many that is played.
func one(t *testing.T, every int) bool {
	sum := fnv.New32a()
	sum.Write([]byte(t.Name()))
	return sum.Sum32()%uint32(every) == 0
}

// Thinned skips a row of a long table that is not played.
func Thinned(t *testing.T) {
	t.Helper()
	if !one(t, Every(4, 2)) {
		t.Skip("a row like others; make test plays it")
	}
}
