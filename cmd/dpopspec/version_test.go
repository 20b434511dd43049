package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/longtable"
	"github.com/dpopspec/dpopspec/internal/version"
)

func TestTheVersionIsPrinted(t *testing.T) {
	for flag, want := range map[string]string{
		"version":   "dpopspec " + version.Number + "\n" + built(),
		"--version": "dpopspec version " + version.Number + "\n",
	} {
		if code, out := call(t, flag); code != exitConformant || out != want {
			t.Errorf("%s: exit code %d, %q", flag, code, out)
		}
	}
}

func TestTheBuildMaySayWhichVersionItIs(t *testing.T) {
	longtable.Once(t)
	program := filepath.Join(t.TempDir(), "dpopspec")
	const given = "-X github.com/dpopspec/dpopspec/internal/version.given=1.2.3 " +
		"-X github.com/dpopspec/dpopspec/internal/version.commit=0123abcd"
	build := exec.Command("go", "build", "-ldflags", given, "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command(program, "version").Output(); err != nil || !strings.HasPrefix(string(out), "dpopspec 1.2.3\ncommit 0123abcd\nbuilt by go") {
		t.Errorf("%q, %v", out, err)
	}
}
