package runner

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/target"
)

// TestASoakChangesNoVerdictAndLeavesNothingBehind runs the built-in cases in one
// session again and again, so many as DPOPSPEC_SOAK says: 100000 with make soak. What
// one of them leaves behind, be it memory, a goroutine or a connection, shows.
func TestASoakChangesNoVerdictAndLeavesNothingBehind(t *testing.T) {
	wanted, err := strconv.Atoi(os.Getenv("DPOPSPEC_SOAK"))
	if err != nil {
		t.Skip("DPOPSPEC_SOAK says how many cases")
	}
	plan := builtIn(t)
	session, err := target.Open(t.Context(), target.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	// Those that wait take time and nothing else.
	plan.Cases = slices.DeleteFunc(plan.Cases, func(c *Case) bool { return c.Waits(session) })
	first := Execute(t.Context(), plan, session, Options{})
	verdicts := map[string]reports.Verdict{}
	for _, c := range first {
		verdicts[c.ID] = c.Verdict
	}
	first = nil
	before := leftBehind()
	ran := len(plan.Cases)
	for ran < wanted {
		plan.Cases = plan.Cases[:min(len(plan.Cases), wanted-ran)]
		for _, c := range Execute(t.Context(), plan, session, Options{}) {
			if c.Verdict != verdicts[c.ID] {
				t.Errorf("%s %s at first, and %s after %d cases: %s %s", c.ID, verdicts[c.ID], c.Verdict, ran, c.Reason, c.Actual)
			}
		}
		ran += len(plan.Cases)
	}
	after := leftBehind()
	t.Logf("%d cases; before %+v, after %+v", ran, before, after)
	if grown := float64(after.heap-before.heap) / float64(ran); grown > 256 {
		t.Errorf("%.0f octets are left of each case", grown)
	}
	if after.goroutines > before.goroutines+300 || after.files > before.files+100 {
		t.Errorf("goroutines or open files are left: %+v at first, %+v after %d cases", before, after, ran)
	}
}

// left is what a process holds.
type left struct{ heap, goroutines, files int }

func leftBehind() left {
	runtime.GC()
	runtime.GC() // what pools hold lives for two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	open, _ := os.ReadDir("/proc/self/fd") // of Linux; elsewhere they are not counted
	return left{int(m.HeapAlloc), runtime.NumGoroutine(), len(open)}
}
