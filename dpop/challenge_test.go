package dpop

import (
	"reflect"
	"strings"
	"testing"
)

func TestChallengesAreReadByTheGrammarOfRFC9110(t *testing.T) {
	dpopError := Challenge{Scheme: "DPoP", Parameters: []Parameter{{"error", "invalid_token"}, {"algs", "ES256 PS256"}}}
	for _, c := range []struct {
		name  string
		lines []string
		want  []Challenge
	}{
		{"none", nil, nil},
		{"an empty line", []string{""}, nil},
		{"a scheme alone", []string{"DPoP"}, []Challenge{{Scheme: "DPoP"}}},
		{"two schemes alone", []string{"DPoP, Bearer"}, []Challenge{{Scheme: "DPoP"}, {Scheme: "Bearer"}}},
		{"parameters", []string{`DPoP error="invalid_token", algs="ES256 PS256"`}, []Challenge{dpopError}},
		{"odd spacing", []string{"DPoP   error = \"invalid_token\"\t,,\talgs =\"ES256 PS256\" ,"},
			[]Challenge{dpopError}},
		{"tokens as values", []string{`DPoP error=invalid_token, algs="ES256 PS256"`}, []Challenge{dpopError}},
		{"a comma in a value", []string{`Bearer realm="a, DPoP b=c", DPoP`},
			[]Challenge{{Scheme: "Bearer", Parameters: []Parameter{{"realm", "a, DPoP b=c"}}}, {Scheme: "DPoP"}}},
		{"escapes in a value", []string{`DPoP realm="a\"b\\c"`},
			[]Challenge{{Scheme: "DPoP", Parameters: []Parameter{{"realm", `a"b\c`}}}}},
		{"an empty value", []string{`DPoP realm=""`},
			[]Challenge{{Scheme: "DPoP", Parameters: []Parameter{{"realm", ""}}}}},
		{"two challenges in one line", []string{`Bearer realm="r", DPoP error="invalid_token", algs="ES256 PS256"`},
			[]Challenge{{Scheme: "Bearer", Parameters: []Parameter{{"realm", "r"}}}, dpopError}},
		{"two lines", []string{`Bearer realm="r"`, `DPoP error="invalid_token", algs="ES256 PS256"`},
			[]Challenge{{Scheme: "Bearer", Parameters: []Parameter{{"realm", "r"}}}, dpopError}},
		{"a token68", []string{`Negotiate abc+/==, DPoP`},
			[]Challenge{{Scheme: "Negotiate", Token68: "abc+/=="}, {Scheme: "DPoP"}}},
	} {
		got, err := ParseChallenges(c.lines)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestAMalformedChallengeIsAnErrorWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, line string }{
		{"an open quote", `DPoP error="x`},
		{"a backslash at the end", `DPoP error="x\`},
		{"a value missing", `DPoP error=, algs="ES256"`},
		{"no comma", `DPoP error="x" algs="ES256"`},
		{"an equals sign first", `="x"`},
		{"a quoted scheme", `"DPoP" error="x"`},
		{"a duplicate parameter", `DPoP algs="a", ALGS="b"`},
		{"a control character", "DPoP error=\"\x01\""},
		{"a parameter behind a token68", `Negotiate abc==, error="x"`},
		{"a semicolon", `DPoP error="x"; algs="ES256"`},
		{"a scheme without space", `DPoP"x"`},
	} {
		if challenges, err := ParseChallenges([]string{"Bearer", c.line}); err == nil {
			t.Errorf("%s: read as %v", c.name, challenges)
		} else if c.name != "a duplicate parameter" && !strings.Contains(err.Error(), "line 2, column") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAChallengeIsFoundWithoutLetterCase(t *testing.T) {
	challenges := []Challenge{{Scheme: "Bearer"}, Challenge{Scheme: "dpop"}.With("Error", "use_dpop_nonce")}
	c, found := FindChallenge(challenges, Scheme)
	if code, _ := c.Get("error"); !found || code != "use_dpop_nonce" {
		t.Errorf("%v, %v", c, found)
	}
	if _, found := FindChallenge(challenges, "Basic"); found {
		t.Error("a Basic challenge was found")
	}
}

func TestAChallengeWithAnotherParameterLeavesTheFirstAlone(t *testing.T) {
	base := Challenge{Scheme: "DPoP"}.With("algs", "ES256")
	one, two := base.With("error", "a"), base.With("error", "b")
	if one.String() != `DPoP algs="ES256", error="a"` || two.String() != `DPoP algs="ES256", error="b"` ||
		len(base.Parameters) != 1 {
		t.Errorf("%s / %s / %s", base, one, two)
	}
}

func TestCredentialsAreASchemeSpacesAndAToken68(t *testing.T) {
	for _, c := range []struct {
		value, scheme, token string
		ok                   bool
	}{
		{"DPoP abc", "DPoP", "abc", true},
		{"dpop abc", "dpop", "abc", true},
		{"DPoP   a-._~+/b==", "DPoP", "a-._~+/b==", true},
		{"Bearer abc", "Bearer", "abc", true},
		{"DPoP", "DPoP", "", false},
		{"DPoP ", "DPoP", "", false},
		{"DPoP\tabc", "", "", false},
		{"DPoP abc def", "DPoP", "", false},
		{"DPoP abc,DPoP def", "DPoP", "", false},
		{`DPoP "abc"`, "DPoP", "", false},
		{"DPoP token=abc, x=y", "DPoP", "", false},
		{"DPoP a=b", "DPoP", "", false},
		{"", "", "", false},
	} {
		got, err := ParseCredentials(c.value)
		if (err == nil) != c.ok || c.ok && (got.Scheme != c.scheme || got.Token != c.token) {
			t.Errorf("%q: %+v, %v", c.value, got, err)
		}
	}
	if !(Credentials{Scheme: "dPoP"}).Is(Scheme) || (Credentials{Scheme: "Bearer"}).Is(Scheme) {
		t.Error("schemes are compared wrongly")
	}
	for text, want := range map[string]bool{
		"": false, "=": false, "a": true, "a=": true, "a=b": false, "a b": false, "a,": false,
	} {
		if IsToken68(text) != want {
			t.Errorf("IsToken68(%q)", text)
		}
	}
}

func TestACharacterOfSeveralOctetsIsNamedWhole(t *testing.T) {
	_, err := ParseChallenges([]string{`DPoP error=ü`, `DPoP ü`})
	if err == nil || strings.Contains(err.Error(), "Ã") {
		t.Errorf("%v", err)
	}
	if _, err := ParseChallenges([]string{`DPoP ü`}); err == nil || !strings.Contains(err.Error(), "'ü'") {
		t.Errorf("%v", err)
	}
	if _, err := NormalizeURI("https://h/ü"); err == nil || !strings.Contains(err.Error(), "'ü'") {
		t.Errorf("%v", err)
	}
}
