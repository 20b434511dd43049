package headless

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// processesOf lists the processes that a profile belongs to.
func processesOf(profile string) (pids []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		if line, err := os.ReadFile(file); err == nil && strings.Contains(string(line), "--user-data-dir="+profile) {
			pids = append(pids, filepath.Base(filepath.Dir(file)))
		}
	}
	return pids
}

// gone waits until neither processes nor profile are there any more.
func gone(t *testing.T, profile string, removed bool) {
	t.Helper()
	var pids []string
	for range 300 {
		pids = processesOf(profile)
		_, err := os.Stat(profile)
		if len(pids) == 0 && (os.IsNotExist(err) || !removed) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("there are still processes %q, or %s", pids, profile)
}

// alone lets profiles be made in a folder of the test and returns the one there is.
func profileIn(t *testing.T, folder string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "chromedp-runner*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("profiles: %q, %v", found, err)
	}
	if len(processesOf(found[0])) < 2 {
		t.Fatal("a browser has more than one process")
	}
	return found[0]
}

func TestNothingIsLeftOfABrowser(t *testing.T) {
	needsChromium(t)
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := newSite(t, plainForm, nil)
	b := opened(t, login.Browser{})
	if _, err := b.Authorize(t.Context(), s.request("abc")); err != nil {
		t.Fatal(err)
	}
	profile := profileIn(t, folder)
	b.Close()
	gone(t, profile, true)
	if _, err := b.Authorize(t.Context(), s.request("abc")); err == nil {
		t.Error("it logs in after its end")
	}
}

// A run that is killed takes its browser along.
func TestABrowserEndsWithItsRun(t *testing.T) {
	if address := os.Getenv("DPOPSPEC_TEST_SITE"); address != "" {
		b := New(Options{Settings: login.Browser{Form: &login.Form{}}, Transport: &http.Transport{}})
		_, err := b.Authorize(t.Context(), login.Request{
			Address: address + "/done", RedirectURI: redirectURI, Hosts: login.HostsOf(address),
		})
		fmt.Println("ready", err)
		select {}
	}
	needsChromium(t)
	folder := t.TempDir()
	s := newSite(t, plainForm, nil)
	run := exec.Command(os.Args[0], "-test.run", "^TestABrowserEndsWithItsRun$")
	run.Env = append(os.Environ(), "DPOPSPEC_TEST_SITE="+s.URL, "TMPDIR="+folder)
	out, err := run.StdoutPipe()
	if err == nil {
		err = run.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if line != "ready <nil>\n" {
		t.Errorf("got %q", line)
	}
	profile := profileIn(t, folder)
	run.Process.Signal(syscall.SIGKILL)
	run.Wait()
	gone(t, profile, false)
}
