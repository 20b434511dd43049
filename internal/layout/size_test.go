package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// largest is how many percent of the code may stand in one package.
const largest = 15

// TOO LARGE STILL, with their percent of the code, rounded up. Empty this list;
// do not add to it.
var tooLarge = map[string]int{}

func TestNoPackageHoldsTooMuchOfTheCode(t *testing.T) {
	lines, total := map[string]int{}, 0
	for _, p := range packages(t) {
		for _, file := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			n := bytes.Count(text, []byte("\n"))
			lines[p.room()] += n
			total += n
		}
	}
	for room, n := range lines {
		percent := 100 * float64(n) / float64(total)
		allowed, known := tooLarge[room]
		switch {
		case known && percent <= largest:
			t.Errorf("%s holds %.1f %% of the code, which is good: take it off the list tooLarge", room, percent)
		case percent > float64(max(allowed, largest)):
			t.Errorf("%s holds %.1f %% of the code (%d of %d lines); at most %d %% may stand in one package",
				room, percent, n, total, largest)
		}
	}
	for room := range tooLarge {
		if lines[room] == 0 {
			t.Errorf("there is no package %s: take it off the list tooLarge", room)
		}
	}
}
