package dpoptest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
)

// place is where a case of one's own features stands, as Go's tools write it: a path that is
// relative to the package under test, the folder in which its tests run. It is empty for what is no
// file there, such as our own features.
func place(features fs.FS, c reports.Case) string {
	if features == nil || c.Line == 0 {
		return ""
	}
	path := c.Feature
	if v := reflect.ValueOf(features); v.Kind() == reflect.String { // os.DirFS
		path = filepath.Join(v.String(), path)
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	title, _, _ := strings.Cut(visible.Text(c.Title()), "\n")
	return fmt.Sprintf("\n%s:%d: %s\n", visible.Text(path), c.Line, title)
}

// repeating is the command that runs one subtest alone. The pattern of -run is matched element
// by element, between slashes.
func repeating(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return "go test -run '" + strings.ReplaceAll(strings.Join(elements, "/"), "'", `'\''`) + "'"
}
