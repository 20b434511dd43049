package places

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileBesideAnotherIsInItsFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	f, err := Beside(path)
	if err != nil || filepath.Dir(f.Name()) != filepath.Dir(path) || f.Name() == path {
		t.Fatalf("%v, %v", f, err)
	}
	f.Close()
	missing := filepath.Join(t.TempDir(), "gone")
	_, err = Beside(filepath.Join(missing, "run.json"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing+":") || strings.Contains(err.Error(), ".run.json") {
		t.Error(err)
	}
}
