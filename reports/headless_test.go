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

// sights are what pictures are taken of.
var sights = []string{"h1", "#filter", "#set-up", "#broken", "#broken .exchange", "#requirements", "#measured", "#cases"}

func TestHeadlessReadsInEveryWindowWhateverStrangersSay(t *testing.T) {
	ctx := browsertest.Tab(t)
	for name, run := range map[string]Run{
		"sample": sampleRun(), "hostile": hostileRun(), "blocked": blockedRun(), "bad": badAPI(60, 3),
	} {
		show(t, ctx, run)
		for _, state := range []string{"closed", "open"} {
			if state == "open" {
				browsertest.JS[bool](t, ctx, `document.querySelectorAll('details').forEach(d => { d.open = true; }), true`)
			}
			for _, scheme := range []string{"light", "dark"} {
				for _, width := range []int64{1280, 390} {
					browsertest.Dress(t, ctx, width, scheme)
					judge(t, ctx, fmt.Sprintf("%s-%s-%d-%s", name, scheme, width, state))
				}
			}
		}
	}
	if browsertest.JS[string](t, ctx, `document.title`) == "owned" {
		t.Error("a stranger's script ran")
	}
}

// judge says what is wrong with how the page looks, and takes pictures of it.
func judge(t *testing.T, ctx context.Context, shown string) {
	t.Helper()
	for what, script := range browsertest.Faults {
		if found := browsertest.JS[[]string](t, ctx, script); len(found) > 0 {
			t.Errorf("%s: %s:\n  %s", shown, what, strings.Join(found[:min(len(found), 8)], "\n  "))
		}
	}
	if os.Getenv("DPOPSPEC_PICTURES") == "" {
		return
	}
	for i, at := range sights {
		script := fmt.Sprintf(`(e => { e?.scrollIntoView(); return !!e; })(document.querySelector('%s'))`, at)
		if browsertest.JS[bool](t, ctx, script) {
			browsertest.Picture(t, ctx, fmt.Sprintf("%s-%d", shown, i))
		}
	}
}
