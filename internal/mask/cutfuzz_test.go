package mask

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// FuzzMaskingHidesEverySpellingThatWasCut looks for a place between words of strangers
// where a part of a secret can be read, however it is spelled and wherever it was cut.
func FuzzMaskingHidesEverySpellingThatWasCut(f *testing.F) {
	forms := spelled()
	var names []string
	for name := range forms {
		names = append(names, name)
	}
	slices.Sort(names)
	for i := range names {
		f.Add("some words ", " and more", uint8(i), uint8(9), uint8(0))
		f.Add("Cookie: a=", "; b=c", uint8(i), uint8(20), uint8(1))
		f.Add("…", "… (90 octets)", uint8(i), uint8(30), uint8(2))
		f.Add(`{"body":"`, `"}`, uint8(i), uint8(12), uint8(3))
	}
	secrets := NewSecrets(cutSecret)
	f.Fuzz(func(t *testing.T, before, behind string, form, at, how uint8) {
		spelling := forms[names[int(form)%len(names)]]
		text, secret := spelling[0], spelling[1]
		if seen(before, secret) != "" || seen(behind, secret) != "" {
			return
		}
		n := int(at) % (len(text) + 1)
		if left := [4]int{n, len(text) - n, n, len(text)}[how%4]; left < shortest {
			return // so little may be seen of a secret, and what stands beside it may look like more of it
		}
		cut := ""
		switch how % 4 {
		case 0: // its end is cut
			cut = Head(before+text+behind, len(before)+n)
		case 1: // its beginning is cut, and a line of ours says so
			cut = ellipsis + text[n:] + behind
		case 2: // others have cut its end
			cut = before + text[:n] + "..." + behind
		case 3: // it is whole
			cut = before + text + behind
		}
		got := secrets.Mask(cut)
		if part := legible(maskedToken.ReplaceAllString(got, ""), secret); part != "" {
			t.Errorf("%s: %q can be read in %q, which was %q", names[int(form)%len(names)], part, got, cut)
		}
	})
}

// maskedToken is what is left of a token: its first characters, and its length.
var maskedToken = regexp.MustCompile(`\S{1,10}` + ellipsis + `\([0-9]+\)`)

// legible is seen of letters and digits alone: four backslashes tell nothing.
func legible(text, secret string) string {
	for i := 0; i+4 <= len(secret); i++ {
		part := secret[i : i+4]
		if !strings.ContainsFunc(part, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) || r == unicode.ReplacementChar
		}) && strings.Contains(text, part) {
			return part
		}
	}
	return ""
}
