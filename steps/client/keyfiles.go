package client

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func keyfilesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Given(`^two target files share a key file$`, (*Actor).sharedKeyFile,
		"Writes two configuration files that name one key file.",
		"Given two target files share a key file")
	g.Given(`^a target file whose key file (can be read by others|is tracked by git|is kept well)$`, (*Actor).keyFile,
		"Writes a configuration file and its key file.",
		"Given a target file whose key file is tracked by git")
	g.When(`^the target files are checked for their keys$`, (*Actor).keyFilesChecked,
		"Loads the configuration files and looks for what is unwise about their keys, as dpopspec check does.",
		"When the target files are checked for their keys")
	g.Then(`^a warning names (both target files|the key file)$`, (*Actor).keyFilesNamed,
		"One of the warnings must name them.",
		"Then a warning names the key file")
	g.Then(`^no warning is given$`, (*Actor).keyFilesQuiet,
		"There must be no warning.",
		"Then no warning is given")
}

// keyFolder makes a folder with a key file, for this case alone.
func (w *Actor) keyFolder(mode os.FileMode) (*keyFiles, error) {
	k := &w.keyFiles
	var err error
	if k.folder, err = os.MkdirTemp("", "dpopspec-keys-"); err != nil {
		return nil, err
	}
	w.AtClose(func() { os.RemoveAll(k.folder) })
	key, err := w.Key("of a file")
	if err != nil {
		return nil, err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return nil, err
	}
	return k, os.WriteFile(filepath.Join(k.folder, "dpop.pem"), []byte(pair.Private), mode)
}

func (k *keyFiles) target(name string) error {
	file := filepath.Join(k.folder, name)
	k.files = append(k.files, file)
	return os.WriteFile(file, []byte("key: {file: dpop.pem}\n"), 0o600)
}

func (w *Actor) sharedKeyFile() error {
	k, err := w.keyFolder(0o600)
	if err != nil {
		return err
	}
	if err := k.target("staging.yaml"); err != nil {
		return err
	}
	return k.target("production.yaml")
}

func (w *Actor) keyFile(how string) error {
	mode := os.FileMode(0o600)
	if how == "can be read by others" {
		mode = 0o644
	}
	k, err := w.keyFolder(mode)
	if err != nil {
		return err
	}
	if how == "is tracked by git" {
		for _, args := range [][]string{{"init", "-q"}, {"add", "dpop.pem"}} {
			if err := exec.CommandContext(w.Context, "git", append([]string{"-C", k.folder}, args...)...).Run(); err != nil {
				return world.NotApplicablef("there is no git here: %v", err)
			}
		}
	}
	return k.target("target.yaml")
}

func (w *Actor) keyFilesChecked() error {
	k := &w.keyFiles
	var targets []*target.Target
	for _, file := range k.files {
		t, err := target.Load(file, os.LookupEnv)
		if err != nil {
			return err
		}
		targets = append(targets, t)
	}
	if len(targets) == 0 {
		return fmt.Errorf("there are no target files to check; put a Given step before this one")
	}
	k.advice = target.AdviseKeys(w.Context, targets...)
	return nil
}

func (w *Actor) keyFilesNamed(which string) error {
	k := &w.keyFiles
	named := k.files
	if which == "the key file" {
		named = []string{filepath.Join(k.folder, "dpop.pem")}
	}
	right := slices.ContainsFunc(k.advice, func(line string) bool {
		for _, name := range named {
			if !strings.Contains(line, name) {
				return false
			}
		}
		return true
	})
	return w.Expect(right, "a warning that names "+which, fmt.Sprintf("%q", k.advice))
}

func (w *Actor) keyFilesQuiet() error {
	k := &w.keyFiles
	if len(k.files) == 0 {
		return fmt.Errorf("no target file was checked; put a Given step before this one")
	}
	return w.Expect(len(k.advice) == 0, "no warning", fmt.Sprintf("%q", k.advice))
}
