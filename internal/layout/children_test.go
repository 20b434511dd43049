package layout

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// starters are the files that may start programs past internal/child, with the reason.
var starters = map[string]string{
	"target/login.go":             "it opens the browser of a person, which is to outlive us",
	"steps/client/keyfiles.go":    "git init, without pipes, ended with the case",
	"internal/headless/chrome.go": "chromedp starts it; child.Adopt sees to its end",
}

// A program that is started elsewhere is ended nowhere.
func TestProgramsAreStartedInOnePlace(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, filepath.FromSlash("../../")))
		if d.IsDir() && (name == "fixtures" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
			strings.HasPrefix(name, "internal/child/") || name == "internal/wycheproof/wycheproof.go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, call := range []string{"exec.Command(", "exec.CommandContext(", "exec.Cmd{", "os.StartProcess("} {
			if strings.Contains(string(text), call) && starters[name] == "" {
				t.Errorf("%s calls %s…; let internal/child start and end programs, or give a reason here", name, call)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
