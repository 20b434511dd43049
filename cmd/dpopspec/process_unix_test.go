//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/longtable"
)

// patience is how long something may take that happens, on a machine that has much to do.
const patience = 3 * time.Minute

// asMain lets the test be the program itself.
const asMain = "DPOPSPEC_TEST_AS_MAIN"

func TestMain(m *testing.M) {
	if as := os.Getenv(asMain); as != "" {
		os.Unsetenv(asMain)
		if as == "faulty" {
			time.AfterFunc(time.Second, func() { panic("a fault of ours") })
		}
		main()
		return
	}
	// What a process ignores its children ignore too, and the tests may run under nohup, or
	// behind a shell's &: a signal that is listened for is its children's default again.
	for _, one := range []os.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT} {
		if signal.Ignored(one) {
			signal.Notify(make(chan os.Signal, 1), one)
		}
	}
	os.Exit(m.Run())
}

// process is the program as a process of its own.
type process struct {
	*exec.Cmd
	stderr said
}

// said is what somebody writes, to be looked at while they do.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func program(args ...string) *process {
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(os.Environ(), asMain+"=1")
	p.Stderr = &p.stderr
	return p
}

// code waits for its end and returns its exit code, or 1000 and the signal.
func (p *process) code(t *testing.T) int {
	t.Helper()
	late := time.AfterFunc(patience, func() { p.Process.Kill() })
	p.Wait()
	if !late.Stop() {
		t.Errorf("it does not end: %s", p.stderr.String())
	}
	if status := p.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return 1000 + int(status.Signal())
	}
	return p.ProcessState.ExitCode()
}

func fifo(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// closedPipe is standard output that nobody reads any more.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	t.Cleanup(func() { write.Close() })
	return write
}

func TestStandardOutputThatTakesNothingLosesNothingElse(t *testing.T) {
	report := filepath.Join(t.TempDir(), "earlier.json")
	if code, out := call(t, "run", "--id", "RFC9449-4.3-43", "--format", "json:"+report); code != 0 {
		t.Fatal(out)
	}
	feature := write(t, "own.feature", "Feature: x\n")
	for name, args := range map[string][]string{
		"run":     {"run", "--id", "RFC9449-4.3-43", "--format", "pretty,json:FILE"},
		"merge":   {"merge", report, "--format", "annotations,json:FILE"},
		"json":    {"run", "--id", "RFC9449-4.3-43", "--format", "json:-,junit:FILE"},
		"list":    {"list"},
		"steps":   {"steps"},
		"check":   {"check", "--id", "RFC9449-4.3-43"},
		"schema":  {"check", "--schema"},
		"inspect": {"inspect", `{"kty": "EC"}`},
		"lint":    {"lint", feature},
		"version": {"version"},
	} {
		for kind := range map[string]bool{"closed": true, "full": true} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "file")
				var given []string
				for _, arg := range args {
					given = append(given, strings.ReplaceAll(arg, "FILE", file))
				}
				p := program(given...)
				p.Stdout = closedPipe(t)
				if kind == "full" {
					full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
					if err != nil {
						t.Skip(err)
					}
					defer full.Close()
					p.Stdout = full
				}
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				code, want := p.code(t), exitCouldNotTest
				if name == "inspect" { // the verdict stays
					want = exitNotConformant
				}
				if code != want || !strings.Contains(p.stderr.String(), "standard output takes nothing more (") {
					t.Errorf("exit code %d: %s", code, p.stderr.String())
				}
				if info, err := os.Stat(file); strings.Contains(strings.Join(args, " "), "FILE") &&
					(err != nil || info.Size() == 0) {
					t.Errorf("the report is lost: %v", err)
				}
			})
		}
	}
}

func TestAReportThatCannotBeWrittenIsNoBadUsage(t *testing.T) {
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "good.json"), filepath.Join(folder, "good.json", "bad.xml")
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"run", "--id", "RFC9449-4.3-43", "--format", "pretty,junit:" + bad + ",json:" + good}
	code, out := call(t, args...)
	if code != exitCouldNotTest || !strings.Contains(out, "writing the junit report to "+bad) ||
		!strings.Contains(out, "reports: "+good+"\n") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// inputs are what each command reads from a file, FILE.
var inputs = map[string][]string{
	"run, configuration":   {"run", "-c", "FILE"},
	"run, feature":         {"run", "FILE"},
	"run, --known":         {"run", "--known", "FILE"},
	"run, --rerun":         {"run", "--rerun", "FILE"},
	"check, configuration": {"check", "-c", "FILE"},
	"list, configuration":  {"list", "-c", "FILE"},
	"list, feature":        {"list", "FILE"},
	"lint, feature":        {"lint", "FILE"},
	"merge, report":        {"merge", "FILE"},
	"diff, report":         {"diff", "FILE", "FILE"},
	"inspect, file":        {"inspect", "--file", "FILE"},
	"inspect, input":       {"inspect"},
	"run, key":             {"run", "-c", "CONFIG"},
	"keys":                 {"keys", "thumbprint", "FILE"},
	"run, --write-known":   {"run", "--write-known", "FILE"},
}

