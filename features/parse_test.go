package features

import (
	"strings"
	"testing"
)

const soundEntry = `groups:
  - {letter: A, title: "Preconditions"}
themes:
  tls: {why: "Shared why.", remedy: "Shared remedy."}
requirements:
  - id: RFC9449-2-01
    group: A
    section: "2"
    level: "MUST"
    verdict: fail
    binds: [as, rs]
    requirement: "Text"
    probe: "Probe"
    expected: "Expected"
    theme: tls
`

func TestAnEntryTakesFromItsThemeWhatItDoesNotSay(t *testing.T) {
	for _, test := range []struct{ own, why, remedy string }{
		{"", "Shared why.", "Shared remedy."},
		{"    why: \"Own why.\"\n", "Own why.", "Shared remedy."},
		{"    remedy: \"Own remedy.\"\n", "Shared why.", "Own remedy."},
	} {
		c, err := parseCatalogue("r.yaml", []byte(soundEntry+test.own))
		if err != nil {
			t.Fatal(err)
		}
		r, _ := c.Find("RFC9449-2-01")
		if r.Why != test.why || r.Remedy != test.remedy {
			t.Errorf("with %q: why %q, remedy %q", test.own, r.Why, r.Remedy)
		}
	}
}

func TestAFaultInTheRequirementsIsNamedWithFileAndLine(t *testing.T) {
	second := soundEntry[strings.Index(soundEntry, "  - id"):]
	for _, test := range []struct{ name, old, new, want string }{
		{"a misspelt key", "    probe:", "    prob:", `r.yaml:13: unknown key "prob"`},
		{"a misspelt key of a theme", "remedy: \"Shared", "remdy: \"Shared", `r.yaml:4: unknown key "remdy"`},
		{"a misspelt table", "groups:", "group:", `r.yaml:1: unknown key "group"`},
		{"a key given twice", "    probe:", "    section: \"3\"\n    probe:",
			`line 13: mapping key "section" already defined at line 8`},
		{"an id given twice", "    theme: tls\n", "    theme: tls\n" + second,
			"r.yaml:16: RFC9449-2-01: the id is already given to the entry in line 6"},
		{"an unknown verdict", "verdict: fail", "verdict: failed",
			`r.yaml:6: RFC9449-2-01: verdict: "failed" is unknown; write fail, warn, info`},
		{"an unknown party", "[as, rs]", "[as, api]", `binds: "api" is unknown; write as, rs, client`},
		{"an unknown endpoint", "    theme: tls", "    theme: tls\n    endpoints: [tokens]",
			`endpoints: "tokens" is unknown`},
		{"an unknown group", "group: A", "group: B", `group "B" is not in the list of groups`},
		{"an unknown theme", "theme: tls", "theme: ssl", `theme "ssl" is not in the table of themes`},
		{"an unused theme", "    theme: tls\n", "    why: \"W.\"\n    remedy: \"R.\"\n",
			`theme "tls" is used by no entry`},
		{"neither theme nor why", "theme: tls", "remedy: \"R.\"", "why and remedy are needed"},
		{"an id that is no tag", "id: RFC9449-2-01", "id: RFC 9449 2 01", `"RFC 9449 2 01" is no id`},
		{"an empty text", `requirement: "Text"`, `requirement: ""`, "requirement is missing"},
		{"a list where a text belongs", `probe: "Probe"`, "probe: [a, b]", "line 13: cannot unmarshal"},
		{"a text where a list belongs", "[as, rs]", "as", "line 11: cannot unmarshal"},
		{"broken YAML", "requirements:", "requirements: [", "r.yaml: yaml: line"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(soundEntry, test.old, test.new, 1)
			_, err := parseCatalogue("r.yaml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "r.yaml") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestAnEmptyFileIsAnError(t *testing.T) {
	if _, err := parseCatalogue("r.yaml", nil); err == nil ||
		!strings.Contains(err.Error(), "r.yaml: the file is empty") {
		t.Errorf("got %v", err)
	}
}

const soundProfiles = `profiles:
  - name: base
    revision: "1"
    description: "Base"
    parameters:
      iat_past: {accept: 10, warn: 20, refuse: 30}
      iat_future: {accept: 10, warn: 20, refuse: 30}
      refusal_status:
        proof_missing: {expected: [401]}
        proof_bad: {expected: [401], tolerated: [400]}
        token_bad: {expected: [401]}
      htu_query: ignored
      nonces: {authorization_server: optional, api: optional}
      pushed_binding: optional
      login_keys: any
      access_token_lifetime: 60
      jti_bits: 96
  - name: child
    extends: base
    revision: "2"
    description: "Child"
    excludes: [RFC9449-2-02]
    verdicts:
      RFC9449-2-0*: warn
      RFC9449-2-01: info
    parameters:
      iat_past: {warn: 25}
`

func smallCatalogue() *Catalogue {
	return &Catalogue{requirements: []Requirement{
		{ID: "RFC9449-2-01", Group: "A", Verdict: Fail}, {ID: "RFC9449-2-02", Group: "A", Verdict: Fail},
	}}
}

func TestAnIDWinsOverAPatternAndAProfileOverItsParent(t *testing.T) {
	text := strings.Replace(soundProfiles, "    parameters:\n",
		"    verdicts: {RFC9449-2-02: info}\n    parameters:\n", 1)
	profiles, err := parseProfiles("p.yaml", []byte(text), smallCatalogue())
	if err != nil {
		t.Fatal(err)
	}
	base, child := profiles[0], profiles[1]
	r := smallCatalogue().All()
	for _, test := range []struct {
		profile Profile
		r       Requirement
		verdict string
	}{{base, r[0], Fail}, {base, r[1], Info}, {child, r[0], Info}, {child, r[1], Warn}} {
		if got := test.profile.Verdict(test.r); got != test.verdict {
			t.Errorf("%s under %s is worth %s, want %s", test.r.ID, test.profile.Name, got, test.verdict)
		}
	}
	if child.Applies(r[1]) || !base.Applies(r[1]) || !child.Applies(r[0]) {
		t.Error("what child excludes applies there, or what it does not exclude does not")
	}
}

func TestASettingInsideAParameterLeavesTheOthersAsTheyWere(t *testing.T) {
	profiles, err := parseProfiles("p.yaml", []byte(soundProfiles), smallCatalogue())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := profiles[1].settings.IatPast, (window{10, 25, 30}); got != want {
		t.Errorf("child: %v, want %v", got, want)
	}
	if got, want := profiles[0].settings.IatPast, (window{10, 20, 30}); got != want {
		t.Errorf("base: %v, want %v", got, want)
	}
}

func TestAFaultInTheProfilesIsNamedWithFileAndLine(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"a misspelt key", "extends:", "extend:", `p.yaml:19: unknown key "extend"`},
		{"a misspelt parameter", "jti_bits:", "jti_bit:", `p.yaml:17: unknown key "jti_bit"`},
		{"a misspelt part of a parameter", "{warn: 25}", "{warning: 25}", `p.yaml:27: unknown key "warning"`},
		{"an override without a match", "RFC9449-2-0*", "RFC9449-3-0*",
			`p.yaml:18: profile child: "RFC9449-3-0*" matches no requirement; nearest are [RFC9449-2-01 RFC9449-2-02]`},
		{"an exclusion without a match", "[RFC9449-2-02]", "[RFC9449-2-03]", `"RFC9449-2-03" matches no requirement`},
		{"a broken pattern", "RFC9449-2-0*", `"RFC9449-2-[0*"`, "syntax error in pattern"},
		{"an unknown verdict", "0*: warn", "0*: warning", `"warning" is unknown`},
		{"a parent further down", "extends: base", "extends: other", `extends "other", which is no profile above it`},
		{"a name given twice", "name: child", "name: base", "the name is given twice"},
		{"a window that runs backwards", "{warn: 25}", "{warn: 35}", "iat_past: want 0 <= accept <= warn <= refuse"},
		{"a success as refusal", "[401]", "[200]", "refusal_status.proof_missing: 200 is no client error"},
		{"no status at all", "proof_bad: {expected: [401]", "proof_bad: {expected: []",
			"refusal_status.proof_bad: at least one status code"},
		{"nonces of one server alone", ", api: optional", "", `nonces.api: "" is unknown`},
		{"an unknown binding", "pushed_binding: optional", "pushed_binding: often",
			`pushed_binding: "often" is unknown; write optional, either, proof`},
		{"a profile without a revision", "    revision: \"2\"\n", "", "name, revision and description are needed"},
		{"an unknown word", "htu_query: ignored", "htu_query: ignore",
			`htu_query: "ignore" is unknown; write ignored, refused`},
		{"no limit where one is needed", "jti_bits: 96", "jti_bits: 0", "jti_bits: want more than 0"},
		{"text for a number", "jti_bits: 96", "jti_bits: many", "line 17: cannot unmarshal"},
		{"a negative time", "      jti_bits", "      nonce_lifetime: {accept: -1}\n      jti_bits",
			"nonce_lifetime: want 0 <= accept <= refuse"},
		{"a nonce that must be taken when it must be refused", "      jti_bits",
			"      nonce_lifetime: {accept: 9, refuse: 8}\n      jti_bits", "nonce_lifetime: want 0 <= accept <= refuse"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseProfiles("p.yaml", []byte(strings.Replace(soundProfiles, test.old, test.new, 1)),
				smallCatalogue())
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "p.yaml:") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
