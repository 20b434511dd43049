package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/har"
	"github.com/dpopspec/dpopspec/internal/version"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/steps/world"
)

// harFlags are those of an HTTP archive of the run.
type harFlags struct {
	path   string
	reveal bool
}

func (f *harFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.path, "har", "",
		"write every exchange into an HTTP archive `file` (HAR 1.2), masked as every output")
	c.Flags().BoolVar(&f.reveal, "reveal", false,
		"mask nothing in the file of --har: for your own machine, and never to be sent on")
	requires(c, func() error {
		if f.path == "" && f.reveal {
			return errors.New("--reveal: there is no file of --har in which anything could be revealed")
		}
		return nil
	})
}

// open begins the archive. saw takes those of a part of the run, and written ends it; without
// --har saw is nil.
func (f harFlags) open(errs io.Writer, r *reports.Redactor) (
	saw func(runner.Part, []world.Shown, []string), written func() error, err error,
) {
	switch {
	case f.path == "":
		return nil, func() error { return nil }, nil
	case f.reveal:
		fmt.Fprintf(errs, "--reveal: %s will hold passwords and tokens as they are; send it to nobody\n", f.path)
	}
	archive := har.Create(f.path, "dpopspec", version.Number)
	return func(part runner.Part, shown []world.Shown, secrets []string) {
		var masker har.Masker = har.Revealed{}
		if !f.reveal {
			masker = r.Knowing(secrets...)
		}
		for _, s := range shown {
			archive.Add(string(part), s.Title, s.Exchange, masker)
		}
	}, archive.Close, nil
}
