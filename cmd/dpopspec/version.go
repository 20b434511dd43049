package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/version"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version and what it was built of", Args: cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprintf(c.OutOrStdout(), "dpopspec %s\n%s", version.Number, built())
		},
	}
}

// built is what a report of a bug should tell of the program.
func built() string {
	text := fmt.Sprintf("built by %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if version.Commit != "" {
		text = "commit " + version.Commit + "\n" + text
	}
	return text
}
