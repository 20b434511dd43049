//go:build unix

package reports

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestReportsDoNotFailTogether(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	must(os.Mkdir(at("folder"), 0o700), os.WriteFile(at("file"), nil, 0o600), os.Mkdir(at("sealed"), 0o500),
		os.Symlink("loop-2", at("loop-1")), os.Symlink("loop-1", at("loop-2")),
		syscall.Mkfifo(at("nobody-reads"), 0o600), syscall.Mkfifo(at("read"), 0o600),
		os.Symlink("later/run.json", at("dangling")), os.Symlink("dangling", at("dangling-twice")))
	bad := map[string]string{
		at("folder"):       "is a directory",
		at("file/run.xml"): "not a directory",
		at("loop-1"):       "leads nowhere",
		at("nobody-reads"): "nobody reads this pipe",
	}
	if os.Getuid() != 0 {
		bad[at("sealed/run.json")] = "permission denied"
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		bad["/dev/full"] = "no space left"
	}
	read := make(chan string)
	go func() {
		f, err := os.Open(at("read"))
		if err != nil {
			read <- err.Error()
			return
		}
		text, _ := io.ReadAll(f)
		read <- string(text)
	}()
	outputs := []Output{{"json", at("good.json")}, {"junit", at("read")}, {"markdown", at("dangling-twice")}}
	want := len(outputs)
	for path := range bad {
		outputs = append([]Output{{"json", path}}, outputs...)
	}
	written, err := Write(outputs, redactedSample(), nil)
	if len(written) != want {
		t.Errorf("written: %v", written)
	}
	for path, says := range bad {
		if err == nil || !strings.Contains(err.Error(), "writing the json report to "+path+": ") ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%s, %q: %v", path, says, err)
		}
	}
	if text := <-read; !strings.HasPrefix(text, "<?xml") {
		t.Errorf("through the pipe came %.60q", text)
	}
	for _, name := range []string{"good.json", "later/run.json"} {
		if text, err := os.ReadFile(at(name)); len(text) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if to, err := os.Readlink(at("dangling")); err != nil || to != "later/run.json" {
		t.Errorf("the link is another one now: %q, %v", to, err)
	}
}
