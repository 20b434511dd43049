package dpop

import (
	"slices"
	"sync/atomic"
)

// The signatures that this process has made and verified, in the order of
// algorithms. They tell a benchmark what a run costs beyond them.
var signed, verified [16]atomic.Int64

// Tally returns how many signatures this process has made and verified so far
// with an algorithm.
func Tally(algorithm string) (made, checked int) {
	i := place(algorithm)
	if i < 0 {
		return 0, 0
	}
	return int(signed[i].Load()), int(verified[i].Load())
}

// TallyVerification counts a signature that was verified outside this package.
func TallyVerification(algorithm string) { tally(&verified, algorithm) }

func tally(counts *[16]atomic.Int64, algorithm string) {
	if i := place(algorithm); i >= 0 {
		counts[i].Add(1)
	}
}

func place(algorithm string) int {
	return slices.IndexFunc(algorithms, func(a Algorithm) bool { return a.Name == algorithm })
}
