package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:embed init.yaml
var initialConfig []byte

//go:embed init.feature
var initialFeature []byte

func initCommand() *cobra.Command {
	var tenant string
	c := &cobra.Command{
		Use:   "init [folder]",
		Short: "Write a configuration and an example feature to begin with",
		Long: `Write dpopspec.yaml and features/example.feature into a folder, the current one
by default. Both work at once; nothing that exists is overwritten.

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
			if err := initialise(folder); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), `wrote %s
wrote %s

Run them:
  dpopspec run %s -c %s
`, configIn(folder), featureIn(folder), filepath.Dir(featureIn(folder)), configIn(folder))
			return nil
		},
	}
	c.Flags().StringVar(&tenant, "tenant", "", "write tenant.yaml for a product, by its name; without one list them")
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

// initialise writes both files or, if one is there already, none.
func initialise(folder string) error {
	for _, file := range []string{configIn(folder), featureIn(folder)} {
		if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists already and is not overwritten; name another folder", file)
		}
	}
	if err := os.MkdirAll(filepath.Dir(featureIn(folder)), 0o755); err != nil {
		return err
	}
	if err := writeNew(configIn(folder), initialConfig); err != nil {
		return err
	}
	return writeNew(featureIn(folder), initialFeature)
}

// writeNew never opens a file that exists.
func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
