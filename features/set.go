package features

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Set names the requirements and the built-in scenarios of this build, so that two reports
// can be told apart that ask different things.
type Set struct {
	Version string // year, month and a count, "2026-11.1"; with "+changed" at the end between two of them
	Digest  string // "sha256:…" of what the set says; it changes if that does, and not with a comment
}

// setFile holds each version of the set and its digest, the newest last.
const setFile = "set.txt"

//go:embed set.txt
var setText string

// LoadSet is the set of this build.
func LoadSet() (Set, error) { return loadSet() }

var loadSet = sync.OnceValues(func() (Set, error) {
	digest, err := digestOf(FS)
	if err != nil {
		return Set{}, err
	}
	version, recorded, err := newest(setText)
	if err != nil {
		return Set{}, err
	}
	if recorded != digest {
		version += "+changed"
	}
	return Set{version, digest}, nil
})

// newest reads the last line of the file of versions.
func newest(text string) (version, digest string, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return "", "", fmt.Errorf("%s: %q is not a version and a digest", setFile, line)
		}
		version, digest = fields[0], fields[1]
	}
	if version == "" {
		return "", "", fmt.Errorf("%s holds no version", setFile)
	}
	return version, digest, nil
}

// digestOf sums up what a set says: of each requirement what must hold, where, for whom
// and what a violation is worth; the profiles; and the scenarios, line by line. Whatever
// only explains (why, remedy, notes, comments, indentation) is left out.
func digestOf(files fs.FS) (string, error) {
	text, err := fs.ReadFile(files, requirementsFile)
	if err != nil {
		return "", err
	}
	catalogue, err := parseCatalogue(requirementsFile, text)
	if err != nil {
		return "", err
	}
	var said bytes.Buffer
	encoder := json.NewEncoder(&said)
	for _, r := range catalogue.All() {
		waived := r.Waived != ""
		err := encoder.Encode([]any{r.ID, r.Section, r.Level, r.Verdict, r.Binds, r.Text, r.Endpoints, waived})
		if err != nil {
			return "", err
		}
	}
	if text, err = fs.ReadFile(files, profilesFile); err != nil {
		return "", err
	}
	var profiles any
	if err := yaml.Unmarshal(text, &profiles); err != nil {
		return "", err
	}
	if err := encoder.Encode(profiles); err != nil { // with the keys of each object in order
		return "", err
	}
	names, err := fs.Glob(files, "*.feature")
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	for _, name := range names {
		if text, err = fs.ReadFile(files, name); err != nil {
			return "", err
		}
		fmt.Fprintln(&said, name)
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				fmt.Fprintln(&said, line)
			}
		}
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(said.Bytes())), nil
}
