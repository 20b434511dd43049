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

func TestEveryPresentationIsTriedByAScenario(t *testing.T) {
	rows := apiFeatures(t)
	for _, form := range presentations.Forms() {
		tried := func(row string) bool { return row == form || strings.Contains(row, "sent "+form) }
		if !slices.ContainsFunc(rows, tried) {
			t.Errorf("no scenario sends a token %s", form)
		}
	}
}

func TestEveryFlawOfATokenIsTriedByAScenario(t *testing.T) {
	rows := apiFeatures(t)
	for _, flaw := range tokenFlaws.Forms() {
		tried := func(row string) bool { return row == flaw || strings.HasSuffix(row, "that "+flaw) }
		if !slices.ContainsFunc(rows, tried) {
			t.Errorf("no scenario has an access token that %s", flaw)
		}
	}
}

func TestEveryConfirmationIsTriedByAScenario(t *testing.T) {
	rows := apiFeatures(t)
	for _, form := range confirmations.Forms() {
		tried := func(row string) bool { return row == form || strings.HasSuffix(row, "confirmation is "+form) }
		if !slices.ContainsFunc(rows, tried) {
			t.Errorf("no scenario has a confirmation that is %s", form)
		}
	}
}

func TestATokenIsPutWhereTheStepSays(t *testing.T) {
	const plain = "https://api.example/x?y=1"
	tests := []struct {
		form, scheme string
		fields       []string
		url, body    string
	}{
		{"as Bearer", "", []string{"Authorization: Bearer t+/="}, plain, ""},
		{"", "dPoP", []string{"Authorization: dPoP t+/="}, plain, ""},
		{"with nothing behind the scheme", "", []string{"Authorization: DPoPt+/="}, plain, ""},
		{"as a scheme without a token", "", []string{"Authorization: DPoP"}, plain, ""},
		{"in quotes", "", []string{`Authorization: DPoP "t+/="`}, plain, ""},
		{"in the query", "", nil, "https://api.example/x?y=1&access_token=t%2B%2F%3D", ""},
		{"in a cookie", "", []string{"Cookie: access_token=t+/="}, plain, ""},
		{
			"in a form body", "", []string{"Content-Type: application/x-www-form-urlencoded"},
			plain, "access_token=t%2B%2F%3D",
		},
		{
			"in two fields, as Bearer and with DPoP", "",
			[]string{"Authorization: Bearer t+/=", "Authorization: DPoP t+/="}, plain, "",
		},
	}
	for _, test := range tests {
		chosen, err := presented(test.form, test.scheme)
		if err != nil {
			t.Fatal(err)
		}
		r := wire.Request{URL: plain}
		chosen.present(&r, "t+/=")
		var fields []string
		for _, f := range r.Fields {
			fields = append(fields, f.Name+": "+f.Value)
		}
		if !slices.Equal(fields, test.fields) || r.URL != test.url || string(r.Body) != test.body {
			t.Errorf("%s%s: %q %s %q", test.form, test.scheme, fields, r.URL, r.Body)
		}
	}
}

func TestAnUnknownPresentationIsAMistakeThatNamesTheKnownOnes(t *testing.T) {
	if _, err := presented("by pigeon", ""); err == nil || !strings.Contains(err.Error(), "in a cookie") {
		t.Error(err)
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
