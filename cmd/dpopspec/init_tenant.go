package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dpopspec/dpopspec/fixtures"
)

// noTenant is the value of --tenant that has none: the name is the first argument then,
// if there is one.
const noTenant = "-"

// initTenant writes the ready configuration of a product, or says why there is none.
func initTenant(w io.Writer, name string, args []string) error {
	if name == noTenant {
		if len(args) == 0 {
			return listTenants(w)
		}
		name, args = args[0], args[1:]
	}
	if len(args) > 1 {
		return fmt.Errorf("there is one folder, not %d", len(args))
	}
	name = fixtures.ProductName(name)
	if product, known := fixtures.FindProduct(name); known {
		return withoutTenant(product)
	}
	tenant, found, err := fixtures.FindTenant(name)
	if err != nil {
		return err
	}
	if !found {
		var list strings.Builder
		if err := listTenants(&list); err != nil {
			return err
		}
		return fmt.Errorf("--tenant: %q is none of these\n\n%s", name, strings.TrimSuffix(list.String(), "\n"))
	}
	return writeTenant(w, tenant, folderOf(args))
}

// withoutTenant says why a product has no ready configuration.
func withoutTenant(p fixtures.Product) error {
	what := "has no DPoP as far as its documents say, so there is nothing to test"
	if p.DPoP {
		what = "has DPoP, but there is no ready configuration"
	}
	return fmt.Errorf("%s %s: %s\n  %s (read %s)\nNothing was written",
		p.Title, what, p.Says, p.Source, fixtures.ProductsRead)
}

// listTenants names the products, a line each.
func listTenants(w io.Writer) error {
	list, err := fixtures.Tenants()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "Ready: dpopspec init --tenant NAME writes tenant.yaml")
	for _, t := range list {
		fmt.Fprintf(w, "  %-14s %s\n", t.Name, t.Summary)
	}
	for _, title := range []struct {
		dpop bool
		text string
	}{{true, "DPoP, but no ready configuration"}, {false, "No DPoP, as far as their documents say"}} {
		fmt.Fprintf(w, "\n%s (read %s)\n", title.text, fixtures.ProductsRead)
		for _, p := range fixtures.Products {
			if p.DPoP == title.dpop {
				fmt.Fprintf(w, "  %-14s %s: %s\n", p.Name, p.Title, p.Source)
			}
		}
	}
	fmt.Fprintln(w, "\nAny other server: dpopspec init, and authorization_server in its dpopspec.yaml")
	return nil
}

// writeTenant writes a ready configuration and says what it needs.
func writeTenant(w io.Writer, tenant fixtures.Tenant, folder string) error {
	file := filepath.Join(folder, "tenant.yaml")
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already and is not overwritten; name another folder", file)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := writeNew(file, tenant.Text); err != nil {
		return err
	}
	fmt.Fprintf(w, "wrote %s\n  %s\n\nRegister\n", file, tenant.Summary)
	for _, line := range tenant.Register {
		fmt.Fprintln(w, "  "+line)
	}
	fmt.Fprintln(w, "\nEnvironment")
	width := 0
	for _, v := range tenant.Variables {
		width = max(width, len(v.Name))
	}
	for _, v := range tenant.Variables {
		fmt.Fprintf(w, "  %-*s  %s\n", width, v.Name, v.Means)
	}
	fmt.Fprintf(w, `
Then:
  dpopspec check -c %[1]s         what would run, and what it costs; sends next to nothing
  dpopspec check -c %[1]s --try   each client, endpoint and API once
  dpopspec run -c %[1]s --level quick
`, file)
	return nil
}
