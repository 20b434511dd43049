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

func keyFileSteps(v *vocabulary.Vocabulary) {
	v.Word("kept", "How the key file of a target file is kept.", keeping.Forms()...)
	v.Word("warned-of", "What the check of key files warns of.", warnedOf.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^a target file whose key file {kept}$`, (*Actor).keyFile,
		"Writes a configuration file and its key file; another configuration file, where the key file is shared.",
		"Given a target file whose key file is tracked by git")
	g.When(`^the target files are checked for their keys$`, (*Actor).keyFilesChecked,
		"Loads the configuration files and looks for what is unwise about their keys, as dpopspec check does.",
		"When the target files are checked for their keys")
	g.Then(`^the check warns of {warned-of}$`, (*Actor).checkWarns,
		"One of the warnings must name it; or there must be none.",
		"Then the check warns of the key file")
}

// keptFile is how a key file is kept.
type keptFile struct {
	mode    os.FileMode
	tracked bool     // by git
	targets []string // files that name it
}

var keeping = vocabulary.Meanings[keptFile]{
	"is kept well":           {mode: 0o600, targets: []string{"target.yaml"}},
	"is shared with another": {mode: 0o600, targets: []string{"staging.yaml", "production.yaml"}},
	"can be read by others":  {mode: 0o644, targets: []string{"target.yaml"}},
	"is tracked by git":      {mode: 0o600, tracked: true, targets: []string{"target.yaml"}},
}

// keyFileName is the key file in the folder of a case.
const keyFileName = "dpop.pem"

func (a *Actor) keyFile(how string) error {
	kept, err := keeping.Of(how)
	if err != nil {
		return err
	}
	k := &a.keyFiles
	if k.folder, err = os.MkdirTemp("", "dpopspec-keys-"); err != nil {
		return err
	}
	a.AtClose(func() { os.RemoveAll(k.folder) })
	key, err := a.Key("of a file")
	if err != nil {
		return err
	}
	pair, err := pemPairOf(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(k.inFolder(keyFileName), []byte(pair.Private), kept.mode); err != nil {
		return err
	}
	if kept.tracked {
		for _, args := range [][]string{{"init", "-q"}, {"add", keyFileName}} {
			args = append([]string{"-C", k.folder}, args...)
			if err := exec.CommandContext(a.Context, "git", args...).Run(); err != nil {
				return world.NotApplicablef("there is no git here: %v", err)
			}
		}
	}
	for _, name := range kept.targets {
		file := k.inFolder(name)
		k.files = append(k.files, file)
		if err := os.WriteFile(file, []byte("key: {file: "+keyFileName+"}\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (k *keyFiles) inFolder(name string) string { return filepath.Join(k.folder, name) }

func (a *Actor) keyFilesChecked() error {
	k := &a.keyFiles
	if len(k.files) == 0 {
		return fmt.Errorf("there are no target files to check; put a Given step before this one")
	}
	var targets []*target.Target
	for _, file := range k.files {
		t, err := target.Load(file, os.LookupEnv)
		if err != nil {
			return err
		}
		targets = append(targets, t)
	}
	k.advice = target.AdviseKeys(a.Context, targets...)
	return nil
}

// warnedOf are the files that one warning names; nil: there is no warning.
var warnedOf = vocabulary.Meanings[func(*keyFiles) []string]{
	"both target files": func(k *keyFiles) []string { return k.files },
	"the key file":      func(k *keyFiles) []string { return []string{k.inFolder(keyFileName)} },
	"nothing":           func(*keyFiles) []string { return nil },
}

func (a *Actor) checkWarns(of string) error {
	files, err := warnedOf.Of(of)
	if err != nil {
		return err
	}
	k := &a.keyFiles
	if len(k.files) == 0 {
		return fmt.Errorf("no target file was checked; put a Given step before this one")
	}
	named := files(k)
	right := slices.ContainsFunc(k.advice, func(line string) bool {
		return !slices.ContainsFunc(named, func(name string) bool { return !strings.Contains(line, name) })
	})
	if named == nil {
		right = len(k.advice) == 0
	}
	return a.Expect(right, "a warning of "+of, fmt.Sprintf("%q", k.advice))
}
