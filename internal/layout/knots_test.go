package layout

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A knot is a set of files of one package that all reach each other: whoever
// wants to understand one has to read them all. It is cut by layers: what a file
// names stands in files below it, which name nothing above.

// largestKnot is how many files a knot may have.
const largestKnot = 10

// arrows says for each file of a package which others it names, and by which
// names that stand there.
type arrows map[string]map[string]map[string]bool

// add draws an arrow.
func (a arrows) add(from, to, name string) {
	if a[from][to] == nil {
		a[from][to] = map[string]bool{}
	}
	a[from][to][name] = true
}

func TestNoPackageIsKnotted(t *testing.T) {
	fset := token.NewFileSet()
	imported := exported(fset)
	for _, p := range packages(t) {
		drawn, err := draw(fset, imported, p)
		if err != nil {
			t.Fatal(err)
		}
		room := p.room()
		knot := largestOf(drawn)
		if len(knot) > largestKnot {
			t.Errorf("%s has a knot of %d files; at most %d may reach each other:\n%s",
				room, len(knot), largestKnot, describe(drawn, knot))
		}
	}
}

// exported returns an importer of the types that the compiler has written down,
// so that no source but our own is read.
func exported(fset *token.FileSet) types.Importer {
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		list, err := all()
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(list, func(p listed) bool { return p.ImportPath == path })
		if at < 0 {
			return nil, fmt.Errorf("the package %s is not listed", path)
		}
		return os.Open(list[at].Export)
	})
}

// draw reads a package and draws an arrow wherever a file uses a name, a field
// or a method that is declared in another.
func draw(fset *token.FileSet, imported types.Importer, p listed) (arrows, error) {
	var files []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return drawFiles(fset, imported, p.ImportPath, files)
}

func drawFiles(fset *token.FileSet, imported types.Importer, path string, files []*ast.File) (arrows, error) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imported}
	checked, err := config.Check(path, fset, files, info)
	if err != nil {
		return nil, err
	}
	named := func(at token.Pos) string { return filepath.Base(fset.Position(at).Filename) }
	drawn := arrows{}
	for _, file := range files {
		drawn[named(file.FileStart)] = map[string]map[string]bool{}
	}
	for name, object := range info.Uses {
		if object.Pkg() != checked || !object.Pos().IsValid() {
			continue
		}
		if from, to := named(name.Pos()), named(object.Pos()); from != to {
			drawn.add(from, to, name.Name)
		}
	}
	return drawn, nil
}

// largestOf returns the files of the largest knot, sorted; a file that reaches
// no other that reaches it is a knot of its own.
func largestOf(a arrows) []string {
	var largest []string
	reach := map[string]map[string]bool{}
	for file := range a {
		reach[file] = reachable(a, file)
	}
	for file := range a {
		knot := []string{file}
		for other := range reach[file] {
			if other != file && reach[other][file] {
				knot = append(knot, other)
			}
		}
		slices.Sort(knot)
		if len(knot) > len(largest) || len(knot) == len(largest) && slices.Compare(knot, largest) < 0 {
			largest = knot
		}
	}
	return largest
}

// reachable returns all files that arrows lead to from one, by any way.
func reachable(a arrows, from string) map[string]bool {
	reached := map[string]bool{}
	next := []string{from}
	for len(next) > 0 {
		file := next[0]
		next = next[1:]
		for to := range a[file] {
			if !reached[to] {
				reached[to] = true
				next = append(next, to)
			}
		}
	}
	return reached
}

// describe names the files of a knot, and the arrows between them.
func describe(a arrows, knot []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %s\n", strings.Join(knot, " "))
	for _, from := range knot {
		for _, to := range knot {
			if names := slices.Sorted(maps.Keys(a[from][to])); names != nil {
				fmt.Fprintf(&b, "  %s -> %s: %s\n", from, to, strings.Join(names, " "))
			}
		}
	}
	return b.String()
}

func TestAKnotIsFoundWithItsArrows(t *testing.T) {
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range map[string]string{
		"a.go": "package p\ntype A struct{ field int }\nfunc (a A) up() { c() }",
		"b.go": "package p\nfunc b(a A) { a.up(); _ = a.field }",
		"c.go": "package p\nfunc c() { b(A{}) }",
		"d.go": "package p\nfunc d() { local := 1; _ = local; c() }",
		"e.go": "package p\nfunc e() {}",
	} {
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	drawn, err := drawFiles(fset, nil, "p", files)
	if err != nil {
		t.Fatal(err)
	}
	want := "  a.go b.go c.go\n  a.go -> c.go: c\n  b.go -> a.go: A field up\n  c.go -> a.go: A\n  c.go -> b.go: b\n"
	if got := describe(drawn, largestOf(drawn)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
