package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/target"
)

// targetFlags are the flags of every command that needs a target.
type targetFlags struct {
	config  string
	profile string
	timeout time.Duration
}

func (f *targetFlags) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.config, "config", "c", "", "configuration `file`; without one every party is embedded")
	c.Flags().StringVar(&f.profile, "profile", "", "verdicts and parameters of a community: rfc9449 (default), strict, fapi2, haip, atproto, mcp, solid")
	c.Flags().DurationVar(&f.timeout, "timeout", 0, "how long one request may take")
}

func (f *targetFlags) load() (*target.Target, error) {
	t := target.Default()
	if f.config != "" {
		var err error
		if t, err = target.Load(f.config, os.LookupEnv); err != nil {
			return nil, err
		}
	}
	if f.profile != "" {
		t.Profile = f.profile
	}
	if f.timeout > 0 {
		t.Limits.Timeout = f.timeout
	}
	return t, nil
}

// selectionFlags are the flags that choose cases.
type selectionFlags struct {
	ids        []string
	tags       string
	subjects   []string
	shard      string
	aggressive bool
}

func (f *selectionFlags) add(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.ids, "id", nil, "run the cases of these `ids`: of cases (a trailing * matches any ending) or of requirements")
	c.Flags().StringVar(&f.tags, "tags", "", "run what a tag `expression` selects, such as \"@at:api and not @aggressive\"")
	c.Flags().StringSliceVar(&f.subjects, "subject", nil, "`parties` under test: as, rs, client; default: the real ones, or all if none is real")
	c.Flags().StringVar(&f.shard, "shard", "", "run one `part` of the cases, such as 2/4")
	c.Flags().BoolVar(&f.aggressive, "aggressive", false, "also run cases tagged @aggressive against real parties")
}

func (f *selectionFlags) selection() (runner.Selection, error) {
	s := runner.Selection{IDs: f.ids, Tags: f.tags, Aggressive: f.aggressive}
	if err := s.ParseSubjects(f.subjects); err != nil {
		return s, err
	}
	return s, s.ParseShard(f.shard)
}

// sources are the feature files of the arguments, or the built-in ones.
func sources(args []string) ([]runner.Source, error) {
	if len(args) == 0 {
		return runner.ReadFS(features.FS)
	}
	return runner.ReadPaths(args)
}
