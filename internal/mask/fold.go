package mask

import (
	"unicode"
	"unicode/utf8"
)

// shortestInAnyCase is the length of the shortest secret that is looked for in any case:
// a shorter one may be the beginning of a sentence.
const shortestInAnyCase = 8

// fold is the text with small letters for capitals, each octet at its place: what is no
// UTF-8, and a letter whose other case is longer or shorter, stays.
func fold(s string) string {
	var b []byte
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if low := unicode.ToLower(r); low != r && utf8.RuneLen(low) == size {
			if b == nil {
				b = []byte(s)
			}
			utf8.EncodeRune(b[i:i+size], low)
		}
		i += size
	}
	if b == nil {
		return s
	}
	return string(b)
}
