package version

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestTheBuildSaysWhichVersionItIs(t *testing.T) {
	const checkout = "v0.0.0-20260102030405-0123456789ab+dirty"
	for _, test := range []struct {
		name, given string
		info        debug.BuildInfo
		want        string
	}{
		{"given by hand", "1.2.3", debug.BuildInfo{Main: debug.Module{Path: module, Version: "v1.0.0"}}, "1.2.3"},
		{"installed", "", debug.BuildInfo{Main: debug.Module{Path: module, Version: "v1.2.3"}}, "1.2.3"},
		{"in somebody's tests", "", debug.BuildInfo{
			Main: debug.Module{Path: "shop.example/orders", Version: "v9.9.9"},
			Deps: []*debug.Module{{Path: "golang.org/x/text", Version: "v0.38.0"}, {Path: module, Version: "v1.2.3"}},
		}, "1.2.3"},
		{"in somebody's tests, a copy", "", debug.BuildInfo{
			Main: debug.Module{Path: "shop.example/orders"},
			Deps: []*debug.Module{{Path: module, Version: "v1.2.3", Replace: &debug.Module{Path: "../dpopspec"}}},
		}, "devel"},
		{"a checkout", "", debug.BuildInfo{Main: debug.Module{Path: module, Version: checkout}}, checkout[1:]},
		{"one not looked at", "", debug.BuildInfo{Main: debug.Module{Path: module, Version: "(devel)"}}, "devel"},
		{"nothing is known", "", debug.BuildInfo{}, "devel"},
	} {
		if got := number(test.given, &test.info); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestTheBuildSaysOfWhichCommitItIs(t *testing.T) {
	settings := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: modified}}
	}
	ours, theirs := debug.Module{Path: module}, debug.Module{Path: "shop.example/orders"}
	for _, test := range []struct {
		name, given string
		info        debug.BuildInfo
		want        string
	}{
		{"given by hand", "fedc", debug.BuildInfo{Main: ours, Settings: settings("false")}, "fedc"},
		{"a checkout", "", debug.BuildInfo{Main: ours, Settings: settings("false")}, "0123abc"},
		{"a changed one", "", debug.BuildInfo{Main: ours, Settings: settings("true")}, "0123abc+dirty"},
		{"installed", "", debug.BuildInfo{Main: ours}, ""},
		{"the commit of somebody's tests", "", debug.BuildInfo{Main: theirs, Settings: settings("false")}, ""},
	} {
		if got := revision(test.given, &test.info); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// A product in User-Agent is a token (RFC 9110 §5.6.2 and §10.1.5).
func TestTheAgentIsAProductToken(t *testing.T) {
	product, comment, _ := strings.Cut(Agent, " ")
	token := !strings.ContainsAny(product, `()<>@,;:\"[]?={}`)
	if !token || !strings.HasPrefix(product, "dpopspec/") || !strings.HasPrefix(comment, "(") {
		t.Errorf("%q", Agent)
	}
}
