package layout

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exportedList names, a line each, what the public packages export. A name on it is
// meant: somebody outside has a use for it, or another package here has.
const exportedList = "testdata/exported.txt"

// renewal writes the list anew.
const renewal = "make exported"

// headOfList stands before the names.
const headOfList = `# What the packages that others can import export, a name a line. A test compares it
# with the code. A name that is new here is a promise: keep what only its own package
# uses unexported. Written anew by: ` + renewal + `
`

func TestWhatIsExportedIsMeant(t *testing.T) {
	names := exportedNames(t)
	if os.Getenv("DPOPSPEC_EXPORTED") == "write" {
		text := headOfList + strings.Join(names, "\n") + "\n"
		if err := os.WriteFile(filepath.FromSlash(exportedList), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(filepath.FromSlash(exportedList))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range compareExported(listedNames(string(text)), names) {
		t.Error(problem)
	}
}

// compareExported says where list and code differ.
func compareExported(list, names []string) (problems []string) {
	for _, name := range names {
		if !slices.Contains(list, name) {
			problems = append(problems, fmt.Sprintf(
				"%q is exported and not on the list; unexport it, or add the line by: %s", name, renewal))
		}
	}
	for _, name := range list {
		if !slices.Contains(names, name) {
			problems = append(problems, fmt.Sprintf(
				"%q is on the list and is exported no more; if nobody needs it, take the line off by: %s",
				name, renewal))
		}
	}
	return problems
}

func TestADifferenceFromTheListIsToldWithItsRemedy(t *testing.T) {
	list := listedNames("# a note\nrunner: func Run\nrunner: type Gone\n")
	told := compareExported(list, []string{"runner: func New", "runner: func Run"})
	want := []string{
		`"runner: func New" is exported and not on the list; unexport it, or add the line by: make exported`,
		`"runner: type Gone" is on the list and is exported no more; if nobody needs it, take the line off by: make exported`,
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

// listedNames are the lines of the list but for its comments.
func listedNames(text string) []string {
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(text), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "#")
	})
}

// exportedNames are the lines that the code makes, in order.
func exportedNames(t *testing.T) (names []string) {
	t.Helper()
	imported := exported(token.NewFileSet())
	for _, p := range public(t) {
		built, err := imported.Import(p.ImportPath)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range namesOf(built) {
			names = append(names, p.room()+": "+name)
		}
	}
	slices.Sort(names)
	return names
}

// namesOf are the exported names of a package: what stands at its top, and the methods
// of its types.
func namesOf(p *types.Package) (names []string) {
	for _, name := range p.Scope().Names() {
		object := p.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch object := object.(type) {
		case *types.Const:
			names = append(names, "const "+name)
		case *types.Var:
			names = append(names, "var "+name)
		case *types.Func:
			names = append(names, "func "+name)
		case *types.TypeName:
			names = append(names, "type "+name)
			if !object.IsAlias() {
				for _, method := range methodsOf(object.Type(), p) {
					names = append(names, fmt.Sprintf("method (%s) %s", name, method))
				}
			}
		}
	}
	return names
}

// methodsOf are the exported methods of a type that its package declares: on the type, or
// on an unexported one that it embeds. Those of an exported type that it embeds count there.
func methodsOf(t types.Type, p *types.Package) (names []string) {
	methods := types.NewMethodSet(t)
	if !types.IsInterface(t) {
		methods = types.NewMethodSet(types.NewPointer(t))
	}
	for selection := range methods.Methods() {
		method := selection.Obj().(*types.Func)
		if !method.Exported() || method.Pkg() != p {
			continue
		}
		if of, named := receiverOf(method); named && of.Exported() && of.Type() != t {
			continue
		}
		names = append(names, method.Name())
	}
	return names
}

// receiverOf is the type on which a method is declared; false if that has no name.
func receiverOf(method *types.Func) (*types.TypeName, bool) {
	t := method.Signature().Recv().Type()
	if pointer, is := t.(*types.Pointer); is {
		t = pointer.Elem()
	}
	named, is := t.(*types.Named)
	if !is {
		return nil, false
	}
	return named.Origin().Obj(), true
}
