//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheRecipesForTheirLinters writes what CI systems read into the folder that
// DPOPSPEC_RECIPES names, for fixtures/recipes.sh, which lints it.
func TestTheRecipesForTheirLinters(t *testing.T) {
	folder := os.Getenv("DPOPSPEC_RECIPES")
	if folder == "" {
		t.Skip("DPOPSPEC_RECIPES is not set: make recipes runs this")
	}
	put := func(file, text string) {
		t.Helper()
		path := filepath.Join(folder, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names := map[string]int{}
	for _, block := range blocks(t, "../../docs/ci.md", "yaml") {
		head, text, _ := strings.Cut(block, "\n")
		name := strings.TrimPrefix(head, "# ")
		if names[name]++; names[name] > 1 {
			name = "other" + name
		}
		put(name, text)
	}
	for ci, w := range workflows {
		put(map[string]string{"github": ".github/workflows/init.yml", "gitlab": "init.gitlab-ci.yml"}[ci],
			strings.ReplaceAll(w.text, "VERSION", "v1.2.3"))
	}
	put("component.gitlab-ci.yml", component(t, nil))
}
