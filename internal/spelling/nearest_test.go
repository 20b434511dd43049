package spelling

import "testing"

func TestTheNearestNameIsFoundWhateverItsLetterCase(t *testing.T) {
	names := []string{"token", "par", "userinfo", "api"}
	for written, want := range map[string]string{"API": "api", "usrinfo": "userinfo", "tokens": "token", "p": "par"} {
		if got := Nearest(written, names); got != want {
			t.Errorf("%s: %s; want %s", written, got, want)
		}
	}
}
