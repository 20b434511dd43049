package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

type runFlags struct {
	ui        string // where the page is; empty: there is none
	target    targetFlags
	selection selectionFlags
	format    string
	strict    bool
	trace     bool
	parallel  int
	known     string
	newKnown  string
	rerun     string
	rounds    int
	failures  int
	watch     bool
	ending    endingFlags
	har       harFlags
}

// defaultFormat writes what people, CI systems and programs read.
const defaultFormat = "pretty,junit:reports/out/junit.xml,json:reports/out/run.json,html:reports/out/report.html"

func runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run [feature files or folders]",
		Short: "Run scenarios against a target and report",
		Long: `Run scenarios against the three parties of a target and report.

Without a configuration every party is embedded; without arguments the built-in
scenarios run. Exit code: 0 conformant, or partial without failures; 1 not
conformant; 2 bad usage or configuration; 3 could not test, or conformant and an
output could not be written.`,
		Example: `  dpopspec run
  dpopspec run -c tenant.yaml --format pretty,junit:reports/out/junit.xml
  dpopspec run ./features -c dpopspec.yaml
  dpopspec run --id RFC9449-4.3-43`,
		RunE: func(c *cobra.Command, args []string) error {
			if f.watch {
				return f.runAtEachChange(c, args)
			}
			return f.run(c, args, nil)
		},
	}
	f.target.add(c)
	f.selection.add(c)
	f.ending.add(c)
	f.har.add(c)
	c.Flags().StringVar(&f.format, "format", defaultFormat,
		"reports to write: "+strings.Join(reports.FormatNames(), ", ")+", each with its file")
	c.Flags().BoolVar(&f.strict, "strict", false, "count warnings as failures")
	c.Flags().BoolVar(&f.trace, "trace", false,
		"keep the exchanges of every case, not only of those that did not pass")
	c.Flags().StringVar(&f.rerun, "rerun", "", "run what did not pass in an earlier JSON report `file`")
	c.MarkFlagsMutuallyExclusive("id", "rerun")
	c.Flags().BoolVar(&f.watch, "watch", false,
		"go on, and run again what a change of a feature file or of the configuration touches")
	c.MarkFlagsMutuallyExclusive("watch", "rerun")
	c.Flags().IntVar(&f.rounds, "repeat", 1,
		"run the plan `N` times: of several instances behind one address each may then answer every case")
	c.Flags().IntVar(&f.failures, "max-failures", 0,
		"begin no further case after `N` that failed or errored, known deviations apart; the run then is cut short")
	c.Flags().StringVar(&f.known, "known", "",
		"`file` of known deviations: an id a line, then # and the reason; one that is gone is a failure")
	c.Flags().StringVar(&f.newKnown, "write-known", "",
		"write what fails into a `file` of known deviations, grouped by cause; reasons that it holds stay")
	c.MarkFlagsMutuallyExclusive("watch", "write-known")
	uiFlag(c, &f.ui, "what breaks, as it is found")
	c.Flags().IntVar(&f.parallel, "parallel", 0,
		"cases at a time; 0 means one more than there are processors, or one against a real server")
	requires(c, func() error {
		if f.parallel < 0 {
			return fmt.Errorf("--parallel: %d is no number of cases at a time; 0 or more", f.parallel)
		}
		return nil
	})
	return c
}

// runAtEachChange runs the plan, and then what each change touches, until the context
// ends. It ends as the last run did. A mistake in a file ends it only at the start.
func (f *runFlags) runAtEachChange(c *cobra.Command, args []string) error {
	if _, err := f.target.load(); err != nil {
		return err
	}
	files := func() state { return look(f.target.config, args) }
	defer hold(c.Context())()
	now := files()
	if len(now) == 0 {
		return errors.New("--watch: there is nothing to watch; give feature files, or a configuration with -c")
	}
	var changes []source
	for {
		err := f.run(c, args, changes)
		var ended *exit
		if code := exitCode(err); err != nil && (!errors.As(err, &ended) || ended.cause != nil) {
			fmt.Fprintln(c.ErrOrStderr(), "dpopspec:", err)
			err = &exit{code: code} // it has been said
		}
		if c.Context().Err() != nil {
			return err
		}
		fmt.Fprintln(f.forPeople(c), "watching for changes; Ctrl-C ends")
		var changed bool
		if now, changes, changed = change(c.Context(), now, files); !changed {
			return err
		}
	}
}

// forPeople is where a line for people goes; a format that cannot be read is an error of
// the run itself.
func (f *runFlags) forPeople(c *cobra.Command) io.Writer {
	outputs, _ := reports.ParseFormats(f.format)
	return streamsFor(c, outputs).lines
}

