package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dpopspec/dpopspec/internal/version"
)

func TestTheVersionIsPrinted(t *testing.T) {
	for flag, want := range map[string]string{"version": "dpopspec ", "--version": "dpopspec version "} {
		if code, out := call(t, flag); code != exitConformant || out != want+version.Number+"\n" {
			t.Errorf("%s: exit code %d, %q", flag, code, out)
		}
	}
}

func TestTheBuildMaySayWhichVersionItIs(t *testing.T) {
	program := filepath.Join(t.TempDir(), "dpopspec")
	const given = "-X github.com/dpopspec/dpopspec/internal/version.given=1.2.3"
	build := exec.Command("go", "build", "-ldflags", given, "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.Command(program, "version").Output(); err != nil || string(out) != "dpopspec 1.2.3\n" {
		t.Errorf("%q, %v", out, err)
	}
}
