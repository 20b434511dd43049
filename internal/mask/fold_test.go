package mask

import (
	"strings"
	"testing"
)

// A server may say a password in capitals.
func TestASecretIsMaskedInAnyCase(t *testing.T) {
	const secret = "correct Horse/9é"
	secrets := NewSecrets(secret)
	for _, said := range []string{
		"it is CORRECT HORSE/9É, no", "it is Correct horse/9é, no", "it is CORRECT+HORSE%2F9%C3%A9, no",
		"it is correct%20horse%2f9%c3%a9, no", "it is CORRECT HO… (90 octets)",
		"\xff\xfeĐ CORRECT HORSE/9É", "…ECT HORSE/9É, no",
	} {
		got := secrets.Mask(said)
		if strings.Contains(strings.ToLower(got), "horse") || strings.Contains(got, "CORRECT") {
			t.Errorf("%q became %q", said, got)
		}
		if again := secrets.Mask(got); again != got {
			t.Errorf("masked twice: %q became %q", got, again)
		}
	}
}

func TestAShortSecretIsMaskedAsItIsAlone(t *testing.T) {
	secrets := NewSecrets("Orders", "c2VjcmV0LXNlY3JldA")
	for text, want := range map[string]string{
		"orders of ORDERS, Orders": "orders of ORDERS, [masked]", "C2vjcmv0LXNLY3JLDA": "[masked]",
	} {
		if got := secrets.Mask(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestFoldKeepsEachOctetAtItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "abc": "abc", "ABC\xffÄ": "abc\xffä", "İK\u212a": "İk\u212a", "\xc3": "\xc3", "Ⱥ": "Ⱥ",
	} {
		if got := fold(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