func command(t *testing.T, args []string, file string) *process {
	t.Helper()
	var given []string
	for _, arg := range args {
		arg = strings.ReplaceAll(arg, "FILE", file)
		if arg == "CONFIG" {
			arg = write(t, "target.yaml", "key:\n  file: '"+file+"'\n")
		}
		given = append(given, arg)
	}
	p := program(given...)
	if len(args) == 1 {
		p.Stdin, _ = os.OpenFile(file, os.O_RDWR, 0) // a pipe in which nothing comes
	}
	return p
}

// opened is the end for writing of a pipe, once somebody reads it.
func opened(t *testing.T, file string) *os.File {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if f, err := os.OpenFile(file, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			return f
		}
	}
	t.Fatal("nobody reads it")
	return nil
}

// A pipe that nobody writes to, and one that somebody holds open.
func TestASignalEndsACommandThatReads(t *testing.T) {
	for name, args := range inputs {
		for kind, signal := range map[string]syscall.Signal{
			"interrupted": syscall.SIGINT, "terminated": syscall.SIGTERM, "hung up": syscall.SIGHUP,
			"quit": syscall.SIGQUIT,
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				file := fifo(t, "input.feature")
				p := command(t, args, file)
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				if p.Stdin == nil { // it has begun to read once this returns
					defer opened(t, file).Close()
				} else {
					time.Sleep(time.Second) // a signal that comes too early ends it as well, with 1000
				}
				p.Process.Signal(signal)
				if code := p.code(t); code != 128+int(signal) && !(p.Stdin != nil && code == 1000+int(signal)) {
					t.Errorf("exit code %d: %s", code, p.stderr.String())
				}
			})
		}
	}
}

// bounded is what is said of an input that is too long.
var bounded = regexp.MustCompile(`more than \d+ MiB`)

func TestAnInputThatNeverEndsIsAnError(t *testing.T) {
	longtable.Once(t)
	for name, args := range inputs {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "input.feature")
			if err := os.Symlink("/dev/zero", file); err != nil {
				t.Fatal(err)
			}
			p := command(t, args, file)
			if p.Stdin != nil { // by a pipe: a device is taken for a terminal
				p.Stdin = struct{ io.Reader }{p.Stdin}
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			code := p.code(t)
			if code != exitUsage || len(p.stderr.String()) > 2000 || name != "merge, report" &&
				name != "diff, report" && name != "run, --rerun" && !bounded.MatchString(p.stderr.String()) {
				t.Errorf("exit code %d: %.2000s", code, p.stderr.String())
			}
		})
	}
}

func TestAReportThatNeverEndsIsAnError(t *testing.T) {
	file := fifo(t, "report.json")
	p := program("merge", file)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for err == nil {
		_, err = f.Write(spaces)
	}
	if code := p.code(t); code != exitUsage || !strings.Contains(p.stderr.String(), "more than 256 MiB") {
		t.Errorf("exit code %d: %s", code, p.stderr.String())
	}
}

// The second signal ends at once, and the programs too, whatever they do.
func TestTheSecondSignalEndsTheProgramsToo(t *testing.T) {
	for name, last := range map[string]syscall.Signal{
		"second": syscall.SIGTERM, "hung up": syscall.SIGHUP, "killed": syscall.SIGKILL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := fifo(t, "held")
			// What it reads is written once the watchdog has been told of it: a crash of ours in
			// the moment before leaves what it has started until then.
			script := `trap "" INT TERM HUP; read hello; (exec 3> "$HELD"; sleep 600) & while :; do sleep 600; done`
			config := write(t, "target.yaml", "client:\n  command: [sh, -c, '"+script+"']\n")
			p := program("run", "-c", config, "--format", "pretty")
			p.Env = append(p.Env, "HELD="+held)
			p.Stdout = io.Discard
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(held) // it runs once this returns
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if name == "second" {
				p.Process.Signal(syscall.SIGINT)
			}
			p.Process.Signal(last)
			code := p.code(t)
			if name == "killed" && code != 1000+int(syscall.SIGKILL) || name == "hung up" && code != exitCouldNotTest ||
				name == "second" && code != 143 && code != exitCouldNotTest {
				t.Errorf("exit code %d: %s", code, p.stderr.String())
			}
			f.SetReadDeadline(time.Now().Add(patience))
			if _, err := io.Copy(io.Discard, f); err != nil {
				t.Errorf("something of it still runs: %v", err)
			}
		})
	}
}
