package target

import (
	"strings"
	"testing"
	"time"
)

// talker is a program that says on standard error what it is told, and ends at the word end.
func talker(t *testing.T) *program {
	t.Helper()
	p, err := startServer(t.Context(), Command{Args: []string{"sh", "-c",
		`echo before >&2; echo ready; while read line; do test "$line" = end && exit 2; echo "$line" >&2; echo ready; done`}}, nil)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(p.Stop)
	return &program{Process: p, party: "the API orders"}
}

// say has it say a line, and waits until it has been heard.
func (p *program) say(t *testing.T, line string) {
	t.Helper()
	if _, err := p.stdin.Write([]byte(line + "\n")); err != nil {
		t.Fatal(err)
	}
	p.await(t, func() bool { return strings.Contains(p.stderr.String(), line) })
}

func (p *program) await(t *testing.T, come func() bool) {
	t.Helper()
	for !come() {
		if t.Context().Err() != nil {
			t.Fatal("it never came")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestWhatAServerOfOursSaysIsHeardByTheCaseThatRan(t *testing.T) {
	p := talker(t)
	p.await(t, func() bool { return p.stderr.String() == "before" })
	s := &Session{programs: []*program{p}}
	silent, first := s.Listen(), s.Listen()
	if got := silent(false); got != nil {
		t.Errorf("of a silent one: %+v", got)
	}
	p.say(t, "stack of the first case")
	got := first(false)
	if len(got) != 1 || got[0].Party != "the API orders" || got[0].Text != "stack of the first case" || got[0].Ended != "" {
		t.Errorf("got %+v", got)
	}
	second := s.Listen()
	p.say(t, strings.Repeat("long\n", maxKept)+"the last")
	got = second(false)
	if len(got) != 1 || len(got[0].Text) > maxKept+len("…\n") || !strings.HasPrefix(got[0].Text, "…\n") ||
		!strings.HasSuffix(got[0].Text, "the last") {
		t.Errorf("of much: got %d octets", len(got[0].Text))
	}
}

func TestAServerOfOursThatEndsIsToldAtTheCaseWhereItDid(t *testing.T) {
	p := talker(t)
	s := &Session{programs: []*program{p}}
	heard := s.Listen()
	if _, err := p.stdin.Write([]byte("end\n")); err != nil {
		t.Fatal(err)
	}
	p.await(t, func() bool { return p.ended(time.Millisecond) })
	if got := heard(true); len(got) != 1 || got[0].Ended != "it ended with exit code 2" {
		t.Errorf("got %+v", got)
	}
	if got := s.Listen()(true); got != nil {
		t.Errorf("a later case is told of it again: %+v", got)
	}
}

func TestWhatIsHeardBeginsWithAWholeLine(t *testing.T) {
	var e standardError
	e.Write([]byte("one\npassword: hun"))
	mark := e.mark()
	e.Write([]byte("ter2\n"))
	if got := e.since(mark); got != "password: hunter2" {
		t.Errorf("got %q", got)
	}
}
