package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/features"
)

func TestAChosenMutantPlaysTheCasesThatConcernItAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mutants.json")
	code, out := call(t, "mutants", "--id", "PV-017@par", "--format", "json:"+file)
	summary := regexp.MustCompile(`1 of 1 mutants killed, honest parties: 0 failures in (\d+) cases`)
	played := summary.FindStringSubmatch(out)
	if code != exitConformant || played == nil {
		t.Fatalf("exit code %d: %s", code, out)
	}
	if n, _ := strconv.Atoi(played[1]); n < 1 || n > 100 {
		t.Errorf("%d cases were played", n)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Mutants []struct {
			ID, Name, Party, Endpoint string
			Level                     string
			Killed                    bool
			By                        []string
		}
		Honest struct{ Failed *int }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Mutants) != 1 || document.Honest.Failed == nil || *document.Honest.Failed != 0 {
		t.Fatalf("%s", text)
	}
	m := document.Mutants[0]
	if m.ID != "PV-017" || m.Name != "PV-017@par/uncompared" || m.Party != "as" || m.Endpoint != "par" {
		t.Errorf("%+v", m)
	}
	if !slices.Contains(features.Levels, m.Level) {
		t.Errorf("%s is found at the level %q", m.Name, m.Level)
	}
	if !m.Killed || len(m.By) == 0 {
		t.Errorf("%s: killed %v, by %v", m.Name, m.Killed, m.By)
	}
	for _, id := range m.By {
		if !strings.HasSuffix(id, "@par") {
			t.Errorf("killed by %s, which is no case of the PAR endpoint", id)
		}
	}
}

// A bug under another profile needs no case of the default one.
func TestAMutantOfAProfileIsTriedUnderIt(t *testing.T) {
	code, out := call(t, "mutants", "--id", "AS-049")
	if code != exitConformant || !strings.Contains(out, "✓ AS-049") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestAMutantThatDoesNotExistIsAnErrorThatKnowsTheNearest(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--id", "PV-18"}, "the nearest name is PV-018"},
		{[]string{"--id", "PV-017@api/uncompard"}, "the nearest name is PV-017@api/uncompared"},
		{[]string{"--party", "api"}, "there are validator, as, rs, client"},
		{[]string{"--format", "xjson:out"}, `"xjson:out" is not text or json:FILE`},
	} {
		code, out := call(t, append([]string{"mutants"}, test.args...)...)
		if code != exitUsage || !strings.Contains(out, test.want) {
			t.Errorf("%v: exit code %d, %s; want %q", test.args, code, out, test.want)
		}
	}
}
