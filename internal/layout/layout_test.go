// Package layout holds the test that keeps the arrows between packages
// pointing one way.
package layout

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/dpopspec/dpopspec"

// order is the house from top to bottom: nothing imports what stands above it.
var order = []string{
	"cmd/dpopspec", "dpoptest", "runner", "steps", "mutants", "target", "mockas", "mockrs", "client", "dpop", "reports", "features", "fixtures",
}

// floor is where the packages below internal stand: what they may import is at
// most as high as this.
const floor = "dpop"

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func room(importPath string) string { return strings.TrimPrefix(importPath, module+"/") }

// level is the place of a package in the order; -1 for one that has none.
func level(room string) int { return slices.Index(order, room) }

func TestNothingImportsWhatStandsAboveIt(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		if strings.HasPrefix(from, "fixtures/") {
			continue // examples stand outside the house, as users do
		}
		own := level(from)
		if strings.HasPrefix(from, "internal/") {
			own = level(floor) - 1
		} else if own < 0 {
			t.Errorf("the package %s has no place in the layout", from)
			continue
		}
		for _, imported := range p.Imports {
			to := room(imported)
			if to == imported || strings.HasPrefix(to, "internal/") {
				continue
			}
			if level(to) <= own {
				t.Errorf("%s imports %s, which does not stand below it", from, to)
			}
			if from == "features" || from == "fixtures" {
				t.Errorf("%s imports %s; it may import nothing of ours", from, to)
			}
		}
	}
}

// What a command carries it must need: only dpoptest is made for go test. That
// testing is linked all the same is godog's doing.
func TestTheToolsOfGoTestStayInDpoptest(t *testing.T) {
	for _, p := range packages(t) {
		if from := room(p.ImportPath); from == "dpoptest" || strings.HasPrefix(from, "fixtures/") {
			continue
		}
		for _, imported := range p.Imports {
			if imported == "testing" || strings.HasPrefix(imported, "testing/") || imported == "net/http/httptest" {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
	linked, err := exec.Command("go", "list", "-deps", module+"/cmd/dpopspec", module+"/runner").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if slices.Contains(strings.Fields(string(linked)), "net/http/httptest") {
		t.Error("net/http/httptest is linked into the command")
	}
}

func TestOnlyOneFileImportsTheUnmaintainedLibrary(t *testing.T) {
	out, err := exec.Command("grep", "-rl", "--include=*.go", `"github.com/lestrrat-go/jwx`, "../..").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range strings.Fields(string(out)) {
		if file != "../../dpop/jwx.go" && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s imports jwx; only dpop/jwx.go may", file)
		}
	}
}
