package reports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dpopspec/dpopspec/internal/browsertest"
)

// show opens the report of a run.
func show(t *testing.T, ctx context.Context, run Run) {
	t.Helper()
	page := filepath.Join(t.TempDir(), "report.html")
	if _, err := Write([]Output{{"html", page}}, NewRedactor(sampleClientSecret).Run(run), nil); err != nil {
		t.Fatal(err)
	}
	browsertest.Do(t, ctx, chromedp.Navigate("file://"+page))
}

func TestHeadlessReadsInEveryWindowWhateverStrangersSay(t *testing.T) {
	ctx := browsertest.Tab(t)
	for name, run := range map[string]Run{
		"sample": sampleRun(), "hostile": hostileRun(), "blocked": blockedRun(), "bad": badAPI(60, 3),
	} {
		show(t, ctx, run)
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 390} {
				browsertest.Dress(t, ctx, width, scheme)
				for _, state := range []string{"closed", "open"} {
					browsertest.JS[bool](t, ctx, fmt.Sprintf(`(document.querySelectorAll('details').forEach(d => { d.open = %v || d.hasAttribute('data-was'); }), true)`, state == "open"))
					shown := fmt.Sprintf("%s-%s-%d-%s", name, scheme, width, state)
					for what, script := range browsertest.Faults {
						if found := browsertest.JS[[]string](t, ctx, script); len(found) > 0 {
							t.Errorf("%s: %s:\n  %s", shown, what, strings.Join(found[:min(len(found), 8)], "\n  "))
						}
					}
					if os.Getenv("DPOPSPEC_PICTURES") == "" {
						continue
					}
					for i, at := range []string{"h1", "#filter", "#broken, #set-up", "#broken article:nth-of-type(2), #broken .evidence", "#broken .exchange", "#requirements", "#measured", "#cases"} {
						if browsertest.JS[bool](t, ctx, fmt.Sprintf(`(() => { document.documentElement.style.scrollBehavior = 'auto'; const e = document.querySelector('%s'); e?.scrollIntoView(); return !!e; })()`, at)) {
							browsertest.Picture(t, ctx, fmt.Sprintf("%s-%d", shown, i))
						}
					}
				}
			}
		}
	}
	if browsertest.JS[string](t, ctx, `document.title`) == "owned" {
		t.Error("a stranger's script ran")
	}
}
