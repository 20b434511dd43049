package headless

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dpopspec/dpopspec/internal/child"
	"github.com/dpopspec/dpopspec/internal/login"
)

// chrome is a Chromium that runs, with one tab.
type chrome struct {
	guard *guard
	tab   context.Context // of chromedp; ends with the browser
	end   func()
	group func() // ends the browser with what it has started
	// command is the browser, which chromedp starts: the pipes to it are its own.
	command *exec.Cmd
	said    *tail
}

// startTimeout is how long a browser may take until it listens to us.
const startTimeout = 60 * time.Second

// start starts a Chromium with an empty profile, whose only way out is a guard, and
// which nobody but this process can drive: DevTools are reached by two pipes.
func start(path string, sandboxed *bool, transport http.RoundTripper) (*chrome, error) {
	guard, err := newGuard(transport)
	if err != nil {
		return nil, err
	}
	c := &chrome{guard: guard, group: func() {}, said: &tail{}}
	options, err := c.flags(path, sandboxed)
	if err != nil {
		guard.close()
		return nil, err
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tab, endTab := chromedp.NewContext(allocator, chromedp.WithLogf(ignore), chromedp.WithErrorf(ignore))
	c.tab = tab
	c.end = sync.OnceFunc(func() {
		c.group()
		endTab()
		endAllocator()
		guard.close()
	})
	starting := time.AfterFunc(startTimeout, endTab)
	err = c.prepare()
	if !starting.Stop() && err == nil {
		err = context.DeadlineExceeded
	}
	if err != nil {
		c.end()
		return nil, &login.Failure{
			What: "the browser " + path + " does not start: " + c.words(err), Key: "browser",
			Remedy: "start it by hand to see what it lacks; where user namespaces are forbidden, as in many containers, " +
				"it needs sandbox: false",
		}
	}
	return c, nil
}

func ignore(string, ...any) {}

// flags are what the browser is started with.
func (c *chrome) flags(path string, sandboxed *bool) ([]chromedp.ExecAllocatorOption, error) {
	pin, err := c.guard.identity.pin()
	if err != nil {
		return nil, err
	}
	set := func(name string, value any) chromedp.ExecAllocatorOption { return chromedp.Flag(name, value) }
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		set("headless", "new"), set("mute-audio", true), set("hide-scrollbars", true), set("disable-gpu", true),
		set("window-size", "1280,1024"), set("password-store", "basic"), set("use-mock-keychain", true),
		set("disable-dev-shm-usage", true), set("disable-breakpad", true), set("disable-hang-monitor", true),
		set("disable-background-networking", true), set("disable-component-update", true),
		set("disable-client-side-phishing-detection", true), set("disable-default-apps", true),
		set("disable-domain-reliability", true), set("disable-extensions", true), set("disable-sync", true),
		set("metrics-recording-only", true), set("no-pings", true), set("allow-browser-signin", "false"), set("no-service-autorun", true),
		set("disable-background-timer-throttling", true), set("disable-renderer-backgrounding", true),
		set("disable-backgrounding-occluded-windows", true), set("disable-prompt-on-repost", true),
		set("disable-features", "Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,"+
			"AutofillServerCommunication,CertificateTransparencyComponentUpdater,Prerender2,BackForwardCache,HttpsUpgrades,HttpsFirstBalancedMode"),
		// All goes to the guard, this machine included, and nothing past it.
		set("proxy-server", c.guard.address()), set("proxy-bypass-list", "<-loopback>"), set("disable-quic", true),
		set("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), set("dns-prefetch-disable", true),
		set("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		set("ignore-certificate-errors-spki-list", pin),
		// What the configuration took from the environment is none of the browser's business.
		chromedp.NoInheritEnv, chromedp.Env(environment()...),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			child.Apart(cmd)
			c.command = cmd
		}),
		chromedp.CombinedOutput(c.said),
	}
	if sandboxed != nil {
		options = append(options, set("no-sandbox", !*sandboxed)) // else chromedp decides: it has none for root
	}
	return options, nil
}

