package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/target"
)

//go:embed init_github.yml
var githubWorkflow string

//go:embed init_gitlab.yml
var gitlabPipeline string

// initialFile is a file that init writes.
type initialFile struct {
	path string
	text []byte
	need bool // it is what was asked for: if it exists, nothing is written
}

// workflows are what init --ci writes, by engine.
var workflows = map[string]struct{ path, text string }{
	"github": {".github/workflows/dpop.yml", githubWorkflow},
	"gitlab": {".gitlab-ci.yml", gitlabPipeline},
}

const editorSettings = `{
  "yaml.schemas": {"./dpopspec.schema.json": ["dpopspec.yaml", "tenant.yaml"]},
  "cucumber.features": ["features/**/*.feature"]
}
`

const editorExtensions = `{
  "recommendations": ["redhat.vscode-yaml", "cucumberopen.cucumber-official"]
}
`

// initialFiles are those of a folder. A workflow joins what is there: with one the
// configuration and the feature may exist.
func initialFiles(folder, ci string) ([]initialFile, error) {
	w, known := workflows[ci]
	if ci != "" && !known {
		return nil, fmt.Errorf("--ci: %q is neither github nor gitlab", ci)
	}
	alone := ci == ""
	list := []initialFile{
		{configIn(folder), append([]byte("# yaml-language-server: $schema=dpopspec.schema.json\n"), initialConfig...), alone},
		{featureIn(folder), initialFeature, alone},
		{filepath.Join(folder, "dpopspec.schema.json"), target.Schema, false},
		{filepath.Join(folder, ".vscode", "settings.json"), []byte(editorSettings), false},
		{filepath.Join(folder, ".vscode", "extensions.json"), []byte(editorExtensions), false},
	}
	if known {
		text := strings.ReplaceAll(w.text, "VERSION", installable(version.Number))
		list = append(list, initialFile{filepath.Join(folder, filepath.FromSlash(w.path)), []byte(text), true})
	}
	return list, nil
}

// installable is a version as go install takes it; that of a build with changes of its own
// is nowhere to be had.
func installable(number string) string {
	if regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`).MatchString(number) {
		return "v" + number
	}
	return "latest"
}

// initialise writes the files and says so. What exists already is kept, and that is said;
// if it is what was asked for, none is written.
func initialise(w io.Writer, folder, ci string) error {
	files, err := initialFiles(folder, ci)
	if err != nil {
		return err
	}
	for _, file := range files {
		if file.need && exists(file.path) {
			return fmt.Errorf("%s exists already and is not overwritten; name another folder", file.path)
		}
	}
	for _, file := range files {
		if err := os.MkdirAll(filepath.Dir(file.path), 0o755); err != nil {
			return err
		}
		switch err := writeNew(file.path, file.text); {
		case errors.Is(err, fs.ErrExist):
			fmt.Fprintln(w, "kept", file.path+", which exists already")
		case err != nil:
			return err
		default:
			fmt.Fprintln(w, "wrote", file.path)
		}
	}
	return nil
}
