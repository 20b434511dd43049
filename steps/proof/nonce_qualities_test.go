package proof

import (
	"fmt"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

func TestStructureInNoncesIsSeen(t *testing.T) {
	now := time.Unix(1800000000, 0)
	random := func(n int) (list []string) {
		for range n {
			list = append(list, dpop.NewID())
		}
		return list
	}
	numbered := func(format string, start, step int64) (list []string) {
		for i := range int64(16) {
			list = append(list, fmt.Sprintf(format, start+i*step))
		}
		return list
	}
	repeated := random(3)
	for _, c := range []struct {
		name  string
		list  []string
		holds bool
	}{
		{"128 random bits", random(32), true},
		{"one nonce of 128 random bits", random(1), true},
		{"random bits behind a fixed prefix", []string{"v1." + dpop.NewID(), "v1." + dpop.NewID()}, true},
		{"a counter", numbered("nonce-%016d", 1, 1), false},
		{"the time in seconds", numbered("%d", now.Unix(), 150), false},
		{"the time in milliseconds", numbered("%d", now.UnixMilli(), 150000), false},
		{"one short nonce", []string{"abcdef"}, false},
		{"one of a counter", numbered("nonce-%016d", 1, 1)[:1], false},
		{"one that comes back after another", append(repeated, repeated[0]), false},
	} {
		if structure := foreseeable(c.list, now); (structure == "") != c.holds {
			t.Errorf("%s: %q", c.name, structure)
		}
	}
}
