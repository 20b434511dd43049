// Package version tells which version of dpopspec this is, for every package that
// names it.
package version

import (
	"runtime/debug"
	"strings"
)

// given is the version that the build gives by hand:
//
//	go build -ldflags "-X github.com/dpopspec/dpopspec/internal/version.given=1.2.3" ./cmd/dpopspec
var given string

// commit is that of the checkout, as the build gives it by hand; as [given].
var commit string

// module is ours; in the tests of somebody's API it is not the main one.
const module = "github.com/dpopspec/dpopspec"

// Number is the version of dpopspec: the one given to the build, or else that of
// its module, which of a checkout is its date and revision, or else "devel".
var Number = number(given, buildInfo())

// Commit is the revision that the build was made of, with "+dirty" if files had been
// changed; empty where the build does not tell it, as one of a module from a proxy.
var Commit = revision(commit, buildInfo())

// Agent is what requests say in User-Agent (RFC 9110 §10.1.5), so that whoever
// finds them in a log knows what they are.
var Agent = "dpopspec/" + Number + " (+https://github.com/dpopspec/dpopspec)"

func buildInfo() *debug.BuildInfo {
	info, found := debug.ReadBuildInfo()
	if !found {
		return &debug.BuildInfo{}
	}
	return info
}

func number(given string, info *debug.BuildInfo) string {
	if given != "" {
		return given
	}
	modules := append([]*debug.Module{&info.Main}, info.Deps...)
	for _, m := range modules {
		if m.Path == module && m.Replace == nil && m.Version != "" && m.Version != "(devel)" {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return "devel"
}

func revision(given string, info *debug.BuildInfo) string {
	if given != "" || info.Main.Path != module {
		return given
	}
	var of, dirty string
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			of = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			dirty = "+dirty"
		}
	}
	if of == "" {
		return ""
	}
	return of + dirty
}
