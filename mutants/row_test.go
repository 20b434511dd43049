package mutants

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

func all(t *testing.T) []Mutant {
	t.Helper()
	list, err := All()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestNoTwoMutantsHaveOneName(t *testing.T) {
	inOnePlace := map[string][]Mutant{}
	for _, m := range all(t) {
		inOnePlace[m.place()] = append(inOnePlace[m.place()], m)
	}
	for place, list := range inOnePlace {
		seen := map[string]bool{}
		for _, m := range list {
			if seen[m.Name()] || len(list) > 1 && m.variant == "" {
				t.Errorf("%d rows make a mutant %s; each needs a variant of its own, not %q (%s)",
					len(list), place, m.variant, m.Does)
			}
			seen[m.Name()] = true
		}
	}
}

func TestRowsAreWellFormed(t *testing.T) {
	catalogue, err := features.Load()
	if err != nil {
		t.Fatal(err)
	}
	idForm, variantForm := regexp.MustCompile(`^[A-Z]{2}-\d{3}$`), regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)
	endpoints := map[string][]string{"validator": everywhere, "as": anywhere, "rs": withToken, "client": anywhere}
	for _, g := range groups {
		list, err := g.mutants()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if !idForm.MatchString(m.ID) {
				t.Errorf("%s: the id is not like PV-018", m.Name())
			}
			if !variantForm.MatchString(m.variant) {
				t.Errorf("%s: the variant %q is not like lower-case", m.Name(), m.variant)
			}
			if m.Does == "" || len(m.Breaks) == 0 {
				t.Errorf("%s: it does %q and breaks %q", m.Name(), m.Does, m.Breaks)
			}
			for _, id := range m.Breaks {
				if _, found := catalogue.Find(id); !found {
					t.Errorf("%s breaks %s, which is no requirement; perhaps %v", m.Name(), id, catalogue.Suggest(id))
				}
			}
			if !slices.Contains(endpoints[g.name], m.Endpoint) {
				t.Errorf("%s lives at %q; mutants of %s live at %q", m.Name(), m.Endpoint, g.name, endpoints[g.name])
			}
			if _, err := features.FindProfile(m.Profile); err != nil {
				t.Errorf("%s: %v", m.Name(), err)
			}
		}
	}
}

// A table that nobody lists would be green without having been tried.
func TestEveryTableIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("all.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range regexp.MustCompile(`(?m)^var (\w+) = \[\]row\{`).FindAllSubmatch(text, -1) {
			if !regexp.MustCompile(`\b` + string(table[1]) + `\b`).Match(list) {
				t.Errorf("%s is a table in %s that all.go does not list", table[1], file)
			}
		}
	}
}

func TestARowWithoutAPlaceOrAChangeIsAnError(t *testing.T) {
	var (
		server = inServer(func(*mockas.Policy) {})
		api    = inAPI(func(*mockrs.Config) {})
		proof  = claim("jti", nil)
		taken  = gate{fields: func(*http.Request) []string { return nil }}
		absent = gate{present: func([]string) bool { return false }}

		unknown = []string{"jwks"}
	)
	tests := map[string]struct {
		row  row
		want string
	}{
		"no change":                      {row{}, "nothing is changed"},
		"no such endpoint":               {row{at: unknown, change: taken}, `not at the endpoint "jwks"`},
		"no such endpoint of a verifier": {row{at: unknown, change: removing("htm")}, `not at the endpoint "jwks"`},
		"a server's at an API":           {row{at: atAPI, change: server}, `not at the endpoint "api"`},
		"an API's at a server":           {row{at: atUserinfo, change: api}, `not at the endpoint "userinfo"`},
		"a client's at a server":         {row{at: atUserinfo, change: proof}, `not at the endpoint "userinfo"`},
		"nothing that an API asks":       {row{at: atAPI, change: absent}, "an API does not ask"},
	}
	for name, test := range tests {
		if list, err := test.row.mutants(); err == nil || !strings.Contains(err.Error(), test.want) || list != nil {
			t.Errorf("%s: %v, %v; want %q", name, list, err, test.want)
		}
	}
	stray := group{"client", "CL", [][]row{{{id: "PV-018", change: removing("htm")}}}}
	if _, err := stray.mutants(); err == nil || !strings.Contains(err.Error(), "begins with CL-") {
		t.Errorf("an id of another group: %v", err)
	}
}

