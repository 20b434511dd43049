package dpoptest

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// spoken is what an API says that would like to command whoever tests it.
const spoken = "x\n::error::y\n  ::stop-commands::z\n##[group]a\n##vso[task.complete]\n##teamcity[b]\n" +
	"--- PASS: TestForged (0.00s)\n    --- FAIL: TestForged/c (0.00s)\n=== RUN   TestForged\n./d.go:1:2: e\n\x1b[2J"

// commanding is such an API.
func commanding(string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, spoken) })
}

func TestNothingThatAnAPISaysIsACommandInTheOutputOfGoTest(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^TestAChild$", "-test.v")
	child.Env = append(os.Environ(), "DPOPTEST_CHILD=a commander")
	out, err := child.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "TestForged") {
		t.Fatalf("%v: nothing of the API is told\n%s", err, out)
	}
	obeyed := regexp.MustCompile(`(?m)^\s*(::|(---|===) .*TestForged|\./d\.go)|##\w*\[|\x1b`)
	if found := obeyed.FindAllString(string(out), 5); found != nil {
		t.Errorf("%q in\n%s", found, out)
	}
}
