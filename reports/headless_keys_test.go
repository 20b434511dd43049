package reports

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// unusable says why somebody at a keyboard cannot use what has the focus.
const unusable = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
	const name = e.getAttribute('aria-label') || [...(e.labels || [])].map(l => l.textContent).join(' ').trim() || e.textContent.trim();
	const what = e.tagName + '#' + e.id + '.' + e.className + ': ';
	if (e === document.body) return '';
	if (!name) return what + 'it has no name';
	if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return what + 'it has no ring';
	if (box.bottom < 0 || box.top > innerHeight || box.width === 0) return what + 'it is not in the window: ' + box.top + ' ' + box.width;
	const line = e.getClientRects()[0];
	const there = document.elementFromPoint(line.left + Math.min(line.width, 40) / 2, Math.max(0, line.top) + Math.min(line.height, 20) / 2);
	return e === there || e.contains(there) || there?.contains(e) ? '' : what + 'it is covered by ' + there?.outerHTML.slice(0, 60);
})()`

// focus presses Tab until what a selector names has the focus. On the way each thing that
// has it must be named, be seen with its ring, and be covered by nothing.
func focus(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 600 {
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
		fault := js[string](t, ctx, unusable)
		for range 20 { // the window follows the focus a frame later
			if fault == "" {
				break
			}
			time.Sleep(20 * time.Millisecond)
			fault = js[string](t, ctx, unusable)
		}
		if fault != "" {
			t.Error(fault)
		}
		if js[bool](t, ctx, "document.activeElement.matches(`"+selector+"`)") {
			return
		}
	}
	t.Fatalf("no key leads to %s", selector)
}

func TestHeadlessFindsACaseByTheKeyboardAlone(t *testing.T) {
	ctx := tab(t)
	run := sampleRun()
	for i := range run.Cases {
		for j := range run.Cases[i].Exchanges {
			run.Cases[i].Exchanges[j].URL = "https://tenant.example.com/"
		}
	}
	show(t, ctx, run)
	dress(t, ctx, 1280, "light")
	said := func(want string) {
		t.Helper()
		until(t, ctx, `document.getElementById('filter-said').textContent === '`+want+`'`)
	}
	seen := func() int {
		t.Helper()
		return js[int](t, ctx, `[...document.querySelectorAll('#cases li[data-v]')].filter(e => !e.hidden).length`)
	}
	if js[string](t, ctx, `document.getElementById('filter-said').getAttribute('aria-live')`) != "polite" {
		t.Error("what a filter does is not announced")
	}
	focus(t, ctx, ".skip")
	focus(t, ctx, "nav a")
	focus(t, ctx, "#filter-text")
	said("15 cases")
	do(t, ctx, chromedp.KeyEvent("htm "), chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `/^[1-9] of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
	if n := seen(); n == 0 || n == 15 || !strings.Contains(js[string](t, ctx, `document.activeElement.id`), "filter-text") {
		t.Errorf("%d rows are seen after a search", n)
	}
	do(t, ctx, chromedp.KeyEvent(kb.Escape))
	said("15 cases")
	for _, id := range []string{"filter-p", "filter-e", "filter-v", "filter-c"} {
		focus(t, ctx, "#"+id)
		do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
		until(t, ctx, `/^[0-9]+ of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
		if n := seen(); n == 0 || n == 15 {
			t.Errorf("%s: %d rows are seen", id, n)
		}
		do(t, ctx, chromedp.KeyEvent(kb.ArrowUp))
		said("15 cases")
	}
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
	until(t, ctx, `/^[0-9]+ of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
	focus(t, ctx, `#filter button[type="reset"]`)
	picture(t, ctx, "ring-light")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	said("15 cases")

	// A case is opened, what was sent is copied, and it is closed again.
	focus(t, ctx, "#broken .evidence > summary")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	open := `document.activeElement.parentElement.open`
	was := js[bool](t, ctx, open)
	if !was {
		do(t, ctx, chromedp.KeyEvent(kb.Enter))
	}
	until(t, ctx, open)
	focus(t, ctx, "#broken .curl > summary")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	focus(t, ctx, ".curl button")
	do(t, ctx, chromedp.KeyEvent(" "))
	until(t, ctx, `document.activeElement.nextElementSibling.getAttribute('role') === 'status' && document.activeElement.nextElementSibling.textContent !== ''`)

	// From the table of requirements to the case, and back to the filter of the table.
	focus(t, ctx, "#show-all")
	do(t, ctx, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	until(t, ctx, `document.getElementById('show-broken').checked && !document.querySelector('tr.worst-passed')?.checkVisibility()`)
	focus(t, ctx, "#requirements td a.mark")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `location.hash !== '' && document.getElementById(location.hash.slice(1)).checkVisibility()`)
	focus(t, ctx, "#cases summary")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.activeElement.parentElement.open`)
}

// Without scripts nothing that needs one is shown, and all else can be read and opened.
func TestHeadlessReadsWithoutScripts(t *testing.T) {
	ctx := tab(t)
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.Fatal(err)
	}
	show(t, ctx, hostileRun())
	dress(t, ctx, 390, "dark")
	if js[bool](t, ctx, `document.getElementById('filter').checkVisibility() || document.querySelector('.curl button') !== null`) {
		t.Error("what needs a script is shown")
	}
	for what, selector := range map[string]string{
		"a finding": "#broken article h3", "the set-up": "#set-up h3", "a group of requirements": "#requirements summary",
		"the cases": "#cases summary",
	} {
		if !js[bool](t, ctx, `document.querySelector('`+selector+`').checkVisibility()`) {
			t.Errorf("%s is not seen", what)
		}
	}
	focus(t, ctx, "#cases summary")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.querySelector('#cases details').open && document.querySelector('#cases li').checkVisibility()`)
	if title := js[string](t, ctx, `document.title`); title == "owned" {
		t.Error("a stranger's script ran")
	}
}
