package dpoptest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What docs/go.md shows is what a module outside this one sees.
func TestTheDocumentedProgramsRunInAModuleOfTheirOwn(t *testing.T) {
	dir := moduleOutside(t)
	page := blocksOf(t, "../docs/go.md")
	for i, b := range page {
		if b.language == "go" {
			write(t, dir, fmt.Sprintf("block%d_test.go", i), b.text)
		}
	}
	shown := 0
	for _, b := range page {
		if b.language != "console" {
			continue
		}
		command, want, _ := strings.Cut(b.text, "\n")
		arguments, ok := strings.CutPrefix(command, "$ go test ")
		if !ok {
			t.Errorf("docs/go.md shows %q; this test runs go test alone", command)
			continue
		}
		shown++
		out, err := outside(dir, append([]string{"test"}, strings.Fields(arguments)...)...)
		if got := timeless(out); !transcript(want).MatchString(got) {
			t.Errorf("docs/go.md shows %s with\n%s\nit is (%v)\n%s", command, want, err, got)
		}
	}
	if shown < 2 {
		t.Errorf("docs/go.md shows %d of a handler and a client that fail", shown)
	}
}

// readmeHead stands before the Go of README.md, which is short.
const readmeHead = `package shop

import (
	"net/http"
	"testing"

	"github.com/dpopspec/dpopspec/dpoptest"
	"github.com/dpopspec/dpopspec/fixtures/examples/orders"
)

`

// So do the blocks of docs/writing-features.md that are whole programs and features; the
// Go of README.md is compiled beside them.
func TestTheDocumentedStepsRunInAModuleOfTheirOwn(t *testing.T) {
	dir := moduleOutside(t)
	if err := os.Mkdir(filepath.Join(dir, "features"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, b := range blocksOf(t, "../docs/writing-features.md") {
		switch {
		case b.language == "go":
			write(t, dir, fmt.Sprintf("block%d_test.go", i), b.text)
		case b.language == "gherkin" && strings.HasPrefix(b.text, "Feature:"):
			write(t, dir, "features/orders.feature", b.text)
		}
	}
	for i, b := range blocksOf(t, "../README.md") {
		if b.language == "go" {
			write(t, dir, fmt.Sprintf("readme%d_test.go", i), readmeHead+b.text)
		}
	}
	out, err := outside(dir, "test", "-v", "-run", "TestOrders")
	if err != nil || !strings.Contains(out, "--- PASS: TestOrders/orders/a-new-order ") {
		t.Errorf("docs/writing-features.md: %v\n%s", err, out)
	}
}

// block is a block of code of a document.
type block struct{ language, text string }

// blocksOf are the blocks of a document, in order.
func blocksOf(t *testing.T, file string) (list []block) {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		list = append(list, block{b[1], b[2]})
	}
	return list
}

// moduleOutside makes the module example.com/shop, which requires ours from where it lies.
func moduleOutside(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "go.sum", string(sums))
	// It names what we need as go mod tidy would: then nothing is looked up that is not
	// here already.
	ours, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	needed := strings.Join(regexp.MustCompile(`(?ms)^require \(.*?^\)$`).FindAllString(string(ours), -1), "\n\n")
	write(t, dir, "go.mod", "module example.com/shop\n\ngo 1.26.0\n\nrequire github.com/dpopspec/dpopspec v0.0.0\n\n"+
		needed+"\n\nreplace github.com/dpopspec/dpopspec => "+root+"\n")
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// outside runs the go command in such a module.
func outside(dir string, arguments ...string) (string, error) {
	run := exec.Command("go", arguments...)
	run.Dir = dir
	run.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := run.CombinedOutput()
	return string(out), err
}

var (
	sourceLine = regexp.MustCompile(`(server|dpoptest)\.go:\d+`)
	seconds    = regexp.MustCompile(`\d+\.\d+s`)
	spaces     = regexp.MustCompile(`(?m) +$`)
)

// timeless is what go test has told without what differs from run to run: how long it
// took, the line of ours that told it, and spaces that end a line.
func timeless(told string) string {
	return spaces.ReplaceAllString(seconds.ReplaceAllString(sourceLine.ReplaceAllString(told, "$1.go:1"), "0.00s"), "")
}

// transcript is the pattern of what a document shows: a line … stands for any.
func transcript(shown string) *regexp.Regexp {
	var pattern strings.Builder
	for line := range strings.Lines(timeless(shown)) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:.*\n)+?`)
		} else {
			pattern.WriteString(regexp.QuoteMeta(line))
		}
	}
	return regexp.MustCompile(`\A` + pattern.String() + `\z`)
}
