package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/features"
	"github.com/dpopspec/dpopspec/internal/visible"
	"github.com/dpopspec/dpopspec/mockas"
)

// values lists what may be typed at a place, each perhaps with a tab and what it means. It
// is asked at each press of the key, so it reads as little as it can, needs no
// configuration, and knows nothing rather than complain.
type values func(c *cobra.Command, args []string, typed string) []string

// flagValues are the values of flags, by the name that they have in every command. What
// has another meaning in one command stands there as COMMAND/FLAG.
var flagValues = map[string]values{
	"id":              listed(caseIDs),
	"mutants/id":      mutantNames,
	"surroundings/id": surroundingNames,
	"tags":            tagExpression,
	"at":              listed(among(features.Endpoints...)),
	"subject":         listed(among("as", "rs", "client")),
	"party":           among("validator", "as", "rs", "client"),
	"profile":         profileNames,
	"level":           among(features.Levels...),
	"like":            among(mockas.LookNames()...),
	"alg":             among(dpop.AlgorithmNames()...),
	"tenant":          tenantNames,
	"format":          formats,
	"fail-on":         among("partial"),
	"method":          among("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
}

// fileFlags take a file, with the endings that make sense there; none: any file.
var fileFlags = map[string][]string{
	"config": {"yaml", "yml"}, "rerun": {"json"}, "known": {"txt"}, "ca": {"pem", "crt"},
	"out": nil, "file": nil, "rank": nil,
}

// argumentFiles are the endings of the files that commands take as arguments.
var argumentFiles = map[string][]string{
	"run": {"feature"}, "list": {"feature"}, "check": {"feature"}, "lint": {"feature"}, "merge": {"json"},
	"env": {"pem"}, "thumbprint": {"pem", "json", "crt"},
}

// complete gives a command and those below it their completion in shells. A place of which
// nothing is known completes to nothing, never to the files of the folder.
func complete(c *cobra.Command) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if endings, isFile := fileFlags[f.Name]; isFile {
			c.RegisterFlagCompletionFunc(f.Name, files(endings))
			return
		}
		known := flagValues[c.Name()+"/"+f.Name]
		if known == nil {
			known = flagValues[f.Name]
		}
		c.RegisterFlagCompletionFunc(f.Name, offered(known))
	})
	if c.ValidArgsFunction == nil && len(c.ValidArgs) == 0 {
		switch endings, takes := argumentFiles[c.Name()]; {
		case takes:
			c.ValidArgsFunction = files(endings)
		case c.Name() == "init":
			c.ValidArgsFunction = folderOrTenant
		default:
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
	}
	for _, below := range c.Commands() {
		complete(below)
	}
}

// files lets the shell complete files with one of these endings, and folders.
func files(endings []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		if len(endings) == 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

// folderOrTenant completes the argument of init: with --tenant it is a name first.
func folderOrTenant(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 && c.Flags().Changed("tenant") {
		return offered(tenantNames)(c, args, typed)
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// offered makes cobra's function of values: those that begin as what is typed does. One
// that ends where another part follows, such as proof-method/, keeps the cursor there.
func offered(list values) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if list == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		var found []string
		for _, one := range list(c, args, typed) {
			value, _, _ := strings.Cut(one, "\t")
			if !strings.HasPrefix(value, typed) || strings.ContainsFunc(value[len(typed):], obeyed) {
				continue
			}
			if strings.HasSuffix(value, "/") || strings.HasSuffix(value, ":") {
				directive |= cobra.ShellCompDirectiveNoSpace
			}
			found = append(found, one)
		}
		return found, directive
	}
}

// obeyed reports whether a shell might do something at a character. What is offered may
// come from the feature files of a stranger, and not every shell takes it as it is.
func obeyed(r rune) bool {
	return strings.ContainsRune("`$&;|<>()[]{}*?!#~^'\"\\", r) || visible.Rune(r) != r || r == '\n' || r == '\t'
}

func among(list ...string) values {
	return func(*cobra.Command, []string, string) []string { return list }
}

// listed completes the last of values with commas between them.
func listed(of values) values {
	return func(c *cobra.Command, args []string, typed string) []string {
		before := typed[:strings.LastIndex(typed, ",")+1]
		return after(before, of(c, args, typed[len(before):]))
	}
}

// after puts what is typed already before each value.
func after(before string, list []string) []string {
	if before == "" {
		return list
	}
	with := make([]string, len(list))
	for i, one := range list {
		with[i] = before + one
	}
	return with
}
