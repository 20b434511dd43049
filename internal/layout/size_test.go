package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// largest is how many percent of the code may stand in one package.
const largest = 15

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
		if percent > largest {
			t.Errorf("%s holds %.1f %% of the code (%d of %d lines); at most %d %% may stand in one package",
				room, percent, n, total, largest)
		}
	}
}
