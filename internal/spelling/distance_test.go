package spelling

import "testing"

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
