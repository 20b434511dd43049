package mask

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cuts are the ways in which Go cuts a text for a message: a precision, or a
// slice with an ellipsis behind it.
var cuts = regexp.MustCompile(`%[-+# 0]*\.[0-9]+[sqvxX]|\[:[^\]\n]*\][^"\n]*"[^"\n]*(?:` + ellipsis + `|\.\.\.)`)

func TestNoTextIsCutBeforeItIsMaskedButByThisPackage(t *testing.T) {
	const reports = "../../reports/text.go" // cuts what was masked
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || path == "../../internal/mask") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == reports {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if found := cuts.Find(text); found != nil {
			t.Errorf("%s cuts a text by itself: %s; use Head or Tail", path, found)
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files, %v", files, err)
	}
}
