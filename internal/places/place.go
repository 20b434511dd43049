// Package places keeps the files of a command apart: what one flag has it write must be
// neither what another has it write, nor what it reads.
package places

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// mostLinks is how many links are followed, as Linux has it.
const mostLinks = 40

// Resolved follows symbolic links at the end of a path, also to what is not there yet:
// what is written through a link stands where it leads, as a shell has it. An error: the
// links lead nowhere.
func Resolved(path string) (string, error) {
	for range mostLinks {
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link; whatever else is wrong, writing tells
		}
		if whole, err := filepath.EvalSymlinks(path); err == nil {
			return whole, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", fmt.Errorf("it is a symbolic link that leads nowhere: %s", path)
}

// Of spells the file that a path names in one way, whatever links lead there and whether
// it is there yet.
func Of(path string) string {
	if to, err := Resolved(path); err == nil {
		path = to
	}
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	missing := "" // what is not there yet
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		whole, err := filepath.EvalSymlinks(folder)
		if err == nil {
			return oneCase(filepath.Join(whole, missing, filepath.Base(path)))
		}
		if folder == filepath.Dir(folder) {
			return oneCase(path)
		}
		missing = filepath.Join(filepath.Base(folder), missing)
	}
}

// oneCase is a path as systems have it whose files are told apart without regard to
// letter case, as a rule.
func oneCase(path string) string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.ToLower(path)
	}
	return path
}
