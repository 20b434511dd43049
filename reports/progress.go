package reports

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Progress follows a run for people: on a terminal in one live line, elsewhere
// in plain lines. It is safe for use by several goroutines. It masks by itself
// what it is given.
type Progress struct {
	w   io.Writer
	red *Redactor
	Terminal
	// Now tells the time; it limits how often the live line is drawn.
	Now func() time.Time

	mu    sync.Mutex
	total int
	count Summary
	drawn time.Time
	live  bool            // a live line stands on the screen
	tenth int             // tenths of the run that plain lines have told of
	told  map[string]bool // causes of which a line has told
	ran   int             // cases until then that were not skipped
	err   error
}

// NewProgress makes a progress that writes to w and masks with red.
func NewProgress(w io.Writer, red *Redactor, t Terminal) *Progress {
	if red == nil {
		red = NewRedactor()
	}
	return &Progress{w: w, red: red, Terminal: t, Now: time.Now, told: map[string]bool{}}
}

// DetectTerminal looks at a file and the environment: a live line on a
// terminal that can move its cursor, outside CI; colours there, unless
// NO_COLOR is set, or anywhere with FORCE_COLOR or CLICOLOR_FORCE; the width of
// the terminal, or COLUMNS.
func DetectTerminal(f *os.File, getenv func(string) string) Terminal {
	width, isTerminal := terminalWidth(f)
	if columns, err := strconv.Atoi(getenv("COLUMNS")); err == nil && columns > 0 {
		width = columns
	}
	capable := isTerminal && getenv("TERM") != "dumb"
	forced := slices.Contains([]string{"1", "2", "3", "true"}, getenv("FORCE_COLOR")) || getenv("CLICOLOR_FORCE") == "1"
	ci := getenv("CI") != "" && getenv("CI") != "false"
	return Terminal{
		Live:  capable && !ci,
		Color: (capable || forced) && getenv("NO_COLOR") == "",
		Width: width,
	}
}

// Start tells how many cases will run.
func (p *Progress) Start(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
	if !p.Live {
		p.write("running " + plural(total, "case") + "\n")
	}
}

// Done tells that a case has ended.
func (p *Progress) Done(c Case) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count.add(c.Verdict)
	switch c.Verdict {
	case Failed, Errored, Warned, Inconclusive:
		p.found(c)
	}
	if p.Live {
		p.draw(c)
	} else {
		p.plainLine()
	}
}

// Finish writes the report of the whole run: failures, skips and the verdict.
func (p *Progress) Finish(redacted Redacted) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	page := &page{Terminal: p.Terminal}
	page.run(&redacted.run)
	p.write(page.String())
	return p.err
}

// mostFound is of how many causes a line tells while the run goes on; the report at
// its end has them all.
const mostFound = 10

// found tells of a finding in a line if it is the first of its cause.
func (p *Progress) found(c Case) {
	cause := c.Cause()
	if p.told[cause] || len(p.told) > mostFound {
		return
	}
	p.told[cause] = true
	if len(p.told) > mostFound {
		p.tell("… and findings with other causes, told at the end")
		return
	}
	p.tell(p.sign(c.Verdict) + " " + clip(oneLine(p.red.Text(c.Title())), p.width()-2))
}

// tell writes a line that stays.
func (p *Progress) tell(line string) {
	p.clear()
	p.write(line + "\n")
}

const betweenDraws = 50 * time.Millisecond

// draw draws the live line, not more often than an eye can follow.
func (p *Progress) draw(c Case) {
	now := p.Now()
	if p.live && now.Sub(p.drawn) < betweenDraws {
		return
	}
	p.drawn = now
	text := p.counter()
	if room := p.width() - 1 - runeLen(text) - 2; room > 10 {
		text += "  " + clip(oneLine(p.red.Text(c.Title())), room)
	}
	p.clear()
	p.write("\x1b[?7l" + clip(text, p.width()-1) + "\x1b[?7h")
	p.live = true
}

// counter is how far the run is: 412/1500 ✓400 ✗3 –9.
func (p *Progress) counter() string {
	parts := []string{fmt.Sprintf("%d/%d", p.count.Total, p.total)}
	for _, v := range []Verdict{Passed, Failed, Errored, Warned, Inconclusive, Skipped} {
		if n := p.count.Of(v); n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", signs[v], n))
		}
	}
	return strings.Join(parts, " ")
}

// clear wipes the live line.
func (p *Progress) clear() {
	if p.live {
		p.write("\r\x1b[2K")
		p.live = false
	}
}

// plainLine tells of every tenth of the run in which a case was run: those that are
// skipped take no time.
func (p *Progress) plainLine() {
	if p.total == 0 {
		return
	}
	ran := p.count.Total - p.count.Skipped
	if tenth := p.count.Total * 10 / p.total; tenth > p.tenth && ran > p.ran {
		p.tenth, p.ran = tenth, ran
		p.write(p.counter() + "\n")
	}
}

func (p *Progress) write(s string) {
	if _, err := io.WriteString(p.w, s); err != nil && p.err == nil {
		p.err = fmt.Errorf("writing progress: %w", err)
	}
}
