package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:embed init.yaml
var initialConfig []byte

//go:embed init.feature
var initialFeature []byte

func initCommand() *cobra.Command {
	var tenant, ci string
	c := &cobra.Command{
		Use:   "init [folder]",
		Short: "Write a configuration and an example feature to begin with",
		Long: `Write dpopspec.yaml and features/example.feature into a folder, the current one
by default, and beside them what lets an editor complete them: the JSON Schema of the
configuration and .vscode. They work at once; nothing that exists is overwritten.

With --ci github or --ci gitlab write the workflow too, which installs this version and
runs the features; a configuration and features that are there are kept.

With --tenant NAME write tenant.yaml for a product instead, and say what to
register there and which environment variables it needs. Without a name the
products are listed. A product without DPoP is told, with the source; nothing is
written then, and the exit code is 2.`,
		Example: "  dpopspec init\n  dpopspec run ./features -c dpopspec.yaml\n" +
			"  dpopspec init --tenant\n  dpopspec init --tenant keycloak",
		Args: cobra.MaximumNArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("tenant") {
				return initTenant(c.OutOrStdout(), tenant, args)
			}
			if len(args) > 1 {
				return fmt.Errorf("there is one folder, not %d", len(args))
			}
			folder := folderOf(args)
			if err := initialise(c.OutOrStdout(), folder, ci); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "\nRun them:\n  dpopspec run %s -c %s\n",
				filepath.Dir(featureIn(folder)), configIn(folder))
			return nil
		},
	}
	c.Flags().StringVar(&tenant, "tenant", "", "write tenant.yaml for a product, by its name; without one list them")
	c.Flags().StringVar(&ci, "ci", "", "write the workflow of a CI system too: github or gitlab")
	c.MarkFlagsMutuallyExclusive("ci", "tenant")
	c.Flags().Lookup("tenant").NoOptDefVal = noTenant // --tenant NAME leaves the name among the arguments
	return c
}

func folderOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func configIn(folder string) string { return filepath.Join(folder, "dpopspec.yaml") }

func featureIn(folder string) string { return filepath.Join(folder, "features", "example.feature") }

// writeNew never opens a file that exists.
func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
