package steps

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// names is for each function of the rooms which other names stand in its body: those
// of what it may call. Functions of one name are taken for one.
func namesInBodies(t *testing.T) map[string][]string {
	t.Helper()
	names := map[string][]string{}
	for _, room := range []string{"own", "proof", "server", "api", "client", "world"} {
		files, err := filepath.Glob(room + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range parsed.Decls {
				collect(d, names)
			}
		}
	}
	return names
}

// local reports whether a name is that of a variable or parameter of a function.
func local(id *ast.Ident) bool {
	if id.Obj == nil || id.Obj.Kind != ast.Var {
		return false
	}
	_, declared := id.Obj.Decl.(*ast.ValueSpec)
	return !declared
}

// collect adds the names in the body of a function, or in the value of a table.
func collect(d ast.Decl, names map[string][]string) {
	var within func(name string, n ast.Node)
	within = func(name string, n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if made, found := n.(*ast.CompositeLit); found { // the name of its type is no call
				for _, e := range made.Elts {
					within(name, e)
				}
				return false
			}
			if id, found := n.(*ast.Ident); found && !local(id) {
				names[name] = append(names[name], id.Name)
			}
			return true
		})
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body != nil {
			within(d.Name.Name, d.Body)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, found := spec.(*ast.ValueSpec); found && d.Tok == token.VAR {
				for _, value := range v.Values {
					within(v.Names[0].Name, value)
				}
			}
		}
	}
}

// handlerName is the function behind a handler; of a literal that in which it stands.
var handlerName = regexp.MustCompile(`([A-Za-z]\w*)(?:-fm)?(?:\.func\d+)*(?:\.\d+)*$`)

// Whoever writes Then must be told when it does not hold: each step that stands there
// comes to an expectation. That each fails where it should, the mutants show.
func TestEveryStepOfThenComesToAnExpectation(t *testing.T) {
	names := namesInBodies(t)
	expects := func(from string) bool {
		seen, open := map[string]bool{from: true}, []string{from}
		for len(open) > 0 {
			name := open[0]
			open = open[1:]
			if slices.ContainsFunc(names[name], func(n string) bool { return n == "Expect" || n == "expect" }) {
				return true
			}
			for _, next := range names[name] {
				if _, ours := names[next]; ours && !seen[next] {
					seen[next] = true
					open = append(open, next)
				}
			}
		}
		return false
	}
	thens := 0
	for _, d := range Standard().Definitions {
		if d.Keyword != "Then" || d.Protects { // it stands for whole cases, each with a Then of its own
			continue
		}
		thens++
		f := runtime.FuncForPC(reflect.ValueOf(d.Handler).Pointer())
		found := handlerName.FindStringSubmatch(f.Name())
		if found == nil || names[found[1]] == nil {
			t.Errorf("the handler %s of %s was not found", f.Name(), d.Written)
			continue
		}
		if !expects(found[1]) {
			t.Errorf("the step %s is one of Then and comes to no expectation (%s): register it as Given or When, "+
				"or let it call Expect", d.Written, f.Name())
		}
	}
	if thens < 100 {
		t.Errorf("only %d steps of Then", thens)
	}
	if expects("setUnique") {
		t.Error("giving a value a name comes to an expectation: the names say nothing")
	}
}
