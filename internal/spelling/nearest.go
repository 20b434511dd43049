package spelling

import (
	"slices"
	"strings"
)

// Nearest is the name that resembles what somebody wrote most, whatever its letter
// case; the first of several. There must be one name at least.
func Nearest(written string, names []string) string {
	wanted := strings.ToLower(written)
	distance := func(name string) int { return Distance(wanted, strings.ToLower(name)) }
	return slices.MinFunc(names, func(a, b string) int { return distance(a) - distance(b) })
}
