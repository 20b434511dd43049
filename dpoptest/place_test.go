package dpoptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

func TestTheCommandRepeatsOneSubtest(t *testing.T) {
	if got := repeating("TestAPI/a.b/c's@api"); got != `go test -run '^TestAPI$/^a\.b$/^c'\''s@api$'` {
		t.Error(got)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=a failure")
	out, _ := child.CombinedOutput()
	want := "repeat: " + repeating("TestAChild/"+accepted)
	if !strings.Contains(string(out), want) {
		t.Errorf("want %s\n%s", want, out)
	}
}

func TestThePlaceOfACaseIsOneOfAFileThatExists(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.feature"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := reports.Case{Feature: "x.feature", Line: 12, Scenario: "All is well"}
	if got, want := place(os.DirFS(dir), c), "\n"+filepath.Join(dir, "x.feature")+":12: All is well\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := place(os.DirFS(dir), reports.Case{Feature: "y.feature", Line: 1}); got != "" {
		t.Error(got)
	}
	if got := place(nil, c); got != "" {
		t.Error(got)
	}
}
