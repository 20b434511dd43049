// Package baseline holds what a run is compared with: the file of known deviations that it
// may write, and an earlier run.
package baseline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/mask"
	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/reports"
)

// Todo stands in a file of known deviations where a reason is to be filled in.
const Todo = "TODO"

// Known is a file of known deviations as it is, and what a run says of it.
type Known struct {
	Text   string          // of the file; empty if there is none yet
	Listed map[string]bool // the ids of its entries
	Gone   map[string]bool // of those the ones of which no case deviates any more
	Run    reports.Run     // masked; what the file excuses already is known in it
}

// Counts are what an update changes.
type Counts struct{ New, Gone int }

// Updated is the text of the file after the run. Lines that are there stay as they are, with
// their reasons; an entry that is gone becomes a comment, so that its reason is not lost.
// What fails and is not excused yet is added, an id a line, grouped by cause, with [Todo]
// where the reason goes, or with the reason of another file that has excused it.
func (k Known) Updated() (string, Counts) {
	var b strings.Builder
	var counts Counts
	for line := range strings.Lines(k.Text) {
		line = strings.TrimRight(line, "\r\n")
		id, _, _ := strings.Cut(line, "#")
		if k.Gone[strings.TrimSpace(id)] {
			line = "# gone: " + strings.TrimSpace(line)
			counts.Gone++
		}
		b.WriteString(line + "\n")
	}
	for _, cause := range k.Run.Causes() {
		cases := slices.DeleteFunc(slices.Clone(cause.Cases), func(c reports.Case) bool { return !k.adds(c) })
		if len(cases) == 0 {
			continue
		}
		counts.New += len(cases)
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		title := cause.Title
		if where := cause.Where(); where != "" {
			title += " · " + where
		}
		fmt.Fprintf(&b, "# %s\n", mask.Head(line(title), 120))
		for _, c := range cases {
			fmt.Fprintf(&b, "%s  # %s\n", c.ID, reason(c))
		}
	}
	if b.Len() == 0 { // the next run reads a file with --known, and there must be one
		b.WriteString(Empty)
	}
	return b.String(), counts
}

// Empty is the list of somebody's whose party deviates nowhere.
const Empty = "# Known deviations: the id of a case a line, and its reason behind #. There are none yet.\n"

// adds says whether a case is to be listed: it fails, or another file excuses it.
func (k Known) adds(c reports.Case) bool {
	if c.Verdict != reports.Known && (!c.Fails(k.Run.Strict) || isStale(c)) {
		return false
	}
	if k.Listed[c.ID] {
		return false
	}
	return !slices.ContainsFunc(c.Requirements, func(q reports.Requirement) bool { return k.Listed[q.ID] })
}

// isStale says that a result stands for an entry that is gone, and not for a deviation.
func isStale(c reports.Case) bool { return c.Extra && strings.HasPrefix(c.ID, "known/") }

func reason(c reports.Case) string {
	if c.Verdict == reports.Known && c.Kind != reports.NoReason {
		return line(c.Reason)
	}
	return Todo
}

// Unfit says why a run is no baseline: much of what it would tell is missing.
func Unfit(run *reports.Run) error {
	switch {
	case run.LacksCases():
		return fmt.Errorf("the run was cut short")
	case len(run.SetUp) > 0:
		return fmt.Errorf("something is wrong with the set-up, and what rests on it was not tested")
	case run.Conformance() == reports.CouldNotTest:
		return fmt.Errorf("the run could not test anything")
	}
	return nil
}

// WriteFile puts a text in the place of a file, whole or not at all. A symbolic link stays
// one, and the permissions of the file are kept.
func WriteFile(path, text string) error {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := places.Beside(path)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	_, err = f.WriteString(text)
	for _, then := range []func() error{func() error { return f.Chmod(mode) }, f.Sync, f.Close} {
		if failed := then(); err == nil {
			err = failed
		}
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
