package reports

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dpopspec/dpopspec/internal/browsertest"
)

func TestHeadlessFindsACaseByTheKeyboardAlone(t *testing.T) {
	ctx := browsertest.Tab(t)
	run := sampleRun()
	for i := range run.Cases {
		for j := range run.Cases[i].Exchanges {
			run.Cases[i].Exchanges[j].URL = "https://tenant.example.com/"
		}
	}
	show(t, ctx, run)
	browsertest.Dress(t, ctx, 1280, "light")
	said := func(want string) {
		t.Helper()
		browsertest.Until(t, ctx, `document.getElementById('filter-said').textContent === '`+want+`'`)
	}
	seen := func() int {
		t.Helper()
		return browsertest.JS[int](t, ctx, `document.querySelectorAll('#cases li[data-v]:not([hidden])').length`)
	}
	if browsertest.JS[string](t, ctx, `document.getElementById('filter-said').getAttribute('aria-live')`) != "polite" {
		t.Error("what a filter does is not announced")
	}
	browsertest.Focus(t, ctx, ".skip")
	browsertest.Focus(t, ctx, "nav a")
	browsertest.Focus(t, ctx, "#filter-text")
	said("15 cases")
	browsertest.Do(t, ctx, chromedp.KeyEvent("htm "), chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `/^[1-9] of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
	if n := seen(); n == 0 || n == 15 || browsertest.JS[string](t, ctx, `document.activeElement.id`) != "filter-text" {
		t.Errorf("%d rows are seen after a search", n)
	}
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Escape))
	said("15 cases")
	for _, id := range []string{"filter-p", "filter-e", "filter-v", "filter-c"} {
		browsertest.Focus(t, ctx, "#"+id)
		browsertest.Do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
		browsertest.Until(t, ctx, `/^[0-9]+ of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
		if n := seen(); n == 0 || n == 15 {
			t.Errorf("%s: %d rows are seen", id, n)
		}
		browsertest.Do(t, ctx, chromedp.KeyEvent(kb.ArrowUp))
		said("15 cases")
	}
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
	browsertest.Until(t, ctx, `/^[0-9]+ of 15 cases$/.test(document.getElementById('filter-said').textContent)`)
	browsertest.Focus(t, ctx, `#filter button[type="reset"]`)
	browsertest.Picture(t, ctx, "ring-light")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	said("15 cases")

	// A case is opened, what was sent is copied, and it is closed again.
	browsertest.Focus(t, ctx, "#broken .evidence > summary")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	open := `document.activeElement.parentElement.open`
	was := browsertest.JS[bool](t, ctx, open)
	if !was {
		browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	}
	browsertest.Until(t, ctx, open)
	browsertest.Focus(t, ctx, "#broken .curl > summary")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Focus(t, ctx, ".curl button")
	browsertest.Do(t, ctx, chromedp.KeyEvent(" "))
	browsertest.Until(t, ctx, `document.activeElement.parentElement.querySelector('[role="status"]').textContent !== ''`)

	// From the table of requirements to the case, and back to the filter of the table.
	browsertest.Focus(t, ctx, "#show-all")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	browsertest.Until(t, ctx, `!document.querySelector('tr.worst-passed').checkVisibility()`)
	browsertest.Focus(t, ctx, "#requirements td a.mark")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `location.hash !== '' && document.getElementById(location.hash.slice(1)).checkVisibility()`)
	browsertest.Focus(t, ctx, "#cases summary")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `document.activeElement.parentElement.open`)
}

// Without scripts nothing that needs one is shown, and all else can be read and opened.
func TestHeadlessReadsWithoutScripts(t *testing.T) {
	ctx := browsertest.Tab(t)
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.Fatal(err)
	}
	show(t, ctx, hostileRun())
	browsertest.Dress(t, ctx, 390, "dark")
	if browsertest.JS[bool](t, ctx, `document.querySelector('form, .curl button')?.checkVisibility() === true`) {
		t.Error("what needs a script is shown")
	}
	for what, selector := range map[string]string{
		"a finding": "#broken article h3", "the set-up": "#set-up h3", "a group of requirements": "#requirements summary",
		"the cases": "#cases summary",
	} {
		if !browsertest.JS[bool](t, ctx, `document.querySelector('`+selector+`').checkVisibility()`) {
			t.Errorf("%s is not seen", what)
		}
	}
	browsertest.Focus(t, ctx, "#cases summary")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `document.querySelector('#cases details[open] li').checkVisibility()`)
	if title := browsertest.JS[string](t, ctx, `document.title`); title == "owned" {
		t.Error("a stranger's script ran")
	}
}
