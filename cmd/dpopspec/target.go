package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/shards"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// targetFlags are the flags of every command that needs a target. Each says
// something that the environment or the configuration file can say too: a flag
// wins over the environment, the environment over the file.
type targetFlags struct {
	config   string
	profile  string
	settings map[string]*string // by flag
}

func (f *targetFlags) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.config, "config", "c", "",
		"configuration `file`; without one every party is embedded (DPOPSPEC_CONFIG)")
	f.settings = map[string]*string{"profile": &f.profile}
	for _, s := range target.Settings {
		if f.settings[s.Flag] == nil {
			f.settings[s.Flag] = new(string)
		}
		c.Flags().StringVar(f.settings[s.Flag], s.Flag, "", s.Doc+" ("+s.Variable+")")
	}
	c.Flags().Lookup("insecure").NoOptDefVal = "true"
}

func (f *targetFlags) load() (*target.Target, error) {
	t := target.Default()
	if f.config == "" {
		f.config = os.Getenv("DPOPSPEC_CONFIG")
	}
	if f.config != "" {
		var err error
		if t, err = target.Load(f.config, os.LookupEnv); err != nil {
			return nil, err
		}
	}
	if err := t.ApplyEnvironment(os.LookupEnv); err != nil {
		return nil, err
	}
	for _, s := range target.Settings {
		if value := *f.settings[s.Flag]; value != "" {
			if err := s.Apply(t, value, "--"+s.Flag); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// warnings prints what a person should know before trusting a run.
func warnings(w io.Writer, redactor *reports.Redactor) func(*target.Session) {
	return func(s *target.Session) {
		for _, text := range s.Warnings() {
			fmt.Fprintln(w, "warning:", redactor.Text(text))
		}
	}
}

// selectionFlags are the flags that choose cases.
type selectionFlags struct {
	ids        []string
	tags       string
	subjects   []string
	at         []string
	shard      string
	aggressive bool
}

func (f *selectionFlags) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.ids, "id", nil,
		"run the cases of these `ids`: of cases (a trailing * matches any ending) or of requirements")
	c.Flags().StringVar(&f.tags, "tags", "",
		"run what a tag `expression` selects, such as \"@at:api and not @aggressive\"")
	c.Flags().StringSliceVar(&f.subjects, "subject", nil,
		"`parties` under test: as, rs, client; default: the real ones, or all if none is real")
	c.Flags().StringSliceVar(&f.at, "at", nil,
		"run the cases at these `endpoints`: "+strings.Join(features.Endpoints, ", "))
	c.Flags().StringVar(&f.shard, "shard", "", "run one `part` of the cases, such as 2/4; auto: the one that the CI system names in the environment")
	c.Flags().BoolVar(&f.aggressive, "aggressive", false, "also run cases tagged @aggressive against real parties")
}

func (f *selectionFlags) selection() (runner.Selection, error) {
	s := runner.Selection{IDs: f.ids, Tags: f.tags, Aggressive: f.aggressive}
	if err := s.ParseSubjects(f.subjects); err != nil {
		return s, err
	}
	if err := s.ParseEndpoints(f.at); err != nil {
		return s, err
	}
	if f.shard != "" {
		var err error
		if s.Shard, err = shards.Parse(f.shard, os.Getenv); err != nil {
			return s, fmt.Errorf("--shard: %w", err)
		}
	}
	return s, nil
}

// sources are the feature files of the arguments, or the built-in ones.
func sources(args []string) ([]runner.Source, error) {
	if len(args) == 0 {
		return runner.BuiltIn()
	}
	return runner.ReadPaths(args)
}
