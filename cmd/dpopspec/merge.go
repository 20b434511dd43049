package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

func mergeCommand() *cobra.Command {
	var format, known string
	var ending endingFlags
	c := &cobra.Command{
		Use:   "merge REPORT.json...",
		Short: "Make one report of the JSON reports of shards",
		Long: `Make one report of the JSON reports of the shards of one run.

The exit code is that of the whole run; 3 where a shard is missing. A shard that is
named twice, or that is of another run, build, target, profile, level, selection or
version, cannot be merged, nor can a report that lacks cases without having been cut
short, nor contradicting verdicts on one case: exit code 2.

Known deviations that the shards excused stay excused. An entry of --known that names a
requirement is gone when no case of any shard deviates, which only merge can tell.`,
		Example: `  dpopspec run --shard 1/2 -c tenant.yaml --format json:1.json
  dpopspec run --shard 2/2 -c tenant.yaml --format json:2.json
  dpopspec merge 1.json 2.json --format pretty,junit:junit.xml,html:report.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return merge(c, args, format, known, ending) },
	}
	ending.add(c)
	c.Flags().StringVar(&known, "known", "", "`file` of known deviations, the one that the shards ran with")
	c.Flags().StringVar(&format, "format", "",
		"reports to write, such as pretty,junit:junit.xml,json:run.json,html:report.html")
	return c
}

func merge(c *cobra.Command, files []string, format, known string, ending endingFlags) error {
	outputs, err := reportsTo(format + onGitHub(os.Getenv))
	if err != nil {
		return err
	}
	var apart places.Files
	apart.Reads("--known", known)
	for _, file := range files {
		apart.Reads("merge", file)
	}
	if err := writesReports(&apart, outputs); err != nil {
		return err
	}
	var deviations []runner.KnownDeviation
	if known != "" {
		if deviations, err = runner.ReadKnown(known); err != nil {
			return err
		}
	}
	runs := make([]reports.Run, len(files))
	for i, file := range files {
		if runs[i], err = readReport(file); err != nil {
			return err
		}
	}
	merged, err := reports.Merge(runs...)
	if err != nil {
		return err
	}
	if merged.Selection == nil && !merged.LacksCases() { // of a part of its cases no requirement is known to hold
		merged.Cases = runner.ApplyKnown(merged.Cases, deviations)
	}
	masked := reports.NewRedactor().Run(merged) // the reports are masked; this makes nothing worse
	defer hold(c.Context())()
	stream := streamsFor(c, outputs)
	shown := reports.WriteTerminal(stream.pages, masked, stream.terminal)
	_, unwritten := stream.write(masked)
	return butFor(ending.of(c.Context(), &merged), errors.Join(shown, unwritten))
}

// mostReport is how many octets of a report are read: several times one of a whole run
// with all its exchanges.
const mostReport = 256 << 20

// readReport reads a run that --format json:FILE wrote.
func readReport(file string) (reports.Run, error) {
	f, err := os.Open(file)
	if err != nil {
		return reports.Run{}, fmt.Errorf("%w; name a file written by --format json:FILE", err)
	}
	defer f.Close()
	run, err := reports.ReadJSON(plaintext.Limit(f, mostReport))
	if err != nil {
		return reports.Run{}, fmt.Errorf("%s: %w", file, err)
	}
	return run, nil
}
