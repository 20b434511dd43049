package visible

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// stranger holds something of every kind that must not reach a terminal.
const stranger = "a\x1b[2J\x1b]0;owned\x07\x08\x7f\u009b31m\u202e\u2066\u200b\u200d\u00ad\ufeff\u2028" +
	"\U000e0041\u061c\u3164\ufe00b"

func acts(s string) string {
	var found []string
	for _, r := range s {
		if r != '\n' && r != '\t' && (r < ' ' || r == 0x7f || Hidden(r)) {
			found = append(found, string(r))
		}
	}
	return strings.Join(found, "")
}

func TestNothingThatActsIsLeftInVisibleText(t *testing.T) {
	if got := Text(stranger); acts(got) != "" || !strings.HasPrefix(got, "a␛[2J␛]0;owned␇␈␡") {
		t.Errorf("%q", got)
	}
	if got := Text("a\r\nb\rc\t\xff"); got != "a\nb␍c\t\uFFFD" {
		t.Errorf("%q", got)
	}
	if got := Text("grüße, 日本, ✓ …"); got != "grüße, 日本, ✓ …" {
		t.Errorf("%q", got)
	}
}

func TestACharacterThatComesInPiecesIsJudgedWhole(t *testing.T) {
	for text, want := range map[string]string{
		stranger: Text(stranger), "ü✓😀": "ü✓😀", "a\xff": "a\uFFFD", "ü\xc3": "ü", "\u2603\ufe0f": "\u2603\ufe0f",
	} {
		var out bytes.Buffer
		if _, err := io.Copy(NewWriter(&out), iotest.OneByteReader(strings.NewReader(text))); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
}

func TestJSONKeepsItsMeaning(t *testing.T) {
	var document bytes.Buffer
	if err := json.NewEncoder(NewJSONWriter(&document)).Encode(stranger); err != nil {
		t.Fatal(err)
	}
	var back string
	err := json.Unmarshal(document.Bytes(), &back)
	if err != nil || back != stranger || acts(document.String()) != "" {
		t.Errorf("%s: %q, %v", document.String(), back, err)
	}
}

func TestAPileOfMarksDoesNotCoverWhatStandsAroundIt(t *testing.T) {
	pile := "Z" + strings.Repeat("\u0335", 100) + "algo"
	if got := Text(pile); got != "Z"+strings.Repeat("\u0335", mostMarks)+strings.Repeat("\uFFFD", 100-mostMarks)+"algo" {
		t.Errorf("got %q", got)
	}
	for _, language := range []string{"Việt Nam", "שָׁלוֹם", "བསྒྲུབས", "e\u0301\u0323\u0302", "👩🏽❤️"} {
		if got := Text(language); got != language {
			t.Errorf("%s became %q", language, got)
		}
	}
}
