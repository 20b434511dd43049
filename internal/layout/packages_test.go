package layout

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/dpopspec/dpopspec"

// listed is a package as the go command lists it.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string // without tests
	Imports    []string
	Export     string // file with the types that it exports
}

// room is the path of a package below the module; the whole path of a stranger.
func (p listed) room() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// imports are the rooms that a package imports.
func (p listed) imports() []string {
	var rooms []string
	for _, path := range p.Imports {
		if room, ours := strings.CutPrefix(path, module+"/"); ours {
			rooms = append(rooms, room)
		}
	}
	return rooms
}

// all lists our packages and what they are built of, once.
var all = sync.OnceValues(func() ([]listed, error) {
	command := exec.Command("go", "list", "-export", "-deps",
		"-json=ImportPath,Dir,GoFiles,Imports,Export", module+"/...")
	var problem bytes.Buffer
	command.Stderr = &problem
	out, err := command.Output()
	if err != nil {
		return nil, errors.New("go list: " + err.Error() + ": " + problem.String())
	}
	var list []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
})

// packages are our own.
func packages(t *testing.T) []listed {
	t.Helper()
	list, err := all()
	if err != nil {
		t.Fatal(err)
	}
	var ours []listed
	for _, p := range list {
		if p.room() != p.ImportPath {
			ours = append(ours, p)
		}
	}
	// The go command keeps the result of a test until what the test itself has
	// read changes: it reads the folders, so that a new file or package counts.
	for _, p := range ours {
		for _, folder := range []string{p.Dir, filepath.Dir(p.Dir)} {
			if _, err := os.ReadDir(folder); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ours
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
