package dpoptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What docs/go.md shows is what a module outside this one sees.
func TestTheDocumentedProgramsRunInAModuleOfTheirOwn(t *testing.T) {
	page, err := os.ReadFile("../docs/go.md")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	write("go.sum", string(sums))
	write("go.mod", "module example.com/shop\n\ngo 1.26.0\n\nrequire github.com/dpopspec/dpopspec v0.0.0\n\n"+
		"replace github.com/dpopspec/dpopspec => "+root+"\n")
	blocks := regexp.MustCompile("(?s)```(go|console)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	want := ""
	for i, b := range blocks {
		if b[1] == "go" {
			write(string(rune('a'+i))+"_test.go", b[2])
		} else {
			want = strings.TrimPrefix(b[2], "$ go test\n")
		}
	}
	run := exec.Command("go", "test")
	run.Dir = dir
	run.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := run.CombinedOutput()
	times := regexp.MustCompile(`\d+\.\d+s`)
	got := times.ReplaceAllString(string(out), "0.00s")
	if got != times.ReplaceAllString(want, "0.00s") {
		t.Errorf("docs/go.md shows\n%s\nit is (%v)\n%s", want, err, got)
	}
}
