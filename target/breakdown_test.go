package target

import (
	"fmt"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

const server = "https://server.example"

// asked notes requests of a kind that break or do not, as the letters say: b, s.
func asked(e *Evidence, title, how string) {
	for i, letter := range how {
		kind := Kind{Place{ResourceServer, "api"}, "GET", title}
		e.Requested(Request{kind, server, &wire.Exchange{}, letter == 'b', fmt.Sprintf("case %d", i)})
	}
}

// well notes sound requests, each of a kind of its own.
func well(e *Evidence, so int) {
	for i := range so {
		asked(e, fmt.Sprintf("another request %d", i), "s")
	}
}

func titles(list []Breakdown) string {
	var all string
	for _, b := range list {
		all += b.Title + ";"
	}
	return all
}

func TestABreakIsBlamedOnARequestUnlessItMayBeChance(t *testing.T) {
	for _, c := range []struct {
		name             string
		happens          func(e *Evidence)
		proven, doubtful string
	}{
		{"each of three breaks a server that is well", func(e *Evidence) {
			for range 3 {
				well(e, 60)
				asked(e, "odd", "b")
			}
			well(e, 200)
		}, "odd;", ""},
		{"one breaks it, and nothing is known of it since", func(e *Evidence) {
			well(e, 200)
			asked(e, "odd", "b")
		}, "", "odd;"},
		{"one breaks it", func(e *Evidence) {
			well(e, 200)
			asked(e, "odd", "b")
			well(e, 1)
		}, "", "odd;"},
		{"one of three is answered", func(e *Evidence) {
			for _, how := range []string{"b", "s", "b"} {
				well(e, 200)
				asked(e, "odd", how)
			}
			well(e, 1)
		}, "", ""},
		{"few others are known", func(e *Evidence) {
			for range 3 {
				well(e, 3)
				asked(e, "odd", "b")
			}
			well(e, 3)
		}, "", ""},
		{"the way breaks others too", func(e *Evidence) {
			for range 3 {
				asked(e, "honest", "sssssssssb")
				asked(e, "odd", "b")
			}
			asked(e, "honest", "s")
		}, "", ""},
		{"the server is dead from then on", func(e *Evidence) {
			well(e, 200)
			for i := range 10 {
				asked(e, fmt.Sprintf("another request %d", i), "bbb")
			}
			asked(e, "late", "bbb")
		}, "", ""},
		{"the server was dead for a while", func(e *Evidence) {
			well(e, 200)
			asked(e, "odd", "bbb")
			well(e, 200)
		}, "", "odd;"},
		{"a case has told", func(e *Evidence) {
			for range 3 {
				well(e, 100)
				asked(e, "odd", "b")
			}
			e.Told(Kind{Place{ResourceServer, "api"}, "GET", "odd"})
			well(e, 1)
		}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Evidence
			c.happens(&e)
			if proven := titles(e.Breakdowns()); proven != c.proven {
				t.Errorf("proven: %q instead of %q", proven, c.proven)
			}
			if doubtful := titles(e.Doubtful()); doubtful != c.doubtful {
				t.Errorf("doubtful: %q instead of %q", doubtful, c.doubtful)
			}
		})
	}
}
