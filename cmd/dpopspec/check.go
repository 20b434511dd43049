package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/schemadoc"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

func checkCommand() *cobra.Command {
	var f runFlags
	var schema, verbose, try bool
	c := &cobra.Command{
		Use:   "check [feature files or folders]",
		Short: "Say what a run would do, what it would leave out and why, and what is missing",
		Long: `Say what a run would do: which parties, which cases, what is left out and why,
what is missing in the configuration, how many requests at what rate.

Only metadata is asked for (RFC 8414, OpenID Connect Discovery, RFC 9728), and a
client's adapter who it is. With --try each client gets a token by each of its
grants, and each endpoint and API one honest request, as before every run.
Exit code: 0 ready; 2 bad usage or configuration; 3 the target cannot be reached,
something is wrong with the set-up, or something that was tried does not work.`,
		Example: `  dpopspec check -c tenant.yaml
  dpopspec check -c tenant.yaml --try
  dpopspec check -c tenant.yaml --id RFC9449-4.3-43 --verbose
  dpopspec check --schema > dpopspec.schema.json
  dpopspec check --schema --format markdown`,
		RunE: func(c *cobra.Command, args []string) error {
			if schema {
				return f.schema(c.OutOrStdout())
			}
			return f.check(c, args, verbose, try)
		},
	}
	f.target.add(c)
	f.selection.add(c)
	c.Flags().StringVar(&f.format, "format", "text", "text or json; markdown with --schema")
	c.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration file and end")
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "also name the cases")
	c.Flags().BoolVar(&try, "try", false, "try each client, endpoint, API and adapter once, and end")
	return c
}

// schema writes the schema of the configuration file, for editors or for people.
func (f *runFlags) schema(w io.Writer) error {
	switch f.format {
	case "text", "json":
		_, err := w.Write(target.Schema)
		return err
	case "markdown":
		return schemadoc.Write(w, target.Schema)
	}
	return fmt.Errorf("--format: %q is not one of json, markdown", f.format)
}

func (f *runFlags) check(c *cobra.Command, args []string, verbose, try bool) error {
	if f.format != "text" && f.format != "json" {
		return fmt.Errorf("--format: %q is not one of text, json", f.format)
	}
	t, err := f.target.load()
	if err != nil {
		return err
	}
	for _, advice := range target.AdviseKeys(c.Context(), t) {
		fmt.Fprintln(c.ErrOrStderr(), "warning:", advice)
	}
	plan, err := f.plan(t, args, nil)
	if err != nil {
		return err
	}
	redactor := reports.NewRedactor(t.Secrets...)
	find := runner.Check
	if try {
		find = runner.Try
	}
	defer hold(c.Context())() // for programs to end in peace
	checked, err := find(c.Context(), plan, t)
	if c.Context().Err() != nil { // half of what was to be found out would look like all of it
		return &exit{exitCouldNotTest, errors.New("interrupted: nothing is known of the target")}
	}
	if err != nil {
		return &exit{exitCouldNotTest, fmt.Errorf("%s", redactor.Text(err.Error()))}
	}
	var text strings.Builder
	if f.format == "json" {
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(checked); err != nil {
			return err
		}
	} else if try {
		printTried(&text, checked)
	} else {
		printChecked(&text, checked, verbose)
	}
	said := redactor.Text(text.String())
	if f.format == "json" {
		said = visible.JSON(said) // after the masks, which know no such escapes
	}
	if _, err = io.WriteString(c.OutOrStdout(), said); err == nil && (!checked.Ready() || try && checked.Idle()) {
		err = &exit{code: exitCouldNotTest}
	}
	return err
}

func printChecked(w io.Writer, c *runner.Checked, verbose bool) {
	fmt.Fprintf(w, "Profile %s (%s), level %s\n\nParties\n", c.Profile, c.Revision, c.Level)
	for _, p := range c.Parties {
		fmt.Fprintf(w, "  %-22s %s\n", p.Role, strings.TrimSpace(p.Kind+" "+p.Where))
	}
	printLines(w, "Environment", environmentLines(c.Environment))
	if len(c.Capabilities) > 0 {
		fmt.Fprintln(w, "\nCapabilities")
		for _, one := range c.Capabilities {
			fmt.Fprintf(w, "  %-8s  %-22s %s: %s\n", one.How, one.Of.Name(), one.Name, one.Value)
		}
	}
	printLines(w, "Warnings", c.Warnings)
	printLines(w, "Missing", c.Gaps)
	printProblems(w, c.SetUp)
	printBatches(w, "Would run", c.Run, verbose)
	printBatches(w, "Would be left out", c.Skipped, verbose)
	printEffort(w, c)
}

