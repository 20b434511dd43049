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

// Thinned skips a row of a long table that is not played.
func Thinned(t *testing.T) {
	t.Helper()
	sum := fnv.New32a()
	sum.Write([]byte(t.Name()))
	if sum.Sum32()%uint32(Every(4, 2)) != 0 {
		t.Skip("a row like others; make test plays it")
	}
}
