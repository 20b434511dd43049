package layout

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// public are the packages that a program outside this module can make use of, and
// whose names are promises therefore.
func public(t *testing.T) []listed {
	t.Helper()
	return slices.DeleteFunc(packages(t), func(p listed) bool {
		room := p.room()
		few, reserves := reserved[room]
		return strings.HasPrefix(room, "internal/") || strings.HasPrefix(room, "cmd/") ||
			room == strings.TrimSuffix(outside, "/") || strings.HasPrefix(room, outside) ||
			reserves && len(few) == 0
	})
}

// An example without an output is compiled, and nobody knows whether it works.
func TestEveryPublicPackageHasAnExampleThatIsRun(t *testing.T) {
	for _, p := range public(t) {
		room := p.room()
		examples, err := examplesOf(p.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(examples, func(e *doc.Example) bool { return e.Output != "" }) {
			name := room[strings.LastIndex(room, "/")+1:]
			t.Errorf("nobody is shown how to use %s: write an Example with an \"// Output:\" line into "+
				"%s/example_test.go, package %s_test", room, room, name)
		}
	}
}

// examplesOf are the examples of the package in a folder that are written as somebody
// outside would write them: in the package NAME_test.
func examplesOf(dir string) ([]*doc.Example, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, filepath.Join(dir, entry.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(file.Name.Name, "_test") {
			files = append(files, file)
		}
	}
	return doc.Examples(files...), nil
}
