package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/plaintext"
)

// Source is one feature file.
type Source struct {
	Path string // with slashes, as reports show it
	Text []byte

	builtIn bool // of ours: a level may leave out some of its cases
	// Open reads a file by its path relative to this one; nil: there is none.
	Open func(name string) ([]byte, error)
}

// BuiltIn returns the feature files of this project. Of them alone a level leaves
// out cases; whatever else is read is a person's own.
func BuiltIn() ([]Source, error) {
	sources, err := ReadFS(features.FS)
	for i := range sources {
		sources[i].builtIn = true
	}
	return sources, err
}

// ReadFS returns the feature files at the root of a file system.
func ReadFS(fsys fs.FS) ([]Source, error) {
	var sources []Source
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".feature" {
			return err
		}
		text, err := fs.ReadFile(fsys, p)
		sources = append(sources, Source{Path: p, Text: text, Open: func(name string) ([]byte, error) {
			return fs.ReadFile(fsys, path.Join(path.Dir(p), name))
		}})
		return err
	})
	return sources, err
}

// ReadPaths returns the feature files that the arguments of a command name:
// files, or folders searched to the bottom. A path without one is an error.
func ReadPaths(paths []string) ([]Source, error) {
	var sources []Source
	for _, name := range paths {
		before := len(sources)
		err := filepath.WalkDir(name, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(p) != ".feature" {
				return err
			}
			text, err := plaintext.ReadFile(p)
			beside := func(name string) ([]byte, error) {
				return plaintext.ReadFile(filepath.Join(filepath.Dir(p), filepath.FromSlash(name)))
			}
			sources = append(sources, Source{Path: filepath.ToSlash(p), Text: text, Open: beside})
			return err
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s does not exist; name a .feature file or a folder that holds some", name)
		}
		if err != nil {
			return nil, err
		}
		if len(sources) == before {
			return nil, fmt.Errorf("%s holds no .feature file", name)
		}
	}
	return sources, nil
}
