package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInitWritesWhatRunsAtOnceAndOverwritesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shop")
	if code, out := call(t, "init", folder); code != exitConformant {
		t.Fatalf("exit code %d: %s", code, out)
	}
	config, features := filepath.Join(folder, "dpopspec.yaml"), filepath.Join(folder, "features")
	if code, out := call(t, "lint", features); code != exitConformant {
		t.Errorf("lint: exit code %d: %s", code, out)
	}
	report := "json:" + filepath.Join(folder, "run.json")
	if code, out := call(t, "run", features, "-c", config, "--strict", "--format", report); code != exitConformant {
		t.Errorf("run: exit code %d: %s", code, out)
	}
	before, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	code, out := call(t, "init", folder)
	if code != exitUsage || !strings.Contains(out, config+" exists already") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if after, err := os.ReadFile(config); err != nil || string(after) != string(before) {
		t.Error("the configuration was touched")
	}
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	code, out = call(t, "init", folder)
	if code != exitUsage || !strings.Contains(out, "example.feature exists already") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if _, err := os.Stat(config); err == nil {
		t.Error("half of the files were written")
	}
}

func TestLintNamesEveryMistakeAndItsPlace(t *testing.T) {
	file := write(t, "shop.feature", "Feature: Shop\n  @at:nowhere\n  Scenario: One\n    When I order\n")
	code, out := call(t, "lint", file)
	told := strings.Contains(out, file+":2:3: @at:") && strings.Contains(out, file+":4:5: no step is called")
	if code != exitUsage || !told {
		t.Errorf("exit code %d: %s", code, out)
	}
	if code, _ := call(t, "lint", filepath.Join(t.TempDir(), "missing")); code != exitUsage {
		t.Errorf("a missing path: exit code %d", code)
	}
}