// trySigns tell apart what came of what was tried.
var trySigns = map[runner.Outcome]string{
	runner.Works: "✓", runner.SetUp: "✗", runner.ForCases: "!", runner.Untried: "–", runner.Unfinished: "?",
}

// printTried says what was tried, a line each, and what is wrong with the set-up.
func printTried(w io.Writer, c *runner.Checked) {
	for _, one := range c.Tried {
		fmt.Fprintf(w, "%s %s\n", trySigns[one.Outcome], one.What)
		if one.Answer != "" && one.Outcome != runner.SetUp { // which tells it below
			fmt.Fprintf(w, "    %s\n", one.Answer)
		}
	}
	printLines(w, "Warnings", c.Warnings)
	printProblems(w, c.SetUp)
	switch {
	case c.Ready() && !c.Idle():
		fmt.Fprintln(w, "\nReady: dpopspec run would begin.")
	case len(c.SetUp) > 0: // told above
	case c.Idle():
		fmt.Fprintln(w, "\nNothing was there to try: the configuration names no client, login, probe or adapter of the "+
			"real parties. dpopspec check says what that costs.")
	default:
		fmt.Fprintln(w, "\nNot all that was tried works. The set-up is not known to be wrong: dpopspec run would begin, "+
			"and its cases tell.")
	}
}

// printProblems says what is wrong with the set-up, each with what to do about it.
func printProblems(w io.Writer, list []reports.Problem) {
	for _, p := range list {
		fmt.Fprintf(w, "\n✗ %s\n", p.What)
		for _, part := range [][2]string{{"got", p.Answer}, {"look at", p.Key}, {"remedy", p.Remedy}} {
			if part[1] != "" {
				fmt.Fprintf(w, "    %-8s %s\n", part[0], strings.ReplaceAll(part[1], "\n", " "))
			}
		}
	}
}

// environmentLines says what the configuration takes from the environment, never
// with what value.
func environmentLines(list []target.Variable) (lines []string) {
	for _, v := range list {
		state := "set"
		if !v.Set {
			state = fmt.Sprintf("not set; line %d has a default", v.Line)
		}
		lines = append(lines, v.Name+": "+state)
	}
	return lines
}

func printLines(w io.Writer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, line := range lines {
		fmt.Fprintln(w, "  "+line)
	}
}

func printBatches(w io.Writer, title string, list []runner.CheckedCases, verbose bool) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, b := range list {
		fmt.Fprintf(w, "  %4d cases", len(b.Cases))
		if b.Requests > 0 {
			fmt.Fprintf(w, ", about %d requests", b.Requests)
		}
		fmt.Fprintf(w, ": %s\n", b.Name)
		if verbose {
			for _, id := range b.Cases {
				fmt.Fprintln(w, "       ", id)
			}
		}
	}
}

// printEffort says what the target will have to bear.
func printEffort(w io.Writer, c *runner.Checked) {
	fmt.Fprintf(w, "\nAbout %d requests", c.Requests)
	if c.Beside > 0 {
		fmt.Fprintf(w, " (%d of them to make sure of verdicts)", c.Beside)
	}
	if c.Rate > 0 {
		fmt.Fprintf(w, ", at most %g a second: %v or more", c.Rate, c.Duration().Round(time.Second))
	} else {
		fmt.Fprint(w, ", as fast as they are answered")
	}
	fmt.Fprintln(w, ". A server that asks for nonces takes more, one that lacks something fewer.")
	if n := len(c.Waiting); n > 0 {
		patience := time.Duration(c.Patience * float64(time.Second))
		fmt.Fprintf(w, "At the end %d cases may wait, side by side, for at most %v (limits.patience).\n", n, patience)
	}
	if c.Budget > 0 && c.Requests > c.Budget {
		fmt.Fprintf(w, "limits.budget is %d: what goes beyond will not be sent.\n", c.Budget)
	}
}
