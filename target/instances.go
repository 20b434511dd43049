package target

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Behind one address several instances may answer. Some give themselves away: by a
// field that names who served an answer, or by a cookie that sends the next request
// to the same one. That tells nothing of their conformance, but a reader of a clean
// report should know that it speaks of several.

// servedBy are fields whose value names the instance that answered.
var servedBy = []string{
	"X-Served-By", "X-Instance", "X-Instance-Id", "X-Pod", "X-Pod-Name", "X-Backend", "X-Backend-Server", "X-Node",
	"X-Node-Id", "X-Server-Id", "X-Server-Name", "X-Hostname", "X-Host-Name", "X-Container-Id", "X-Upstream",
	"Server", "Via",
}

// stickTo are the names of cookies whose value stands for an instance: those of
// Azure, HAProxy, nginx and BIG-IP. Those that change with each answer, such as
// AWSALB, tell nothing.
var stickTo = []string{"ARRAffinity", "ARRAffinitySameSite", "SERVERID", "SRV", "route", "BIGipServer"}

// mostInstances is how many values of a field are told apart. A field with more of
// them names requests rather than instances.
const mostInstances = 16

// marks are the values by which answers of one origin differ: by field.
type marks map[string]map[string]bool

// learn keeps the marks of an answer.
func (m marks) learn(e *wire.Exchange) {
	for _, name := range servedBy {
		if values := e.Answer.Values(name); len(values) > 0 {
			m.note(name, wire.Brief(strings.Join(values, ", ")))
		}
	}
	for _, line := range e.Answer.Values("Set-Cookie") {
		name, rest, _ := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		sticky := slices.ContainsFunc(stickTo, func(known string) bool {
			return name == known || known == "BIGipServer" && strings.HasPrefix(name, known)
		})
		if value, _, _ := strings.Cut(rest, ";"); sticky && value != "" {
			m.note("the cookie "+name, value)
		}
	}
}

func (m marks) note(name, value string) {
	if m[name] == nil {
		m[name] = map[string]bool{}
	}
	if len(m[name]) <= mostInstances {
		m[name][value] = true
	}
}

// told says by what the answers differed; empty if they did not. Values of cookies
// are not shown.
func (m marks) told() string {
	var differ []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		values := slices.Sorted(maps.Keys(m[name]))
		switch {
		case len(values) < 2 || len(values) > mostInstances:
		case strings.HasPrefix(name, "the cookie "):
			differ = append(differ, fmt.Sprintf("%s has %d values", name, len(values)))
		default:
			differ = append(differ, fmt.Sprintf("%s is %s", name, strings.Join(values, " or ")))
		}
	}
	return strings.Join(differ, "; ")
}
