package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A signal that comes before anything is done: what is written says that nothing is known,
// and no exit code says that all is well, or that the command was used badly.
func TestWhatIsInterruptedDeliversAndIsNeverWell(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for name, args := range map[string][]string{
		"run":               {"run", "--id", "RFC9449-4.3-43", "--format", "json:FILE"},
		"run for zero":      {"run", "--id", "RFC9449-4.3-43", "--format", "json:FILE", "--exit-zero"},
		"surroundings":      {"surroundings", "--id", "SU-12", "--format", "json:FILE"},
		"mutants":           {"mutants", "--id", "PV-017", "--format", "json:FILE"},
		"real mutants":      {"mutants", "--real", "--id", "PV-017", "--format", "json:FILE"},
		"mutants to output": {"mutants", "--id", "PV-017", "--format", "json:-"},
		"check":             {"check", "--id", "RFC9449-4.3-43"},
		"check by trying":   {"check", "--try", "--id", "RFC9449-4.3-43"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "report.json")
			var given []string
			for _, arg := range args {
				given = append(given, strings.ReplaceAll(arg, "FILE", file))
			}
			command := root()
			var stdout, stderr bytes.Buffer
			command.SetOut(&stdout)
			command.SetErr(&stderr)
			command.SetArgs(given)
			if code := execute(over, command); code != exitCouldNotTest {
				t.Errorf("exit code %d: %s%s", code, stdout.String(), stderr.String())
			}
			if args[0] == "check" {
				if strings.Contains(stdout.String(), "Ready") {
					t.Error(stdout.String())
				}
				return
			}
			text, err := os.ReadFile(file)
			if strings.HasSuffix(args[len(args)-1], "-") {
				text, err = stdout.Bytes(), nil
			}
			var document struct{ Interrupted bool }
			if err == nil {
				err = json.Unmarshal(text, &document)
			}
			if err != nil || !document.Interrupted {
				t.Errorf("%v: %.300s\n%s", err, text, stderr.String())
			}
		})
	}
}
