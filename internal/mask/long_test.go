package mask

import (
	"strings"
	"testing"
)

// A stranger's answer has a megabyte of whatever they like. Each of these took minutes, up
// to hours, where every value was looked at once for each that stands before it.
func TestNoTextTakesTheSquareOfItsLength(t *testing.T) {
	s := NewSecrets("some-secret-value")
	for _, piece := range []string{
		"http://a:b@c?code=", "code=", "code%3D", "Cookie: a=b; ", "Set-Cookie: a=b; ", "a=b; Set-Cookie: ", "Cookie: \t",
		"Cookie: \n ", "Authorization: ", "Authorization: DPoP ", `"code":[`, `["code":`, `"access_token":"`, `\"code\":[`, "…(",
	} {
		text := strings.Repeat(piece, 1<<20/len(piece))
		if masked := s.Mask(text); strings.Contains(masked, "ookie: a=b") {
			t.Errorf("%q is not masked: %.200s", piece, masked)
		}
	}
	nested := strings.Repeat(`["code":`, 50_000) + "x" + strings.Repeat("]", 50_000)
	if masked := s.Mask(nested); strings.Contains(masked, "x") {
		t.Errorf("%.200s", masked)
	}
}

// What stands in a value that is masked is masked with it, and what goes beyond it too.
func TestAValueWithinAValueIsMasked(t *testing.T) {
	s := NewSecrets()
	for text, want := range map[string]string{
		"Cookie: a=1; Cookie: b=2; Authorization: Basic dXNlcjpwYXNz": "Cookie: a=[masked]; Cookie: b=[masked]; [masked]",
		"Cookie: a=1\nCookie: b=2":                                    "Cookie: a=[masked]\nCookie: b=[masked]",
		"Set-Cookie: a=1; Cookie: b=2":                                "Set-Cookie: a=[masked]; Cookie: b=[masked]",
		"client_secret=a1client_secret=b2&c=3":                        "client_secret=[masked]&c=3",
		`{"code":["x1","code":"]y2"],"z":"3"}`:                        `{"code":[[masked][masked]"],"z":"3"}`,
		"-H 'Cookie: a=1' -H 'Cookie: b=2' c=3":                       "-H 'Cookie: a=[masked]' -H 'Cookie: b=[masked]' c=3",
	} {
		if got := s.Mask(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
