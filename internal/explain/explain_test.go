package explain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
)

func text(t *testing.T, e Explanation) string {
	t.Helper()
	var b strings.Builder
	if err := e.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whoever breaks a requirement is told what it is about and what to do, by each party.
func TestEveryRequirementIsExplained(t *testing.T) {
	l, err := open()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.catalogue.All() {
		e, err := l.requirement(r)
		if err != nil {
			t.Fatal(err)
		}
		if e.Text == "" || e.Attack == "" || e.Remedy == "" || e.Stands == "" || e.Link == "" || len(e.Binds) == 0 && e.Waived == "" {
			t.Errorf("%s: something is missing: %+v", r.ID, e)
		}
		for party, what := range e.Remedies {
			if what == "" || roles[party] == "" {
				t.Errorf("%s: nothing says what to do as %q", r.ID, party)
			}
		}
		if len(e.Scenarios) == 0 && e.Waived == "" {
			t.Errorf("%s: no scenario tests it, and nothing says why", r.ID)
		}
		for line := range strings.Lines(text(t, e)) {
			words := strings.Fields(line)
			if utf8.RuneCountInString(strings.TrimRight(line, "\n")) > width && len(words) > 1 {
				t.Errorf("%s: too long: %s", r.ID, line)
			}
		}
	}
}

func TestCasesMutantsCausesAndWordsAreExplained(t *testing.T) {
	for id, want := range map[string]string{
		"rfc9449-4.3-43":  "compares htm without letter case",
		"@RFC9449-4.3-43": "express-oauth2-jwt-bearer",
		"proof-method/a-proof-for-another-method-is-refused/head@token": "Then it is refused",
		"pv-018":                        "dpopspec mutants --id PV-018",
		"PV-018":                        "authorization server, API",
		"pv-018@API":                    "dpopspec mutants --id PV-018@api",
		"failed/proof-key/API/accepted": "Or: ",
		"Inconclusive":                  "cannot be attributed",
		"conformant":                    "Exit code 0",
		"FAPI2-5.4.1-01":                "openid.net",
		"failed/proof-method/API":       "the same verdict, party and answer",
	} {
		e, err := Of(id)
		if err != nil || !strings.Contains(text(t, e), want) {
			t.Errorf("%s: %v, %q is not in\n%s", id, err, want, text(t, e))
		}
	}
	for _, v := range reports.Verdicts {
		if e, err := Of(string(v)); err != nil || e.Kind != "word" {
			t.Errorf("the verdict %s: %v", v, err)
		}
	}
	all, err := mutants.All()
	if err != nil {
		t.Fatal(err)
	}
	l, err := open()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if e, err := l.mutant(m.ID, m); err != nil || len(e.Scenarios) == 0 || e.Attack == "" {
			t.Errorf("%s: %v, %d scenarios", m.Name(), err, len(e.Scenarios))
		}
	}
}

func TestWhatIsUnknownIsAnErrorWithTheNearest(t *testing.T) {
	for id, near := range map[string]string{
		"RFC9449-4.3-443": "RFC9449-4.3-43", "inconclusiv": "inconclusive", "PV-0180": "PV-018", "pased": "passed", "": "",
		"another-method-is-refused": "proof-method/a-proof-for-another-method-is-refused/head@token",
	} {
		_, err := Of(id)
		var unknown *Unknown
		if !errors.As(err, &unknown) || near != "" && !slices.Contains(unknown.Near, near) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// What products were seen to do is found by the ids that stand in their lists.
func TestEveryKnownDeviationIsOfACaseOrARequirement(t *testing.T) {
	l, err := open()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range l.cases {
		ids[c.ID] = true
	}
	all, err := fixtures.Deviations()
	if err != nil || len(all) < 100 {
		t.Fatal(len(all), err)
	}
	for _, d := range all {
		finding := strings.HasPrefix(d.ID, "server-evidence/") || strings.HasPrefix(d.ID, "client-evidence/")
		if _, requirement := l.catalogue.Find(d.ID); !requirement && !ids[d.ID] && !finding {
			t.Errorf("%s: %s is neither", d.File, d.ID)
		}
		if d.Product == "" || d.Seen == "" || strings.HasPrefix(d.Seen, "as above") {
			t.Errorf("%s: %+v", d.File, d)
		}
	}
}
