package forge

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Distances from now, in seconds, that RFC 9449 §11.1 leaves to the server: no
// one refuses less than the first, no one should take more than the second.
const (
	nearDistance = 10
	farDistance  = 600
)

// distanceDefect is the family "iat is <n> s": so many seconds from now,
// negative in the past. exp and nbf know it too.
func distanceDefect(part, value string) (Defect, bool) {
	text, found := strings.CutSuffix(value, " s")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || !slices.Contains([]string{"iat", "exp", "nbf"}, part) {
		return Defect{}, false
	}
	d := bad(part, value, fmt.Sprintf("%s lies %d s from now (negative: in the past)", part, seconds),
		func(f *Forgery) error { f.Draft.Claims.Set(part, f.Now.Unix()+seconds); return nil }, memberChecks[part])
	distance := math.Abs(float64(seconds))
	switch {
	case part == "exp" && seconds > nearDistance,
		part == "nbf" && seconds <= 0,
		part == "iat" && seconds <= 0 && distance <= nearDistance:
		d.Sound, d.Refused = true, nil
	case part == "exp" && distance <= nearDistance,
		part != "exp" && distance < farDistance:
		d.Open = true
	}
	return d, true
}
