package child

import (
	"crypto/rand"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// markName is a variable in the environment of all that is started here, and so of all
// that those start: by it a system that shows environments (Linux) finds what has left
// its group (setsid). Who takes it out of the environment of a program lets that live on.
const markName = "DPOPSPEC_STARTED_BY"

// us is the mark of this process; that of a program is "us.1", "us.2" and so on.
var us = fmt.Sprintf("%d-%s", os.Getpid(), rand.Text())

var marks atomic.Int64

// marked returns an environment with a mark of its own. A mark that is there stays: who
// has started us ends what we have started.
func marked(env []string) []string {
	all := fmt.Sprintf("%s.%d", us, marks.Add(1))
	with := slices.DeleteFunc(slices.Clone(env), func(line string) bool {
		others, found := strings.CutPrefix(line, markName+"=")
		if found {
			all = strings.TrimSpace(others + " " + all)
		}
		return found
	})
	return append(with, markName+"="+all)
}

// markOf is the last mark of an environment; empty: it has none.
func markOf(env []string) string {
	for _, line := range slices.Backward(env) {
		if marks, found := strings.CutPrefix(line, markName+"="); found {
			return marks[strings.LastIndexByte(marks, ' ')+1:]
		}
	}
	return ""
}

// bears reports whether an environment as the system shows it has a mark: that of a
// program, or of all that a process of ours has started.
func bears(environment, mark string) bool {
	for line := range strings.SplitSeq(environment, "\x00") {
		if marks, found := strings.CutPrefix(line, markName+"="); found {
			return slices.ContainsFunc(strings.Fields(marks), func(m string) bool {
				return m == mark || strings.HasPrefix(m, mark+".")
			})
		}
	}
	return false
}
