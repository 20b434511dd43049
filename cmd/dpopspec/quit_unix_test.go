//go:build unix

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A fault of ours is no bad usage, in whatever goroutine it is.
func TestAPanicIsNoBadUsage(t *testing.T) {
	p := program("inspect")
	p.Env = append(p.Env, asMain+"=faulty")
	input, err := p.StdinPipe() // in which nothing comes
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if code := p.code(t); code != 1000+int(syscall.SIGABRT) || !strings.Contains(p.stderr.String(), "a fault of ours") {
		t.Errorf("exit code %d: %.2000s", code, p.stderr.String())
	}
}

// Each signal ends serve with its report, the second one at once, and none with a list of
// goroutines; also where a shell has made it ignored.
func TestEverySignalIsObeyed(t *testing.T) {
	for name, signals := range map[string][]syscall.Signal{
		"INT": {syscall.SIGINT}, "TERM": {syscall.SIGTERM}, "HUP": {syscall.SIGHUP}, "QUIT": {syscall.SIGQUIT},
		"QUIT twice": {syscall.SIGQUIT, syscall.SIGQUIT}, "ignored INT": {syscall.SIGINT}, "ignored QUIT": {syscall.SIGQUIT},
	} {
		for _, page := range []string{"", "--ui"} {
			t.Run(strings.TrimSpace(name+" "+page), func(t *testing.T) {
				t.Parallel()
				report := filepath.Join(t.TempDir(), "report.json")
				args := []string{"serve", "--as", "127.0.0.1:0", "--api", "127.0.0.1:0", "--format", "pretty,json:" + report}
				if page != "" {
					args = append(args, page)
				}
				p := program(args...)
				if strings.HasPrefix(name, "ignored") {
					given := append([]string{"-c", `trap "" INT QUIT; exec "$0" "$@"`}, p.Args...)
					p.Path, p.Args = "/bin/sh", append([]string{"sh"}, given...)
				}
				read, write, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer read.Close()
				p.Stdout = write
				err = p.Start()
				write.Close()
				if err != nil {
					t.Fatal(err)
				}
				if !comes(read, "Press Ctrl-C") {
					t.Error("serve does not begin")
				}
				go io.Copy(io.Discard, read)
				for _, signal := range signals {
					p.Process.Signal(signal)
				}
				last := 128 + int(signals[len(signals)-1])
				code := p.code(t)
				// No request came with a proof, so nothing was tested.
				if code != exitCouldNotTest && (len(signals) < 2 || code != last) ||
					strings.Contains(p.stderr.String(), "goroutine") {
					t.Errorf("exit code %d: %.2000s", code, p.stderr.String())
				}
				if info, err := os.Stat(report); len(signals) < 2 && (err != nil || info.Size() == 0) {
					t.Errorf("there is no report: %v", err)
				}
			})
		}
	}
}

// comes reads until a text has come; what comes at all comes within patience.
func comes(from *os.File, text string) bool {
	from.SetReadDeadline(time.Now().Add(patience))
	defer from.SetReadDeadline(time.Time{})
	var said strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), text) {
		n, err := from.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			return false
		}
	}
	return true
}
