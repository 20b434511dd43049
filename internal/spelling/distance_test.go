package spelling

import (
	"strings"
	"testing"
)

func TestTheDistanceIsTheFewestEdits(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "jwk", 3}, {"jwk", "", 3}, {"htm", "htm", 0}, {"htm", "htu", 1},
		{"nonce", "once", 1}, {"iat", "aith", 3}, {"kitten", "sitting", 3},
	} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("%q to %q: %d edits, want %d", test.a, test.b, got, test.want)
		}
	}
}

// An author's or a stranger's word may be a megabyte: nothing waits for it.
func TestAWordThatNobodyWritesIsFarFromAnother(t *testing.T) {
	long := strings.Repeat("x", 1<<24)
	for _, test := range []struct {
		a, b string
		want int
	}{{long, "nonce", len(long)}, {"nonce", long, len(long)}, {long, long[1:], len(long)}, {long, long, 0}} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("%d octets to %d: %d edits, want %d", len(test.a), len(test.b), got, test.want)
		}
	}
}
