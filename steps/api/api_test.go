package api

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// apiFeatures is the text of the features about the API, a line a row.
func apiFeatures(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(features.FS, "api-*.feature")
	if err != nil || len(names) == 0 {
		t.Fatalf("no features: %v", err)
	}
	var rows []string
	for _, name := range names {
		text, err := features.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			rows = append(rows, strings.TrimSpace(line))
			for cell := range strings.SplitSeq(line, "|") {
				rows = append(rows, strings.TrimSpace(cell))
			}
		}
	}
	return rows
}

func TestEveryWayOfSendingATokenIsTriedByAScenario(t *testing.T) {
	rows := apiFeatures(t)
	for _, way := range ways {
		if !slices.ContainsFunc(rows, func(row string) bool { return row == way.name || strings.Contains(row, "sent "+way.name) }) {
			t.Errorf("no scenario sends a token %s", way.name)
		}
	}
}

func TestEveryOddTokenIsTriedByAScenario(t *testing.T) {
	rows := apiFeatures(t)
	for _, token := range oddTokens {
		if !slices.ContainsFunc(rows, func(row string) bool { return row == token.name || strings.HasSuffix(row, "that "+token.name) }) {
			t.Errorf("no scenario has an access token that %s", token.name)
		}
	}
}

func TestATokenIsPutWhereTheWaySays(t *testing.T) {
	tests := []struct {
		name   string
		fields []string
		url    string
		body   string
	}{
		{"as Bearer", []string{"Authorization: Bearer t+/="}, "https://api.example/x?y=1", ""},
		{"with the scheme dPoP", []string{"Authorization: dPoP t+/="}, "https://api.example/x?y=1", ""},
		{"with nothing behind the scheme", []string{"Authorization: DPoPt+/="}, "https://api.example/x?y=1", ""},
		{"as a scheme without a token", []string{"Authorization: DPoP"}, "https://api.example/x?y=1", ""},
		{"in quotes", []string{`Authorization: DPoP "t+/="`}, "https://api.example/x?y=1", ""},
		{"in the query", nil, "https://api.example/x?y=1&access_token=t%2B%2F%3D", ""},
		{"in a cookie", []string{"Cookie: access_token=t+/="}, "https://api.example/x?y=1", ""},
		{"in a form body", []string{"Content-Type: application/x-www-form-urlencoded"}, "https://api.example/x?y=1", "access_token=t%2B%2F%3D"},
		{"in two fields, as Bearer and with DPoP", []string{"Authorization: Bearer t+/=", "Authorization: DPoP t+/="}, "https://api.example/x?y=1", ""},
	}
	for _, test := range tests {
		way, err := findWay(test.name)
		if err != nil {
			t.Fatal(err)
		}
		r := wire.Request{URL: "https://api.example/x?y=1"}
		way.present(&r, "t+/=")
		var fields []string
		for _, f := range r.Fields {
			fields = append(fields, f.Name+": "+f.Value)
		}
		if !slices.Equal(fields, test.fields) || r.URL != test.url || string(r.Body) != test.body {
			t.Errorf("%s: %q %s %q", test.name, fields, r.URL, r.Body)
		}
	}
}

func TestAnUnknownWayIsAMistakeThatNamesTheKnownOnes(t *testing.T) {
	for _, name := range []string{"by pigeon", "with the scheme ", "with the scheme a b"} {
		if _, err := findWay(name); err == nil || !strings.Contains(err.Error(), "in a cookie") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACaseFlippedThumbprintIsStillStrictBase64url(t *testing.T) {
	for range 50 {
		jkt := dpop.TokenHash(dpop.NewID())
		flipped := canonical(strings.ToUpper(jkt))
		if !dpop.Thumbprint43(flipped) {
			t.Errorf("%s is refused for its form", flipped)
		}
		if flipped == jkt {
			t.Errorf("%s has not changed", jkt)
		}
	}
}

func TestTheFirstCharacterOfASignatureIsAlwaysChanged(t *testing.T) {
	for _, text := range []string{"Axyz", "Bxyz", "-xyz"} {
		if changed := otherFirst(text); changed == text || changed[1:] != text[1:] || len(changed) != len(text) {
			t.Errorf("%s became %s", text, changed)
		}
	}
}

func TestAListFieldIsReadEntryByEntry(t *testing.T) {
	tests := []struct {
		lines []string
		name  string
		want  bool
	}{
		{[]string{"WWW-Authenticate, DPoP-Nonce"}, "dpop-nonce", true},
		{[]string{"X", "DPoP-Nonce"}, "DPoP-Nonce", true},
		{[]string{"X-DPoP-Nonce"}, "DPoP-Nonce", false},
		{[]string{"*"}, "DPoP", true},
		{[]string{"*"}, "Authorization", false},
		{nil, "DPoP", false},
	}
	for _, test := range tests {
		if got := listed(test.lines, test.name); got != test.want {
			t.Errorf("%s in %q: %v", test.name, test.lines, got)
		}
	}
}
