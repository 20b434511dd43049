package reports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// tab is a Chromium that shows pages. It skips the test, loudly, where there is none; the
// interop run demands one.
func tab(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.UserDataDir(t.TempDir()))
	allocated, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		if os.Getenv("DPOPSPEC_CHROMIUM") == "required" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v; make interop-install installs a Chromium", err)
	}
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// js is what a script says of the page.
func js[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%.200s: %v", script, err)
	}
	return value
}

// until waits for a script to be true.
func until(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](script)); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

// show opens the report of a run.
func show(t *testing.T, ctx context.Context, run Run) {
	t.Helper()
	page := filepath.Join(t.TempDir(), "report.html")
	if _, err := Write([]Output{{"html", page}}, NewRedactor(sampleClientSecret).Run(run), nil); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate("file://"+page))
}

// dress lets the page stand in a window of a width, in light or in dark.
func dress(t *testing.T, ctx context.Context, width int64, scheme string) {
	t.Helper()
	do(t, ctx, chromedp.EmulateViewport(width, 900))
	media := emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
}

// picture keeps what the window shows, for somebody to look at, where DPOPSPEC_PICTURES
// names a folder.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("DPOPSPEC_PICTURES")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// faint lists texts of the page whose contrast is below that of WCAG 2.2, 1.4.3 (AA): 4.5,
// or 3 for what is large. A colour is what the browser has computed, upon the nearest ground
// that is not transparent, with the opacity of all that is around it.
const faint = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = text => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = c => {
    const [r, g, b] = c.map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const known = new Map(), found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || at.closest('script, style, .ear, .not-bound') || !at.checkVisibility()) continue;
    const style = getComputedStyle(at);
    const grounds = []; let opacity = 1;
    for (let e = at; e; e = e.parentElement) {
      const s = getComputedStyle(e); opacity *= Number(s.opacity); grounds.push(s.backgroundColor);
    }
    const key = [style.color, opacity, style.fontSize, style.fontWeight, ...grounds].join();
    if (known.has(key)) continue;
    let ground = [255, 255, 255, 1];
    for (const g of grounds.reverse()) ground = over(rgba(g), ground);
    const color = rgba(style.color); color[3] *= opacity;
    const [a, b] = [light(over(color, ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), px = parseFloat(style.fontSize);
    const large = px >= 24 || px >= 18.66 && Number(style.fontWeight) >= 700;
    known.set(key, ratio);
    if (ratio < (large ? 3 : 4.5)) found.add(ratio.toFixed(2) + ' ' + at.tagName + '.' + at.className + ' ' + walker.currentNode.data.trim().slice(0, 40));
  }
  return [...found];
})()`

// wide lists what stands out of the window to the right, beside what scrolls by itself.
const wide = `(() => {
  const found = document.documentElement.scrollWidth > innerWidth ? ['the page: ' + document.documentElement.scrollWidth] : [];
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.checkVisibility() || e.closest('.ear, .skip, svg, thead')) continue;
    const box = e.getBoundingClientRect();
    if (box.width > 0 && box.right > innerWidth + 1) found.push(e.tagName + '.' + e.className + ' ' + Math.round(box.right) + ' ' + e.textContent.replace(/\s+/g, ' ').slice(0, 30));
    if (found.length > 8) break;
  }
  return found;
})()`

// tall lists what one text of a stranger makes higher than three windows.
const tall = `[...document.querySelectorAll('main h3, main p, main dd, main li > span, main figcaption, main pre, main td, main summary, .page-head dd, .page-head p, .page-head li, option')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 2700)
  .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().height) + ' in ' + e.parentElement.tagName + ' ' + e.textContent.replace(/\s+/g, ' ').slice(0, 30))`

// thin lists what is broken after each letter, because it was given no room.
const thin = `[...document.body.querySelectorAll('main *, .page-head *')]
  .filter(e => e.checkVisibility() && !e.closest('.ear, svg, thead') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim().length > 6))
  .filter(e => { const b = e.getBoundingClientRect(); return b.width < 40 && b.height > 90; })
  .map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30))`

func TestHeadlessReadsInEveryWindowWhateverStrangersSay(t *testing.T) {
	ctx := tab(t)
	for name, run := range map[string]Run{
		"sample": sampleRun(), "hostile": hostileRun(), "blocked": blockedRun(), "bad": badAPI(60, 3),
	} {
		show(t, ctx, run)
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{1280, 390} {
				dress(t, ctx, width, scheme)
				for _, state := range []string{"closed", "open"} {
					js[bool](t, ctx, fmt.Sprintf(`(document.querySelectorAll('details').forEach(d => { d.open = %v || d.hasAttribute('data-was'); }), true)`, state == "open"))
					shown := fmt.Sprintf("%s-%s-%d-%s", name, scheme, width, state)
					for what, script := range map[string]string{"out of the window": wide, "faint": faint, "high": tall, "thin": thin} {
						if found := js[[]string](t, ctx, script); len(found) > 0 {
							t.Errorf("%s: %s:\n  %s", shown, what, strings.Join(found[:min(len(found), 8)], "\n  "))
						}
					}
					if os.Getenv("DPOPSPEC_PICTURES") == "" {
						continue
					}
					for i, at := range []string{"h1", "#filter", "#broken, #set-up", "#broken article:nth-of-type(2), #broken .evidence", "#broken .exchange", "#requirements", "#measured", "#cases"} {
						if js[bool](t, ctx, fmt.Sprintf(`(() => { document.documentElement.style.scrollBehavior = 'auto'; const e = document.querySelector('%s'); e?.scrollIntoView(); return !!e; })()`, at)) {
							picture(t, ctx, fmt.Sprintf("%s-%d", shown, i))
						}
					}
				}
			}
		}
	}
	if js[string](t, ctx, `document.title`) == "owned" {
		t.Error("a stranger's script ran")
	}
}
