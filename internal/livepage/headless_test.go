package livepage

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a Chromium with a page open. It skips the test, loudly, where there is none;
// the interop run demands one.
func browser(t *testing.T, address string) context.Context {
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
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		if os.Getenv("DPOPSPEC_CHROMIUM") == "required" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v; make interop-install installs a Chromium", err)
	}
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func read1[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// until waits for a script to be true.
func until(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](script)); err != nil {
		page, _ := chromedp.Run(ctx, chromedp.OuterHTML("body"))
		t.Fatalf("%s: %v\n%.2000s", script, err, page)
	}
}

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
	ctx := browser(t, p.URL())
	picture := func(name string) {
		if folder := os.Getenv("DPOPSPEC_PICTURES"); folder != "" {
			for _, width := range []int64{1280, 390} {
				for _, scheme := range []string{"light", "dark"} {
					do(t, ctx, chromedp.EmulateViewport(width, 900))
					media := emulation.SetEmulatedMediaParams{
						Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
					}
					if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
						t.Fatal(err)
					}
					png := read1(t, ctx, chromedp.FullScreenshot(100))
					file := filepath.Join(folder, name+"-"+scheme+map[int64]string{1280: "-1280", 390: "-390"}[width]+".png")
					if err := os.WriteFile(file, png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			do(t, ctx, chromedp.EmulateViewport(1280, 900))
		}
	}
	until(t, ctx, `document.querySelector('.copy').hidden === false`)
	picture("empty")
	const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">`
	p.Add(sample("passed", "GET /orders at the API → 200", "a sound proof; status 200"))
	p.Add(sample("failed", "GET /orders at the API → 401", "htm is \"POST\" and the request is a GET"))
	p.Add(sample("noted", hostile, strings.Repeat(hostile, 300)))
	p.Tell(Summary{Text: "3 requests · 1 broke a requirement", Failed: true})
	until(t, ctx, `document.querySelectorAll('#list > li').length === 3`)
	until(t, ctx, `document.getElementById('summary').textContent.startsWith('3 requests')`)
	picture("busy")

	// By the keyboard alone: a button, the filter, and a request that opens.
	press := func(focus string) {
		t.Helper()
		for range 60 {
			do(t, ctx, chromedp.KeyEvent(kb.Tab))
			if read1(t, ctx, chromedp.Evaluate[bool]("document.activeElement.matches(`"+focus+"`)")) {
				return
			}
		}
		t.Fatalf("no key leads to %s", focus)
	}
	press(`form[action="/actions/expire"] button`)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.getElementById('said').textContent === 'Every nonce is bad now.'`)
	if pressed.Load() != 1 {
		t.Errorf("it was pressed %d times", pressed.Load())
	}
	press("#only")
	do(t, ctx, chromedp.KeyEvent(" "))
	until(t, ctx, `[...document.querySelectorAll('#list > li')].filter(li => li.offsetParent !== null).length === 1`)
	press("#list summary")
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	until(t, ctx, `document.querySelector('#list > li.failed details').open`)
	picture("open")
	do(t, ctx, chromedp.EmulateViewport(390, 900))
	title := read1(t, ctx, chromedp.Title())
	wide := read1(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`))
	if title != "dpopspec serve" || wide {
		t.Errorf("the title is %q; wider than the window: %v", title, wide)
	}
	const markup = `document.images.length + document.querySelectorAll('main script').length`
	if read1(t, ctx, chromedp.Evaluate[int](markup)) > 0 {
		t.Error("markup of a stranger stands on the page")
	}
}
