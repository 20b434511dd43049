package explain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dpopspec/dpopspec/reports"
)

func TestEveryRequirementIsExplainedWhole(t *testing.T) {
	l, err := open()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.catalogue.All() {
		e, err := l.requirement(r)
		if err != nil {
			t.Fatal(err)
		}
		if e.Text == "" || e.Attack == "" || e.Remedy == "" || e.Stands == "" || !strings.HasPrefix(e.Link, "https://") {
			t.Errorf("%s: %+v", r.ID, e)
		}
		for _, party := range e.Binds {
			if e.Remedies[party] == "" {
				t.Errorf("%s: remedies.yaml has nothing for the %s in the group %s", r.ID, party, r.Group)
			}
		}
		if len(e.Scenarios) == 0 && e.Waived == "" || e.Run == "" && e.Waived == "" {
			t.Errorf("%s: no scenario, and no reason why", r.ID)
		}
		narrow(t, e)
	}
}

// narrow fails where a line of several words is wider than a terminal.
func narrow(t *testing.T, e Explanation) {
	t.Helper()
	for line := range strings.Lines(e.String()) {
		line = strings.TrimRight(line, "\n")
		told := strings.TrimSpace(line)
		if line != e.ID+"  ("+e.Kind+")" && utf8.RuneCountInString(line) > width && strings.Contains(told, " ") && !strings.HasPrefix(told, "dpopspec run") {
			t.Errorf("%s: %q", e.ID, line)
		}
	}
}

func TestEveryWordOfAVerdictIsExplained(t *testing.T) {
	for _, v := range reports.Verdicts {
		if words[string(v)].means == "" || words[string(v)].todo == "" {
			t.Errorf("%s is not explained", v)
		}
	}
	for _, c := range []reports.Conformance{
		reports.Conformant, reports.NotConformant, reports.Partial, reports.CouldNotTest, reports.SelectionPassed,
	} {
		if words[string(c)].means == "" {
			t.Errorf("%s is not explained", c)
		}
	}
}

func TestWhatReportsNameIsExplained(t *testing.T) {
	for id, row := range map[string]struct{ kind, says string }{
		"RFC9449-4.3-43":   {"requirement", "rfc9449.html#section-4.3"},
		"@rfc9449-4.3-43":  {"requirement", "RFC9449-4.3-43"},
		"FAPI2-5.3.2.1-04": {"requirement", "--profile fapi2"},
		"proof-method/a-proof-with-the-method-in-other-letter-case-is-refused/in-lower-case@token": {
			"case", "When the request carries a proof whose htm is in lower case"},
		"PV-017":                                {"mutant", "requires htm and does not"},
		"pv-018@api":                            {"mutant", "compares htm without letter case"},
		"failed/proof-key/API/accepted":         {"cause", "proof-key/*"},
		"errored/authorization-server/1234abcd": {"cause", "harness"},
		"failed/orders/API/accepted":            {"cause", "one cause"},
		"not conformant":                        {"word", "Exit code 1"},
		"Inconclusive":                          {"word", "cannot be attributed"},
	} {
		e, err := Of(id)
		if err != nil || e.Kind != row.kind || !strings.Contains(strings.Join(strings.Fields(e.String()), " "), row.says) {
			t.Errorf("%s: %v\n%s", id, err, e)
		}
		narrow(t, e)
	}
}

func TestOfWhatIsUnknownTheNearestAreNamed(t *testing.T) {
	for id, want := range map[string]string{
		"RFC9449-4.3-430": "RFC9449-4.3-43", "4.3-43": "RFC9449-4.3-43", "conformnt": "conformant", "PV-0177": "PV-017",
		"inconclusiv": "inconclusive", "method-in-lower-case": "proof-method/a-method-in-lower-case-is-not-the-one-in-upper-case@api",
	} {
		_, err := Of(id)
		var unknown *Unknown
		if !errors.As(err, &unknown) || !slices.Contains(unknown.Near, want) {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "zzzzzzzzzzzz", "nonsense/api"} {
		var unknown *Unknown
		if e, err := Of(id); !errors.As(err, &unknown) || len(unknown.Near) > 0 {
			t.Errorf("%q: %v, %+v", id, err, e)
		}
	}
}

func TestWhatProductsDoComesFromTheirLists(t *testing.T) {
	e, err := Of("RFC9449-4.3-43")
	if err != nil {
		t.Fatal(err)
	}
	found := slices.ContainsFunc(e.Products, func(p Product) bool {
		return strings.HasPrefix(p.Name, "express-oauth2-jwt-bearer 1.10.0") && p.Seen != "" && len(p.Cases) == 2
	})
	if !found {
		t.Errorf("%+v", e.Products)
	}
	l, err := open()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range l.seen {
		if d.Product == "" || d.Seen == "" || strings.HasPrefix(d.Seen, "as above") {
			t.Errorf("%s: %+v", d.File, d)
		}
	}
}