func TestAMutantIsSelectedByGroupAndName(t *testing.T) {
	tests := []struct {
		group, name string
		want        []string
	}{
		{"", "PV-018", []string{"PV-018@token", "PV-018@par", "PV-018@userinfo", "PV-018@api"}},
		{"validator", "PV-018@api", []string{"PV-018@api"}},
		{"", "PV-017/get-and-post-alone", []string{"PV-017@api/get-and-post-alone"}},
		{"", "PV-017@token", []string{"PV-017@token/uncompared"}},
		{"", "PV-017@par/uncompared", []string{"PV-017@par/uncompared"}},
		{"rs", "RS-007", []string{"RS-007@api", "RS-007@userinfo"}},
	}
	for _, test := range tests {
		list, err := Select(test.group, test.name)
		var names []string
		for _, m := range list {
			names = append(names, m.Name())
		}
		if err != nil || !slices.Equal(names, test.want) {
			t.Errorf("%s %s: %v, %v; want %v", test.group, test.name, names, err, test.want)
		}
	}
	for _, test := range []struct{ group, name, want string }{
		{"", "PV-18", "the nearest name is PV-018"},
		{"", "pv-017@API", "the nearest name is PV-017@api"},
		{"", "PV-017@api/uncompard", "the nearest name is PV-017@api/uncompared"},
		{"rs", "PV-018", "the nearest name is RS-018"},
		{"api", "", `no group of mutants is called "api"; there are validator, as, rs, client`},
	} {
		if list, err := Select(test.group, test.name); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: %d mutants, %v; want %q", test.group, test.name, len(list), err, test.want)
		}
	}
}

// A gate must find its own endpoint: a bug that lands elsewhere proves nothing.
func TestAChangeIsMadeAtItsEndpointAlone(t *testing.T) {
	for _, endpoint := range everywhere {
		reached := map[string]bool{}
		parts, err := inVerifier(func(*dpop.Verifier) { reached[endpoint] = true }).parts(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		if parts.API != nil {
			parts.API(&mockrs.Config{Policy: mockrs.HonestPolicy()})
			if endpoint != features.API || !reached[endpoint] {
				t.Errorf("at %s an API is changed; was it called: %v", endpoint, reached[endpoint])
			}
			continue
		}
		var config mockas.Config
		parts.AuthorizationServer(&config)
		p := config.Policy
		for name, gate := range map[string]mockas.Gate{
			features.TokenEndpoint: p.Token, features.PAREndpoint: p.PAR, features.UserinfoEndpoint: p.Userinfo,
		} {
			if (gate.Adjust != nil) != (name == endpoint) {
				t.Errorf("at %s the gate of %s is changed or left: %v", endpoint, name, gate.Adjust != nil)
			}
		}
	}
}

func TestAMisspeltCheckIsAMistakeOfItsRow(t *testing.T) {
	_, err := removing("hmt").parts(features.TokenEndpoint)
	if err == nil || !strings.Contains(err.Error(), "no check is called hmt") {
		t.Errorf("got %v", err)
	}
}

func TestAChangeOfAVerifierLandsAtEachEndpointThatTakesProofs(t *testing.T) {
	known, ours := slices.Sorted(slices.Values(features.Endpoints)), slices.Sorted(slices.Values(everywhere))
	if !slices.Equal(known, ours) {
		t.Errorf("changes land at %v, proofs are taken at %v: see gate.parts and the lists in change.go", ours, known)
	}
}
