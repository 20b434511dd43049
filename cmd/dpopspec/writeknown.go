package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/dpopspec/dpopspec/internal/baseline"
	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

// knownFile is the file of known deviations that --write-known names.
type knownFile struct {
	path   string // empty: none is to be written
	text   string
	listed []runner.KnownDeviation
}

// openKnown reads what the file holds, before anything is sent: a mistake in it must not
// cost a run. One that is not there yet is empty.
func openKnown(path string, plan *runner.Plan) (knownFile, error) {
	k := knownFile{path: path}
	if path == "" {
		return k, nil
	}
	bytes, err := plaintext.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err == nil {
		if k.text, err = plaintext.Decode(bytes); err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}
	if err == nil {
		k.listed, err = runner.ReadKnown(path)
	}
	if err == nil {
		err = plan.CheckKnown(k.listed)
	}
	if err != nil {
		return k, fmt.Errorf("--write-known: %w", err)
	}
	return k, nil
}

// update writes the file anew after a run and says what has changed in it. A run that lacks
// much is no baseline, and leaves it as it is: that is an error, for it was asked for.
func (k knownFile) update(w io.Writer, run reports.Run, problem error, redactor *reports.Redactor) error {
	if k.path == "" {
		return nil
	}
	unfit := baseline.Unfit(&run)
	if problem != nil {
		unfit = errors.New("the run ended with an error")
	}
	if unfit != nil {
		return fmt.Errorf("--write-known: %s was not written: %w", k.path, unfit)
	}
	run.Cases = runner.ApplyKnown(run.Cases, k.listed)
	listed, gone := map[string]bool{}, map[string]bool{}
	for _, entry := range k.listed {
		listed[entry.ID] = true
	}
	for _, c := range run.Cases {
		if id, stale := strings.CutPrefix(c.ID, "known/"); stale && c.Extra {
			gone[id] = listed[id]
		}
	}
	known := baseline.Known{Text: k.text, Listed: listed, Gone: gone, Run: redactor.Run(run).Value()}
	text, counts := known.Updated()
	if text == k.text {
		fmt.Fprintf(w, "  %s: nothing to change\n", k.path)
		return nil
	}
	if err := baseline.WriteFile(k.path, text); err != nil {
		return fmt.Errorf("--write-known: %w", err)
	}
	said := fmt.Sprintf("  %s: %d added", k.path, counts.New)
	if counts.Gone > 0 {
		said += fmt.Sprintf("; %d gone and kept as comment", counts.Gone)
	}
	if n := strings.Count(text, "  # "+baseline.Todo); n > 0 {
		said += fmt.Sprintf("; write the reason in the place of %s", baseline.Todo)
	}
	fmt.Fprintln(w, said)
	return nil
}

// exists says whether a path names anything.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