// environment is what a browser needs of ours to start.
func environment() (list []string) {
	for _, name := range []string{
		"PATH", "HOME", "LANG", "TMPDIR", "TEMP", "LOCALAPPDATA", "USERPROFILE", "XDG_RUNTIME_DIR",
	} {
		if value, set := os.LookupEnv(name); set {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// prepare opens the tab and gives the browser the password of its guard.
func (c *chrome) prepare() error {
	err := chromedp.Do(c.tab)
	if c.command != nil {
		c.group = child.Adopt(c.command)
	}
	if err != nil {
		return err
	}
	if err := chromedp.Listen(c.tab, c.hear); err != nil {
		return err
	}
	asks := true
	steps := []func() error{
		call(c, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorDeny,
		}),
		call(c, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		call(c, fetch.Enable, fetch.EnableParams{HandleAuthRequests: &asks}),
		// The guard refuses this address; the browser keeps the password for the next ones.
		call(c, page.Navigate, page.NavigateParams{URL: "http://guard.invalid/"}),
		call(c, fetch.Disable, cdp.Empty{}),
		call(c, page.Navigate, page.NavigateParams{URL: "about:blank"}),
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// call is a command of DevTools to the tab, for later.
func call[P, R any](c *chrome, command cdp.Command[P, R], params P) func() error {
	return func() error {
		_, err := chromedp.Call(c.tab, command, params)
		return err
	}
}

// hear takes the events of the tab. What it sends it sends from elsewhere: the
// browser's messages wait until it returns.
func (c *chrome) hear(event any) {
	switch event := event.(type) {
	case *fetch.EventRequestPaused:
		go call(c, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: event.RequestID})()
	case *fetch.EventAuthRequired:
		answer := &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseCancelAuth}
		if event.AuthChallenge.Source == fetch.AuthChallengeSourceProxy {
			answer = &fetch.AuthChallengeResponse{
				Response: fetch.AuthChallengeResponseResponseProvideCredentials,
				Username: "dpopspec", Password: c.guard.password,
			}
		}
		go call(c, fetch.ContinueWithAuth, fetch.ContinueWithAuthParams{
			RequestID: event.RequestID, AuthChallengeResponse: answer,
		})()
	case *page.EventJavascriptDialogOpening:
		go call(c, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})()
	case *page.EventFrameRequestedNavigation:
		// A script leads to an application: that never becomes a request.
		if !strings.HasPrefix(event.URL, "http:") && !strings.HasPrefix(event.URL, "https:") {
			c.guard.take(event.URL)
		}
	}
}

// visit lets one visit have the tab, which is blank before and after.
func (c *chrome) visit(ctx context.Context, v *visit, to func(*visit) error) error {
	ctx, cancel := context.WithTimeout(ctx, v.patience)
	defer cancel()
	driving, stop := context.WithCancel(c.tab)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	v.tab = driving
	err := to(v)
	call(c, page.StopLoading, cdp.Empty{})()
	call(c, page.Navigate, page.NavigateParams{URL: "about:blank"})()
	switch {
	case err == nil:
		return nil
	case c.tab.Err() != nil:
		return &login.Failure{
			What: "the browser ended while it logged in: " + c.words(err), Key: "browser",
			Remedy: "start it by hand to see why; where memory is short, give it more",
		}
	case ctx.Err() == context.DeadlineExceeded:
		return v.late()
	}
	return err
}

// words are what is known of why a browser does not run.
func (c *chrome) words(err error) string {
	if said := c.said.last(); said != "" {
		return said
	}
	return err.Error()
}

// close ends the browser, all its processes and its guard, and removes its profile.
func (c *chrome) close() { c.end() }

// tail keeps the end of what a browser writes to standard error.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// maxTail is how many octets of it are kept.
const maxTail = 2000

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if len(t.text) > maxTail {
		t.text = t.text[len(t.text)-maxTail:]
	}
	return len(p), nil
}

// last is the last line that is a complaint, or the last line of all.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var latest string
	for line := range strings.Lines(string(t.text)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.Contains(line, "DevTools listening") {
			latest = line
		}
	}
	return latest
}