// run runs the plan; of changes, what they touch.
func (f *runFlags) run(c *cobra.Command, args []string, changes []source) error {
	outputs, err := reportsTo(f.format + onGitHub(os.Getenv))
	if err != nil {
		return err
	}
	t, err := f.target.load()
	if err != nil {
		return err
	}
	if f.rounds < 1 || f.rounds > runner.MostRounds {
		return fmt.Errorf("--repeat: %d is not a number of rounds from 1 to %d", f.rounds, runner.MostRounds)
	}
	if c.Flags().Changed("max-failures") && f.failures < 1 {
		return fmt.Errorf("--max-failures: %d is no number of failures from 1 on; without the flag every case is run", f.failures)
	}
	if err := f.keepApart(t, args, outputs); err != nil {
		return err
	}
	plan, err := f.plan(t, args, changes)
	if err != nil {
		return err
	}
	known, err := f.knownDeviations(plan)
	if err != nil {
		return err
	}
	baseline, err := openKnown(f.newKnown, plan)
	if err != nil {
		return err
	}
	redactor := reports.NewRedactor(t.Secrets...)
	stream := streamsFor(c, outputs)
	defer hold(c.Context())()
	progress := reports.NewProgress(stream.pages, redactor, stream.terminal)
	progress.Start(len(plan.Cases) * f.rounds)
	beside := progress.Aside(c.ErrOrStderr())
	if t.Prompt == nil {
		t.Prompt = beside
	}
	defer context.AfterFunc(c.Context(), func() {
		fmt.Fprintln(beside, "interrupted: the report of what has run is coming; another Ctrl-C ends at once")
	})()
	told, summed, err := f.page(stream.lines, redactor, len(plan.Cases)*f.rounds)
	if err != nil {
		return err
	}
	saw, archived, err := f.har.open(beside, redactor)
	if err != nil {
		return err
	}
	if !f.trace && f.rounds == 1 { // else what lives may be more
		collectSooner()
	}
	run, problem := runner.Run(c.Context(), plan, t, runner.Options{
		Parallel: f.parallelism(t),
		Rounds:   f.rounds,

		MaxFailures: f.failures,
		Counts: func(c reports.Case) bool {
			c = runner.ApplyKnown([]reports.Case{c}, known)[0]
			return c.Fails(f.strict) || c.Verdict == reports.Errored
		},
		Done:   func(c reports.Case) { progress.Done(c); told(c) },
		Follow: progress.Follow,
		Opened: warnings(beside, redactor),
		Trace:  f.trace,
		Saw:    saw,
		Repeat: f.repeat(args),
	})
	run.Strict = f.strict
	switch {
	case problem != nil:
	case run.Interrupted: // that an entry is out of date, only a whole run can tell
		run.Cases = runner.Excuse(run.Cases, known)
	default:
		run.Cases = runner.ApplyKnown(run.Cases, known)
	}
	masked := redactor.Run(run)
	shown := progress.Finish(masked)
	written, unwritten := stream.write(masked)
	announce(stream.lines, written)
	unwritten = errors.Join(unwritten, archived(), baseline.update(stream.lines, run, problem, redactor))
	summed(run, written)
	err = f.ending.of(c.Context(), &run)
	if problem != nil {
		err = &exit{exitCouldNotTest, fmt.Errorf("%s", redactor.Text(problem.Error()))}
	}
	return butFor(err, errors.Join(shown, unwritten))
}

// onGitHub adds what GitHub Actions shows beside a job: annotations at the
// lines of features, and the summary of the step.
func onGitHub(getenv func(string) string) string {
	if getenv("GITHUB_ACTIONS") != "true" {
		return ""
	}
	formats := ",annotations"
	if summary := getenv("GITHUB_STEP_SUMMARY"); summary != "" {
		formats += ",markdown:" + summary
	}
	return formats
}

// announce says where the reports are.
func announce(out io.Writer, outputs []reports.Output) {
	var files []string
	for _, o := range outputs {
		if o.Path != "-" {
			files = append(files, o.Path)
		}
	}
	if files != nil {
		fmt.Fprintln(out, "  reports: "+strings.Join(files, ", "))
	}
}

func (f *runFlags) plan(t *target.Target, args []string, changes []source) (*runner.Plan, error) {
	selection, err := f.selection.selection()
	if err != nil {
		return nil, err
	}
	if f.rerun != "" {
		if selection.IDs, err = unsettled(f.rerun); err != nil {
			return nil, err
		}
		selection.How = "--rerun " + f.rerun
	}
	if changes != nil {
		touch(&selection, changes)
	}
	files, err := sources(args)
	if err != nil {
		return nil, err
	}
	return runner.NewPlan(files, t, selection)
}

func (f *runFlags) knownDeviations(plan *runner.Plan) ([]runner.KnownDeviation, error) {
	if f.known == "" {
		return nil, nil
	}
	list, err := runner.ReadKnown(f.known)
	if err != nil {
		return nil, err
	}
	return list, plan.CheckKnown(list)
}

// parallelism is gentle with real servers: what they remember of one case must
// not depend on which others run beside it. A real client is started anew for
// each case, with servers of its own; an application that runs already has only
// the servers that it is configured with.
func (f *runFlags) parallelism(t *target.Target) int {
	switch {
	case t.Triggered():
		return 1
	case f.parallel > 0:
		return f.parallel
	case !t.Embedded(target.AuthorizationServer) || !t.Embedded(target.ResourceServer):
		return 1
	case !t.Embedded(target.ClientRole):
		return runtime.GOMAXPROCS(0)
	}
	return runtime.GOMAXPROCS(0) + 1 // one may wait for a program
}

// repeat returns the command that repeats one case alone.
func (f *runFlags) repeat(args []string) func(*runner.Case) string {
	return func(c *runner.Case) string {
		command := "dpopspec run"
		if f.known != "" {
			command += " --known " + f.known
		}
		for _, arg := range args {
			command += " " + arg
		}
		if f.target.config != "" {
			command += " -c " + f.target.config
		}
		if f.target.profile != "" {
			command += " --profile " + f.target.profile
		}
		return command + " --id '" + c.ID + "'"
	}
}
