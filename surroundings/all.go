package surroundings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// All returns every row, in the order of their ids. SU-07 and SU-08 are selections and
// merged shards, which the tests of runner and reports hold.
func All() []Row {
	return slices.Concat(setUpRows, dateRows, delayRows, refusalRows, fleetRows, foreignRows, stepRows, clockRows, loginRows,
		subjectRows)
}

// Select returns the rows that have a name: an id (SU-12), the way alone
// (401-5-percent) or both (SU-12/401-5-percent). Empty, it returns all but the
// slow ones. An unknown name is an error that tells the nearest.
func Select(name string) ([]Row, error) {
	if name == "" {
		return slices.DeleteFunc(All(), func(r Row) bool { return r.Slow }), nil
	}
	var found []Row
	var known []string
	for _, r := range All() {
		if slices.Contains(r.names(), name) {
			found = append(found, r)
		}
		known = append(known, r.names()...)
	}
	if found == nil {
		return nil, fmt.Errorf("no surrounding is called %q; the nearest name is %s", name, nearest(known, name))
	}
	return found, nil
}

// nearest is the name that resembles another most, whatever their letter case.
func nearest(names []string, name string) string {
	distance := func(other string) int { return spelling.Distance(strings.ToLower(name), strings.ToLower(other)) }
	return slices.MinFunc(names, func(a, b string) int { return distance(a) - distance(b) })
}
