package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/reports"
)

func mergeCommand() *cobra.Command {
	var format string
	var ending endingFlags
	c := &cobra.Command{
		Use:   "merge REPORT.json...",
		Short: "Make one report of the JSON reports of shards",
		Long: `Make one report of the JSON reports of the shards of one run.

The exit code is that of the whole run. Reports of different targets, profiles
or versions cannot be merged, nor can contradicting verdicts on one case.`,
		Example: `  dpopspec run --shard 1/2 -c tenant.yaml --format json:1.json
  dpopspec run --shard 2/2 -c tenant.yaml --format json:2.json
  dpopspec merge 1.json 2.json --format pretty,junit:junit.xml,html:report.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return merge(c, args, format, ending) },
	}
	ending.add(c)
	c.Flags().StringVar(&format, "format", "",
		"reports to write, such as pretty,junit:junit.xml,json:run.json,html:report.html")
	return c
}

func merge(c *cobra.Command, files []string, format string, ending endingFlags) error {
	outputs, err := reports.ParseFormats(format)
	if err != nil {
		return err
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
	masked := reports.NewRedactor().Run(merged) // the reports are masked; this makes nothing worse
	defer hold(c.Context())()
	stream := streamsFor(c, outputs)
	shown := reports.WriteTerminal(stream.pages, masked, stream.terminal)
	_, unwritten := stream.write(masked)
	return butFor(ending.of(&merged), errors.Join(shown, unwritten))
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
