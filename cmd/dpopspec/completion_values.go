package main

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/fixtures"
	"github.com/dpopspec/dpopspec/mutants"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
	"github.com/dpopspec/dpopspec/surroundings"
	"github.com/dpopspec/dpopspec/target"
)

// caseIDs lists requirements and, one feature at a time, cases: to plan the cases of one
// feature takes no time, to plan them all would be felt.
func caseIDs(_ *cobra.Command, args []string, typed string) []string {
	feature, _, inside := strings.Cut(typed, "/")
	var list []string
	for _, source := range sourcesOf(args) {
		name := strings.TrimSuffix(path.Base(source.Path), ".feature")
		if !inside {
			list = append(list, name+"/\tcases of "+path.Base(source.Path))
			continue
		}
		if name != feature {
			continue
		}
		t := target.Default()
		t.Limits.Level = features.Full
		plan, err := runner.NewPlan([]runner.Source{source}, t, runner.Selection{Aggressive: true})
		if err != nil {
			continue
		}
		for _, c := range plan.Cases {
			list = append(list, c.ID+"\t"+c.Scenario)
		}
	}
	if inside {
		return list
	}
	return append(list, requirementIDs()...)
}

// sourcesOf are the feature files that the arguments name, or else the built-in ones.
func sourcesOf(args []string) []runner.Source {
	read := runner.BuiltIn
	if len(args) > 0 {
		read = func() ([]runner.Source, error) { return runner.ReadPaths(args) }
	}
	list, err := read()
	if err != nil {
		return nil
	}
	return list
}

func requirementIDs() (list []string) {
	catalogue, err := features.Load()
	if err != nil {
		return nil
	}
	for _, r := range catalogue.All() {
		list = append(list, r.ID+"\t"+r.Text)
	}
	return list
}

// tagExpression completes the last tag of an expression, or the word between two.
func tagExpression(_ *cobra.Command, args []string, typed string) []string {
	before := typed[:strings.LastIndexAny(typed, " (")+1]
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(before))
	if len(words) > 0 && strings.HasPrefix(words[len(words)-1], "@") {
		return after(before, []string{"and", "or"})
	}
	return after(before, append(tagsOf(sourcesOf(args)), "not"))
}

// tagsOf are the tags of feature files, as the lines that begin with one have them.
func tagsOf(files []runner.Source) []string {
	found := map[string]bool{}
	for _, file := range files {
		for line := range strings.Lines(string(file.Text)) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "@") {
				continue
			}
			for _, tag := range strings.Fields(line) {
				if !strings.HasPrefix(tag, "@") { // a comment begins
					break
				}
				found[tag] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// mutantNames lists each id, and below it the endpoints and ways of its mutants.
func mutantNames(*cobra.Command, []string, string) (list []string) {
	all, err := mutants.All()
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	for _, m := range all {
		place, _, _ := strings.Cut(m.Name(), "/")
		for _, name := range []string{m.ID, place, m.Name()} {
			if !seen[name] {
				seen[name] = true
				list = append(list, name+"\t"+m.Does)
			}
		}
	}
	return list
}

func surroundingNames(*cobra.Command, []string, string) (list []string) {
	for _, r := range surroundings.All() {
		list = append(list, r.Name())
	}
	return list
}

func profileNames(*cobra.Command, []string, string) (list []string) {
	profiles, err := features.Profiles()
	if err != nil {
		return nil
	}
	for _, p := range profiles {
		list = append(list, p.Name+"\t"+p.Description)
	}
	return list
}

func tenantNames(*cobra.Command, []string, string) (list []string) {
	tenants, err := fixtures.Tenants()
	if err != nil {
		return nil
	}
	for _, t := range tenants {
		list = append(list, t.Name+"\t"+t.Summary)
	}
	return list
}

// formats are those of reports, several with commas between them, or the few of a command
// that prints a list.
func formats(c *cobra.Command, args []string, typed string) []string {
	switch c.Name() {
	case "run", "serve", "merge":
		return listed(among(reports.FormatNames()...))(c, args, typed)
	case "check", "steps":
		return []string{"text", "markdown", "json"}
	case "mutants", "surroundings":
		return []string{"text", "json:"}
	}
	return []string{"text", "json"}
}
