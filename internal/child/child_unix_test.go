//go:build unix

package child

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// enough is how long something may take that happens, on a machine that has much to do.
const enough = 2 * time.Minute

// sign is a named pipe that programs hold open for writing: its end is theirs.
type sign struct {
	path   string
	opened chan *os.File
}

func newSign(t *testing.T) *sign {
	t.Helper()
	s := &sign{filepath.Join(t.TempDir(), "held"), make(chan *os.File, 1)}
	if err := syscall.Mkfifo(s.path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, _ := os.Open(s.path) // returns when somebody has opened the other end
		s.opened <- f
	}()
	return s
}

// gone waits until nobody holds it any more.
func (s *sign) gone(t *testing.T) {
	t.Helper()
	select {
	case f := <-s.opened:
		defer f.Close()
		f.SetReadDeadline(time.Now().Add(enough))
		if _, err := io.Copy(io.Discard, f); err != nil {
			t.Errorf("what the program started still runs: %v", err)
		}
	case <-time.After(enough):
		t.Error("the program never started anything")
	}
}

// scripts are programs that do not end as they should. Each says "ready" once its
// helper holds the sign.
var scripts = map[string]string{
	"waits for its helper": `helper; echo ready; wait`,
	"has ended by itself":  `helper; echo ready; exit 0`,
	"has failed":           `helper; echo ready; exit 3`,
	"closes its output":    `helper; echo ready; exec >&-; sleep 600`,
	"ignores EOF":          `helper; echo ready; sleep 600`,
	"ignores all signals":  `trap "" TERM HUP INT PIPE; helper; echo ready; while :; do sleep 600; done`,
	"writes for ever":      `helper; echo ready; while :; do echo more; done`,
	"has a deaf helper":    `(trap "" TERM HUP; exec 3> "$HELD"; echo ready; while :; do sleep 600; done) & wait`,
}

// helper is in every script: a process that holds the sign, and no output.
const helper = `helper() { (exec 3> "$HELD" >/dev/null 2>&1; echo >&4; sleep 600) 4> "$UP" & read up < "$UP"; }; `

func spec(t *testing.T, script string, s *sign) Spec {
	t.Helper()
	up := filepath.Join(t.TempDir(), "up")
	if err := syscall.Mkfifo(up, 0o600); err != nil {
		t.Fatal(err)
	}
	return Spec{Args: []string{"sh", "-c", helper + script}, Env: append(os.Environ(), "HELD="+s.path, "UP="+up)}
}

// ready reads until a program says that it is, and goes on reading.
func ready(t *testing.T, from io.Reader) {
	t.Helper()
	lines := bufio.NewReader(from)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("it says %q, %v", line, err)
	}
	go io.Copy(io.Discard, lines)
}

func TestAProgramEndsWithAllThatItHasStarted(t *testing.T) {
	for name, script := range scripts {
		for way, end := range map[string]func(p *Process, cancel func()){
			"asked":     func(p *Process, _ func()) { p.End(time.Millisecond) },
			"cancelled": func(_ *Process, cancel func()) { cancel() },
			"killed":    func(p *Process, _ func()) { p.Kill() },
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				held := newSign(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				p, err := Start(ctx, spec(t, script, held))
				if err != nil {
					t.Fatal(err)
				}
				ready(t, p.Stdout)
				end(p, cancel)
				if !p.Within(enough) || p.State() == nil {
					t.Error("it has not ended")
				}
				held.gone(t)
			})
		}
	}
}

func TestWhatAProgramLeavesBehindEndsWithoutBeingAskedTo(t *testing.T) {
	for _, name := range []string{"has ended by itself", "has failed"} {
		held := newSign(t)
		p, err := Start(t.Context(), spec(t, scripts[name], held))
		if err != nil {
			t.Fatal(err)
		}
		ready(t, p.Stdout)
		held.gone(t)
		p.End(enough)
	}
}

func TestAServerMayGoToTheBackground(t *testing.T) {
	held := newSign(t)
	s := spec(t, `(exec 3> "$HELD"; echo ready; read never < "$UP"; sleep 600) & exit 0`, held)
	s.Background = true
	p, err := Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	ready(t, p.Stdout)
	if p.Within(100 * time.Millisecond) { // this can only be too kind
		t.Error("it was ended")
	}
	p.End(0)
	held.gone(t)
	if !p.Within(0) {
		t.Error("it has not ended")
	}
}

