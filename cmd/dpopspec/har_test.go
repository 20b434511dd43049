package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnArchiveOfARunIsMaskedUnlessItIsRevealedAndItsFailureSparesTheReports(t *testing.T) {
	folder := t.TempDir()
	archive, report := filepath.Join(folder, "run.har"), filepath.Join(folder, "run.json")
	one := []string{"run", "--id", "RFC9449-4.3-43", "--format", "json:" + report, "--har"}
	if code, errs := call(t, append(one, archive)...); code != 0 {
		t.Fatal(code, errs)
	}
	masked, _ := os.ReadFile(archive)
	if !strings.Contains(string(masked), `"dpop"`) && !strings.Contains(string(masked), `"DPoP"`) {
		t.Errorf("no exchange with a proof: %.300s", masked)
	}
	code, errs := call(t, append(one, archive, "--reveal")...)
	revealed, _ := os.ReadFile(archive)
	if code != 0 || !strings.Contains(errs, "send it to nobody") || len(revealed) <= len(masked) {
		t.Errorf("ended with %d, %d octets after %d: %s", code, len(revealed), len(masked), errs)
	}
	os.Remove(report)
	if code, errs = call(t, append(one, folder)...); code != 3 || !strings.Contains(errs, folder) {
		t.Errorf("to a folder: ended with %d: %s", code, errs)
	}
	if _, err := os.Stat(report); err != nil {
		t.Error("the report was lost with it:", err)
	}
	if code, errs = call(t, "run", "--reveal"); code != 2 || !strings.Contains(errs, "--har") {
		t.Errorf("--reveal alone: ended with %d: %s", code, errs)
	}
}
