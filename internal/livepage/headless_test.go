package livepage

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dpopspec/dpopspec/internal/browsertest"
)

// sample is a request as serve tells of it.
func sample(verdict, title, actual string) Event {
	return Event{
		Time: "12:00:00", Verdict: verdict, Title: title, Expected: "a sound proof", Actual: actual,
		Who: []Member{{"client", "confidential"}, {"key", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}, {"token for", "this key"}},
		Requirements: []Link{{"RFC9449-4.2-08", "https://www.rfc-editor.org/rfc/rfc9449.html#section-4.2",
			"htm is the method of the request"}},
		Header: []Member{{"typ", `"dpop+jwt"`}, {"alg", `"ES256"`}, {"jwk",
			`{"crv":"P-256","kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}`}},
		Claims:    []Member{{"jti", `"-BwC3ESc6acc2lTc"`}, {"htm", `"POST"`}, {"htu", `"http://127.0.0.1:9441/orders"`}, {"iat", "1562262616 (2s ago)"}},
		Exchanges: []string{"GET /orders HTTP/1.1\nHost: 127.0.0.1:9441\n\n\nHTTP/1.1 401 Unauthorized\nWWW-Authenticate: DPoP error=\"invalid_dpop_proof\""},
	}
}

func TestHeadlessShowsWhatComesAndDoesWhatIsPressed(t *testing.T) {
	var pressed atomic.Int32
	p := opened(t, Options{
		Title: "dpopspec serve", Whole: Summary{Text: "Nothing has come yet."},
		Facts: []Fact{{"Issuer", "http://127.0.0.1:9440"}, {"Clients and SDKs", strings.Repeat("ISSUER=http://127.0.0.1:9440 CLIENT_ID=confidential\n", 6)}},
		Actions: []Action{
			{ID: "expire", Label: "Expire the nonces", Help: "Each nonce that was given is bad.", Do: func() (string, error) {
				pressed.Add(1)
				return "Every nonce is bad now.", nil
			}},
			{ID: "battery", Label: "Start a battery", Help: "The next requests meet what a client has to bear, one each.",
				Do: func() (string, error) { return "", nil }},
		},
	})
	ctx := browsertest.Tab(t)
	browsertest.Do(t, ctx, chromedp.Navigate(p.URL()))
	picture := func(name string) {
		t.Helper()
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				browsertest.Dress(t, ctx, width, scheme)
				shown := fmt.Sprintf("live-%s-%s-%d", name, scheme, width)
				for what, script := range browsertest.Faults {
					if found := browsertest.JS[[]string](t, ctx, script); len(found) > 0 {
						t.Errorf("%s: %s:\n  %s", shown, what, strings.Join(found[:min(len(found), 8)], "\n  "))
					}
				}
				browsertest.Picture(t, ctx, shown)
			}
		}
	}
	browsertest.Until(t, ctx, `document.querySelector('.copy').hidden === false`)
	picture("empty")
	const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`
	p.Add(sample("passed", "GET /orders at the API → 200", "a sound proof; status 200"))
	p.Add(sample("failed", "GET /orders at the API → 401", "htm is \"POST\" and the request is a GET"))
	p.Add(sample("noted", hostile, strings.Repeat(hostile, 300)))
	p.Tell(Summary{Text: "3 requests · 1 broke a requirement", Failed: true})
	browsertest.Until(t, ctx, `document.querySelectorAll('#list > li').length === 3`)
	browsertest.Until(t, ctx, `document.getElementById('summary').textContent.startsWith('3 requests')`)
	picture("busy")

	// By the keyboard alone: a button, the filter, and a request that opens.
	press := func(selector string) {
		t.Helper()
		browsertest.Focus(t, ctx, selector)
	}
	press(`form[action="/actions/expire"] button`)
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `document.getElementById('said').textContent === 'Every nonce is bad now.'`)
	if pressed.Load() != 1 {
		t.Errorf("it was pressed %d times", pressed.Load())
	}
	press("#only")
	browsertest.Do(t, ctx, chromedp.KeyEvent(" "))
	browsertest.Until(t, ctx, `[...document.querySelectorAll('#list > li')].filter(li => li.offsetParent !== null).length === 1`)
	press("#list summary")
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `document.querySelector('#list > li.failed details').open`)
	picture("open")
	words := map[string]string{
		"a word": strings.Repeat("w", 10_000), "Arabic": strings.Repeat("مرحبابالعالم", 800), "lines": strings.Repeat("\n", 3000) + "end",
		"markup": strings.Repeat(hostile, 60), "spaces": strings.Repeat("\u00a0", 5000),
	}
	for _, w := range words {
		e := sample("failed", w, w)
		e.Expected, e.Exchanges = w, []string{w}
		e.Who, e.Header, e.Claims = []Member{{w, w}}, []Member{{w, w}}, []Member{{"jti", w}, {w, "x"}}
		e.Requirements = []Link{{w, "https://h/", w}, {w, "javascript:alert(1)", w}}
		p.Add(e)
	}
	p.Tell(Summary{Text: words["a word"], Failed: true})
	browsertest.Until(t, ctx, `document.querySelectorAll('#list > li').length === 8`)
	browsertest.Until(t, ctx, `document.getElementById('summary').textContent.startsWith('www')`)
	picture("hostile")
	browsertest.JS[bool](t, ctx, `(document.querySelectorAll('details').forEach(d => { d.open = true; }), true)`)
	picture("hostile-open")
	p.Tell(Summary{Text: "8 requests"})
	browsertest.Do(t, ctx, chromedp.EmulateViewport(390, 900))
	press(`nav a[href="#actions"]`) // the requests stand above the buttons, however many they are
	browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Enter))
	browsertest.Until(t, ctx, `(top => top >= 0 && top < innerHeight)(document.getElementById('actions').getBoundingClientRect().top)`)
	title := browsertest.JS[string](t, ctx, "document.title")
	wide := browsertest.JS[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`)
	if title != "dpopspec serve" || wide {
		t.Errorf("the title is %q; wider than the window: %v", title, wide)
	}
	const markup = `document.images.length + document.querySelectorAll('main script').length`
	if browsertest.JS[int](t, ctx, markup) > 0 {
		t.Error("markup of a stranger stands on the page")
	}
}