// What has left the group cannot be ended; it must not hold us up.
func TestWhoHasLeftTheGroupHoldsNobodyUp(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("there is no setsid here")
	}
	var said bytes.Buffer
	err := Run(t.Context(), Spec{Args: []string{"sh", "-c", "setsid sleep 30 & echo said"}}, "", &said)
	if err != nil || said.String() != "said\n" {
		t.Errorf("%q, %v", said.String(), err)
	}
}

func TestAProgramThatRunsToItsEnd(t *testing.T) {
	long := strings.Repeat("x", 300_000)
	for script, want := range map[string]struct {
		said string
		code int
	}{
		`cat`:                          {long, 0},
		`echo no input is read`:        {"no input is read\n", 0},
		`echo said; exit 7`:            {"said\n", 7},
		`(sleep 600) & echo said`:      {"said\n", 0},
		`echo said | (sleep 0.3; cat)`: {"said\n", 0},
	} {
		var said bytes.Buffer
		err := Run(t.Context(), Spec{Args: []string{"sh", "-c", script}}, long, &said)
		var exit *exec.ExitError
		code := 0
		if errors.As(err, &exit) {
			code = exit.ExitCode()
		} else if err != nil {
			t.Errorf("%s: %v", script, err)
		}
		if said.String() != want.said || code != want.code {
			t.Errorf("%s: %.40q, exit code %d", script, said.String(), code)
		}
	}
	if err := Run(t.Context(), Spec{Args: []string{"./no-such-program"}, Dir: t.TempDir()}, "", io.Discard); err == nil {
		t.Error("what is not there was started")
	}
	if err := Run(t.Context(), Spec{}, "", io.Discard); err == nil {
		t.Error("nothing was started")
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAProgramThatSaysTooMuchIsEnded(t *testing.T) {
	if err := Run(t.Context(), Spec{Args: []string{"yes"}}, "", full{}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

// However we end, the programs do too: the test starts itself, and ends itself.
func TestProgramsEndWithUs(t *testing.T) {
	if script := os.Getenv("CHILD_TEST_SCRIPT"); script != "" {
		p, err := Start(context.Background(), Spec{Args: []string{"sh", "-c", script}})
		if err != nil {
			t.Fatal(err)
		}
		ready(t, p.Stdout)
		fmt.Println("ready")
		if os.Getenv("CHILD_TEST_ENDS") == "all" {
			EndAll()
			if _, err := Start(context.Background(), Spec{Args: []string{"true"}}); !errors.Is(err, ErrOver) {
				t.Error(err)
			}
			os.Exit(0)
		}
		select {}
	}
	for name, script := range scripts {
		for _, way := range []string{"all", "killed", "quit"} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				held := newSign(t)
				s := spec(t, script, held)
				us := exec.Command(os.Args[0], "-test.run", "^TestProgramsEndWithUs$", "-test.v")
				us.Env = slices.Concat(s.Env, []string{"CHILD_TEST_SCRIPT=" + s.Args[2], "CHILD_TEST_ENDS=" + way})
				out, err := us.StdoutPipe()
				if err == nil {
					err = us.Start()
				}
				if err != nil {
					t.Fatal(err)
				}
				lines := bufio.NewScanner(out)
				for lines.Scan() && lines.Text() != "ready" {
				}
				switch way {
				case "killed":
					us.Process.Kill()
				case "quit":
					us.Process.Signal(syscall.SIGABRT)
				}
				go io.Copy(io.Discard, out)
				us.Wait()
				held.gone(t)
			})
		}
	}
}

func TestTheWatchdogKillsWhatIsLeft(t *testing.T) {
	var killed []int
	var mark string
	watch(strings.NewReader("us\n+11\n+12\n-11\n+1\n+0\nx\n+13\n-13\n+14\n+1"), func(g int) { killed = append(killed, g) },
		func(m string) { mark = m })
	slices.Sort(killed)
	if !slices.Equal(killed, []int{12, 14}) || mark != "us" {
		t.Error(killed, mark)
	}
}

// One that is killed is replaced, and told of all.
func TestAWatchdogThatHasGoneIsReplaced(t *testing.T) {
	p, err := Start(t.Context(), Spec{Args: []string{"sleep", "600"}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	groups.mu.Lock()
	watchdog.Close()
	groups.mu.Unlock()
	q, err := Start(t.Context(), Spec{Args: []string{"sleep", "600"}})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Kill()
	groups.mu.Lock()
	defer groups.mu.Unlock()
	if tell(q.group.leader) != nil {
		t.Error("nobody watches")
	}
}
