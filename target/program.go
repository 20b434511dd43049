package target

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/reports"
)

// program is a party that the harness has started.
type program struct {
	*Process
	party string // as a sentence names it: "the API orders"
	key   string // of the configuration, where its command stands
	rests []Dependent
	url   string // where it listens; empty: it never came so far
}

// launch starts the program of a party and waits until it says where it listens, by a
// member of a line of JSON, and what else it says there.
func (s *Session) launch(
	ctx context.Context, c Command, env map[string]string, member string, p program,
) (url string, said readyLine, err error) {
	if p.Process, err = startServer(ctx, c, env); err != nil {
		return "", nil, err
	}
	s.programs = append(s.programs, &p)
	said, err = p.ready(ctx, member, serverTimeout)
	p.url = strings.TrimSuffix(said.text(member), "/")
	return p.url, said, err
}

// mourn blocks what rests on a program at an origin that has ended, and reports
// whether one has. Its end is seen a moment after its connections break.
func (s *Session) mourn(from string, within time.Duration) bool {
	for _, p := range s.programs {
		if p.url == "" || originOf(p.url) != from || !p.ended(within) {
			continue
		}
		s.Block(reports.Problem{
			Name:   p.party,
			What:   fmt.Sprintf("%s ended while the run went on, %s", p.party, s.moment()),
			Answer: fmt.Sprintf("%s ended %s%s", p.name(), p.code(), p.lastWords()),
			Key:    p.key,
			Remedy: "find out why it ended: nothing was asked of it after that",
		}, append(p.rests, Dependent{Address: from})...)
		return true
	}
	return false
}

// moment says how far the run had come.
func (s *Session) moment() string {
	return fmt.Sprintf("at %s, after %d requests", time.Now().Format("15:04:05"), s.limiter.sent())
}
