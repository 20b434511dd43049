package browsertest

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// unusable says why somebody at a keyboard cannot use what has the focus.
const unusable = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
	const labels = [...(e.labels || [])].map(l => l.textContent).join(' ').trim();
	const name = e.getAttribute('aria-label') || labels || e.textContent.trim();
	const what = e.tagName + '#' + e.id + '.' + e.className + ': ';
	if (e === document.body) return '';
	if (!name) return what + 'it has no name';
	if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return what + 'it has no ring';
	if (box.bottom < 0 || box.top > innerHeight || box.width === 0) return what + 'it is not in the window: ' + box.top;
	const line = e.getClientRects()[0];
	const x = line.left + Math.min(line.width, 40) / 2, y = Math.max(0, line.top) + Math.min(line.height, 20) / 2;
	const there = document.elementFromPoint(x, y);
	if (e === there || e.contains(there) || there?.contains(e)) return '';
	return what + 'it is covered by ' + there?.outerHTML.slice(0, 60);
})()`

// Focus presses Tab until what a selector names has the focus. On the way each thing that
// has it must be named, be seen with its ring, and be covered by nothing.
func Focus(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 600 {
		Do(t, ctx, chromedp.KeyEvent(kb.Tab))
		fault := JS[string](t, ctx, unusable)
		for range 20 { // the window follows the focus a frame later
			if fault == "" {
				break
			}
			time.Sleep(20 * time.Millisecond)
			fault = JS[string](t, ctx, unusable)
		}
		if fault != "" {
			t.Error(fault)
		}
		if JS[bool](t, ctx, "document.activeElement.matches(`"+selector+"`)") {
			return
		}
	}
	t.Fatalf("no key leads to %s", selector)
}
