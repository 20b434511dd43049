package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASurroundingIsALineAndAnEntryOfTheDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "surroundings.json")
	code, out := call(t, "surroundings", "--id", "date-missing", "--seeds", "1", "--format", "json:"+file)
	if code != exitConformant || !strings.Contains(out, "✓ SU-09/date-missing") ||
		!strings.Contains(out, "1 of 1 rows hold: 0 false passes, 0 false failures") {
		t.Fatalf("exit code %d: %s", code, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Rows []struct {
			ID, Name, Does string
			Holds          bool
			Runs           []struct {
				Subject, Conformance string
				Disturbed, Requests  int
			}
		}
		Holding *int
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Rows) != 1 || document.Holding == nil || *document.Holding != 1 {
		t.Fatalf("%s", text)
	}
	row := document.Rows[0]
	if row.ID != "SU-09" || !row.Holds || len(row.Runs) != 2 || row.Runs[0].Disturbed == 0 || row.Runs[1].Requests == 0 {
		t.Errorf("%+v", row)
	}
}

func TestASurroundingThatDoesNotExistIsAnErrorThatKnowsTheNearest(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--id", "date-mising"}, "the nearest name is date-missing"},
		{[]string{"--seeds", "0"}, "--seeds: 0"},
		{[]string{"--format", "xjson:out"}, `"xjson:out" is not text or json:FILE`},
	} {
		code, out := call(t, append([]string{"surroundings"}, test.args...)...)
		if code != exitUsage || !strings.Contains(out, test.want) {
			t.Errorf("%v: exit code %d, %s; want %q", test.args, code, out, test.want)
		}
	}
}
