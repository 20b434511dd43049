package main

import (
	"fmt"
	"path/filepath"

	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// keepApart refuses, before anything is sent, what would write two things into one file,
// or over a file that the run reads. Known deviations may be written where they are read,
// since what stands there stays; and so may a JSON report that --rerun has read. The built-in
// features are no files.
func (f *runFlags) keepApart(t *target.Target, args []string, outputs []reports.Output) error {
	var files places.Files
	files.Reads("-c", t.File)
	for _, file := range t.FilesRead() {
		files.Reads("the configuration", file)
	}
	var features []runner.Source
	if len(args) > 0 {
		var err error
		if features, err = runner.ReadPaths(args); err != nil {
			return err
		}
	}
	for _, source := range features {
		files.Reads("the run, as a feature file,", filepath.FromSlash(source.Path))
	}
	files.Reads("--known", f.known)
	files.Reads("--rerun", f.rerun)
	if err := writesReports(&files, outputs); err != nil {
		return err
	}
	if err := files.Writes("--har", f.har.path); err != nil {
		return err
	}
	return files.Writes("--write-known", f.newKnown, "--known")
}

// reportsTo reads the value of --format.
func reportsTo(value string) ([]reports.Output, error) {
	outputs, err := reports.ParseFormats(value)
	if err != nil {
		return nil, fmt.Errorf("--format: %w", err)
	}
	return outputs, nil
}

// writesReports notes the files of reports.
func writesReports(files *places.Files, outputs []reports.Output) error {
	for _, o := range outputs {
		var except []string
		if o.Format == "json" {
			except = []string{"--rerun"}
		}
		if err := files.Writes("--format "+o.Format, o.Path, except...); err != nil {
			return err
		}
	}
	return nil
}
