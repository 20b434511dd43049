// Package layout holds the tests that keep the house in order: which package may
// import which, how large a package may be, and how knotted its files.
package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// floors is the house from top to bottom, a floor a line. A package imports only
// what stands on a floor below its own: neighbours on one floor do not know each
// other. A new package stands as low as what it imports lets it.
var floors = [][]string{
	{"cmd/dpopspec", "dpoptest"},
	{"internal/explain", "internal/mutation", "internal/surrounded"},
	{"runner"},
	{"steps"},
	{"internal/standing"},
	{"steps/own", "steps/client", "steps/api", "steps/server", "internal/featurelint"},
	{"steps/proof"},
	{"steps/world/worldtest"},
	{"steps/world"},
	{"steps/vocabulary", "mutants", "surroundings"},
	{"target"},
	{"mockas", "mockrs", "client"},
	{"dpop/forge", "internal/baseline", "internal/inspect", "wallet", "internal/headless"},
	{"dpop", "reports", "features", "fixtures", "internal/pasted", "internal/login", "internal/approval", "internal/har"},
	{"internal/wire", "internal/livepage"}, // what it tells of a stranger is cut as mask wants it
	{ // the ground, which imports nothing of ours
		"internal/browsertest", "internal/child", "internal/clock", "internal/curl", "internal/hostile",
		"internal/layout", "internal/loginpage", "internal/longtable", "internal/mask",
		"internal/parallel", "internal/places", "internal/plaintext", "internal/recent", "internal/schemadoc",
		"internal/shards", "internal/spelling", "internal/strictyaml",
		"internal/version", "internal/visible", "internal/wycheproof",
	},
}

// reserved are packages that only those named may import, whatever the floors
// allow.
var reserved = map[string][]string{
	"mutants":               {"cmd/dpopspec", "internal/explain", "internal/mutation"}, // honest code knows no mutant
	"surroundings":          {"cmd/dpopspec", "internal/surrounded"},                   // nor what stands around it
	"internal/longtable":    {},                                                        // for tests alone
	"steps/world/worldtest": {},                                                        // for tests alone
	"internal/browsertest":  {},                                                        // for tests alone
	"internal/wycheproof":   {},                                                        // for tests alone
}

// outside is where packages stand outside the house, as its users do: examples
// and tools, which import what they like and which nothing imports.
const outside = "fixtures/"

// violations judges what each package imports. Rooms are named by their paths
// below the module.
func violations(imports map[string][]string) []string {
	var found []string
	for room, imported := range imports {
		if strings.HasPrefix(room, outside) {
			continue
		}
		own := floorOf(room)
		if own < 0 {
			found = append(found, fmt.Sprintf("the package %s has no place in the house: add it to floors "+
				"in internal/layout/floors_test.go, on the line of %s or above", room, lowest(imported)))
			continue
		}
		for _, other := range imported {
			switch at := floorOf(other); {
			case at < 0 && strings.HasPrefix(other, outside):
				found = append(found, fmt.Sprintf("%s imports %s, which stands outside the house", room, other))
			case at < 0: // told of by itself
			case at == own:
				found = append(found, fmt.Sprintf("%s imports %s, its neighbour on one floor; "+
					"move what both need to a floor below", room, other))
			case at < own:
				found = append(found, fmt.Sprintf("%s imports %s, which stands above it", room, other))
			}
			if few, are := reserved[other]; are && !slices.Contains(few, room) {
				found = append(found, fmt.Sprintf("%s imports %s; only these may: %v", room, other, few))
			}
		}
	}
	slices.Sort(found)
	return found
}

// floorOf is the floor of a room, counted from the top; -1 for one without.
func floorOf(room string) int {
	return slices.IndexFunc(floors, func(floor []string) bool { return slices.Contains(floor, room) })
}

// lowest names the lowest floor on which a package with these imports can stand,
// by the first package there.
func lowest(imported []string) string {
	at := len(floors) - 1
	for _, other := range imported {
		if floor := floorOf(other); floor >= 0 {
			at = min(at, floor-1)
		}
	}
	return floors[max(at, 0)][0]
}

func TestNothingImportsWhatStandsAboveOrBesideIt(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range packages(t) {
		imports[p.room()] = p.imports()
	}
	for _, v := range violations(imports) {
		t.Error(v)
	}
	for _, room := range slices.Concat(floors...) {
		if _, exists := imports[room]; !exists {
			t.Errorf("floors has a place for %s, and there is no such package: take it off", room)
		}
	}
}

func TestAnArrowThatPointsTheWrongWayIsFound(t *testing.T) {
	for name, row := range map[string]struct{ from, to, says string }{
		"downwards":            {"runner", "steps", ""},
		"upwards":              {"runner", "dpoptest", "above"},
		"the command":          {"cmd/dpopspec", "dpoptest", "neighbour"},
		"from room to room":    {"steps/api", "steps/server", "neighbour"},
		"from below a room":    {"steps/proof", "steps/api", "above"},
		"ground to ground":     {"internal/spelling", "internal/clock", "neighbour"},
		"out of internal":      {"internal/wire", "dpop", "above"},
		"to a forged proof":    {"dpop", "dpop/forge", "above"},
		"out of the house":     {"target", "fixtures/examples/orders", "outside"},
		"from out of it":       {"fixtures/examples/orders", "target", ""},
		"to the mutants":       {"steps/world", "mutants", "only these"},
		"to a helper of tests": {"steps/proof", "steps/world/worldtest", "only these"},
		"from nowhere":         {"internal/new", "dpop", "line of dpop/forge or above"},
	} {
		t.Run(name, func(t *testing.T) {
			found := violations(map[string][]string{row.from: {row.to}})
			if row.says == "" && found != nil || !strings.Contains(strings.Join(found, "\n"), row.says) {
				t.Errorf("%s imports %s: %q, want %q", row.from, row.to, found, row.says)
			}
		})
	}
}

// What a command carries it must need: only dpoptest, and what serves tests
// alone, is made for go test. That testing is linked all the same is godog's
// doing.
func TestTheToolsOfGoTestStayOutOfTheCommand(t *testing.T) {
	for _, p := range packages(t) {
		room := p.room()
		if room == "dpoptest" || len(reserved[room]) == 0 && reserved[room] != nil || strings.HasPrefix(room, outside) {
			continue
		}
		for _, other := range p.Imports {
			if other == "testing" || strings.HasPrefix(other, "testing/") || other == "net/http/httptest" {
				t.Errorf("%s imports %s", room, other)
			}
		}
	}
}
