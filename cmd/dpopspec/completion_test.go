package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completed is what a shell is offered for the last of the arguments, and its directive.
func completed(t *testing.T, args ...string) (values []string, directive string) {
	t.Helper()
	code, out := call(t, append([]string{cobra.ShellCompRequestCmd}, args...)...)
	if code != exitConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if d, is := strings.CutPrefix(line, ":"); is {
			return values, d
		}
		value, _, _ := strings.Cut(line, "\t")
		values = append(values, value)
	}
	t.Fatalf("no directive: %s", out)
	return nil, ""
}

func TestShellsCompleteWhatAFlagTakes(t *testing.T) {
	own := write(t, "shop.feature", "@rs @slow\nFeature: Shop\n\n  @at:api\n  Scenario: Orders\n    Given an honest proof is accepted\n")
	for _, row := range []struct{ typed, want, not string }{
		{"run --id RFC9449-4.3-4", "RFC9449-4.3-43", "RFC9449-5-1"},
		{"run --id proof-met", "proof-method/", "proof-target/"},
		{"run --id proof-method/a-proof-for-another", "proof-method/a-proof-for-another-method-is-refused/another-method@api", "proof-method/"},
		{"run --id RFC9449-4.3-43,RFC9449-4.3-4", "RFC9449-4.3-43,RFC9449-4.3-42", "RFC9449-4.3-42"},
		{"list --id proof-met", "proof-method/", ""},
		{"mutants --id PV-017", "PV-017@api", "proof-method/"},
		{"surroundings --id SU-12", "SU-12/", ""},
		{"run --tags @at:", "@at:token", "@slow"},
		{"run " + own + " --tags @s", "@slow", "@at:token"},
		{"run " + own + " --id ", "shop/", "proof-method/"},
		{"run --profile ", "fapi2", ""},
		{"check --level ", "quick", ""},
		{"serve --like ", "auth0", ""},
		{"run --like ", "keycloak", ""},
		{"run --at token,", "token,api", "api"},
		{"run --subject ", "client", ""},
		{"mutants --party ", "validator", ""},
		{"run --format pretty,j", "pretty,junit", "junit"},
		{"check --format ", "json", "junit"},
		{"mutants --format j", "json:", ""},
		{"init --tenant ", "keycloak", ""},
		{"init --tenant=", "keycloak", ""},
		{"keys generate --alg ", "ES256", ""},
		{"run --fail-on ", "partial", ""},
		{"completion ", "fish", ""},
		{"ru", "run", "check"},
	} {
		args := strings.Split(row.typed, " ")
		got, _ := completed(t, args...)
		has := func(value string) bool {
			return slices.ContainsFunc(got, func(g string) bool {
				return g == value || strings.HasSuffix(value, "/") && strings.HasPrefix(g, value)
			})
		}
		if !has(row.want) || row.not != "" && slices.Contains(got, row.not) {
			t.Errorf("%s: %.300q", row.typed, got)
		}
	}
}

func TestShellsCompleteAnExpressionOfTags(t *testing.T) {
	for typed, want := range map[string]string{
		"@at:api ":                  "@at:api and",
		"@at:api and ":              "@at:api and not",
		"@at:api and not @aggr":     "@at:api and not @aggressive",
		"@at:api and (@as or @at:t": "@at:api and (@as or @at:token",
	} {
		if got, _ := completed(t, "run", "--tags", typed); !slices.Contains(got, want) {
			t.Errorf("%q: %.300q", typed, got)
		}
	}
}

// A configuration that cannot be read, or feature files that are none, complete to nothing,
// without a word.
func TestCompletionNeverComplains(t *testing.T) {
	t.Setenv("DPOPSPEC_CONFIG", "no-such.yaml")
	for _, args := range [][]string{
		{"run", "no-such-folder", "--id", ""}, {"run", "no-such-folder", "--tags", ""},
		{"run", "-c", "no-such.yaml", "--id", "no-such-feature/"},
	} {
		got, directive := completed(t, args...)
		for _, g := range got {
			if strings.Contains(g, "/") || strings.HasPrefix(g, "@") { // a case or a tag: of what file?
				t.Errorf("%q: %q", args, g)
			}
		}
		if directive == "0" {
			t.Errorf("%q: files", args)
		}
	}
}

// Files are offered where a file is taken, and nowhere else.
func TestEachFlagCompletesToItsValuesOrToNothing(t *testing.T) {
	const filterByEnding = "8"
	for flag, want := range map[string]string{"-c": filterByEnding, "--known": filterByEnding, "--shard": "4", "--rate": "4"} {
		if _, directive := completed(t, "run", flag, ""); directive != want {
			t.Errorf("run %s: directive %s, want %s", flag, directive, want)
		}
	}
	if got, directive := completed(t, "run", ""); !slices.Equal(got, []string{"feature"}) || directive != filterByEnding {
		t.Errorf("run: %q %s", got, directive)
	}
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if _, known := c.GetFlagCompletionFunc(f.Name); !known {
				t.Errorf("%s --%s completes to files", c.CommandPath(), f.Name)
			}
		})
		for _, below := range c.Commands() {
			each(below)
		}
	}
	each(root())
}

// The scripts of all shells can be printed: releases hold them.
func TestThereIsAScriptForEachShell(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out := call(t, "completion", shell); code != exitConformant || !strings.Contains(out, "__complete") {
			t.Errorf("%s: exit code %d, %.200q", shell, code, out)
		}
	}
}

// Tags and names of files are a stranger's: nothing is offered that a shell would run.
func TestShellsAreOfferedNothingThatTheyWouldObey(t *testing.T) {
	own := write(t, "$(id).feature", "@a$(id) @b`id` @c;id @d|id @e\x1b[2J @f\u202e @good\nFeature: Shop\n  Scenario: Orders\n"+
		"    Given an honest proof is accepted\n")
	tags, _ := completed(t, "run", own, "--tags", "@")
	if !slices.Equal(tags, []string{"@good"}) {
		t.Errorf("%q", tags)
	}
	ids, _ := completed(t, "run", own, "--id", "")
	if slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(id, "$") }) || len(ids) == 0 {
		t.Errorf("%.300q", ids)
	}
}
