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

// Progress follows a run for people: on a terminal in two live lines, elsewhere
// in plain lines. It is safe for use by several goroutines. It masks by itself
// what it is given.
type Progress struct {
	w   io.Writer
	red *Redactor
	Terminal
	// Now tells the time; it limits how often the live line is drawn.
	Now func() time.Time

	mu     sync.Mutex
	total  int
	count  Summary
	began  time.Time
	pulse  func(time.Time) Pulse // nil: it has none
	title  string                // of the newest case
	drawn  time.Time
	said   time.Time       // of the newest plain line
	live   bool            // the live lines stand on the screen
	end    chan struct{}   // closed when nothing is drawn any more
	tenth  int             // tenths of the run that plain lines have told of
	told   map[string]bool // causes of which a line has told
	titles titles          // that were cut
	ran    int             // cases until then that were not skipped
	err    error
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
	p.began = p.Now()
	p.said = p.began
	if !p.Live {
		p.write("running " + plural(total, "case") + "\n")
	}
}

// Follow asks a run that has begun how far it is, every second until Finish: while
// nothing happens a person wants to know why.
func (p *Progress) Follow(pulse func(now time.Time) Pulse) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pulse = pulse
	if p.end != nil {
		return
	}
	p.end = make(chan struct{})
	go p.tick(time.NewTicker(time.Second), p.end)
}

func (p *Progress) tick(every *time.Ticker, end chan struct{}) {
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.beat()
		case <-end:
			return
		}
	}
}

// silence is how long nothing is written where there is no terminal: what starts jobs
// takes one that is silent for dead.
const silence = 30 * time.Second

// Aside returns a writer for what is said beside the progress, on standard error for
// example: the live lines make way for it.
func (p *Progress) Aside(w io.Writer) io.Writer { return aside{p, w} }

type aside struct {
	progress *Progress
	w        io.Writer
}

func (a aside) Write(b []byte) (int, error) {
	a.progress.mu.Lock()
	defer a.progress.mu.Unlock()
	a.progress.clear()
	return a.w.Write(b)
}

// beat tells how far the run is though no case has ended.
func (p *Progress) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch now := p.Now(); {
	case p.end == nil: // it has finished meanwhile
	case p.Live:
		p.draw(now)
	case now.Sub(p.said) >= silence:
		p.said = now
		p.write(p.far(now) + "\n")
		if waits := p.waits(now); waits != "" {
			p.write(clip(waits, p.width()) + "\n")
		}
	}
}

// far is how far the run is, with its time.
func (p *Progress) far(now time.Time) string {
	if p.pulse == nil {
		return p.counter()
	}
	return p.counter() + " · " + p.pulse(now).words(now.Sub(p.began))
}

// waits says what the run waits for; empty: nothing.
func (p *Progress) waits(now time.Time) string {
	if p.pulse == nil {
		return ""
	}
	if reason := p.pulse(now).Waits; reason != "" {
		return "waiting: " + oneLine(p.red.Text(reason))
	}
	return ""
}

// Done tells that a case has ended.
func (p *Progress) Done(c Case) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count.Count(c.Verdict)
	switch c.Verdict {
	case Failed, Errored, Warned, Inconclusive:
		p.found(c)
	}
	p.title = c.Title()
	if now := p.Now(); p.Live && (!p.live || now.Sub(p.drawn) >= betweenDraws) {
		p.draw(now)
	} else if !p.Live {
		p.plainLine()
	}
}

// Finish writes the report of the whole run: failures, skips and the verdict.
func (p *Progress) Finish(redacted Redacted) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end != nil {
		close(p.end)
		p.end = nil
	}
	p.clear()
	page := &page{Terminal: p.Terminal, titles: &p.titles}
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
	p.tell(p.sign(c.Verdict) + " " + p.titles.cut(oneLine(p.red.Text(c.Title())), p.width()-2))
}

// tell writes a line that stays.
func (p *Progress) tell(line string) {
	p.clear()
	p.write(line + "\n")
}

// betweenDraws is as often as an eye can follow.
const betweenDraws = 50 * time.Millisecond

// draw draws the live lines: how far the run is, and below it the newest case or what
// is waited for.
func (p *Progress) draw(now time.Time) {
	p.drawn = now
	below := p.waits(now)
	if below == "" {
		below = oneLine(p.red.Text(p.title))
	}
	p.clear()
	const noWrap, wrap = "\x1b[?7l", "\x1b[?7h"
	p.write(noWrap + clip(p.far(now), p.width()-1) + "\n" + shorten(below, p.width()-1) + wrap)
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

// clear wipes the live lines.
func (p *Progress) clear() {
	if p.live {
		p.write("\r\x1b[2K\x1b[1A\x1b[2K")
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
		now := p.Now()
		p.tenth, p.ran, p.said = tenth, ran, now
		p.write(p.far(now) + "\n")
	}
}

func (p *Progress) write(s string) {
	if _, err := io.WriteString(p.w, s); err != nil && p.err == nil {
		p.err = fmt.Errorf("writing progress: %w", err)
	}
}
