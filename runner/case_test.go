package runner

import "testing"

func TestASlugIsLowerCaseWordsAndTellsSignsApart(t *testing.T) {
	for text, want := range map[string]string{
		"A proof for another method is refused": "a-proof-for-another-method-is-refused",
		"+60 s":                                 "plus-60-s",
		"-60 s":                                 "minus-60-s",
		"dpop+jwt":                              "dpop-plus-jwt",
		"iat is \"60 s\"":                       "iat-is-60-s",
		"  x -- y  ":                            "x-y",
		"no-store":                              "no-store",
		"RFC 9449, §4.3":                        "rfc-9449-4-3",
		"ümlaut and ASCII":                      "mlaut-and-ascii",
	} {
		if got := slug(text); got != want {
			t.Errorf("slug(%q) = %q, want %q", text, got, want)
		}
	}
}
