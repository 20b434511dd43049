package livepage

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func opened(t *testing.T, o Options) *Page {
	t.Helper()
	p, err := Listen("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

type asking struct {
	method, path, host, origin, site, mode, body, accept string
}

func ask(t *testing.T, p *Page, a asking) (int, string) {
	t.Helper()
	if a.method == "" {
		a.method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(t.Context(), a.method, p.URL()+strings.TrimPrefix(a.path, "/"), strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = a.host
	for name, value := range map[string]string{
		"Origin": a.origin, "Sec-Fetch-Site": a.site, "Sec-Fetch-Mode": a.mode, "Accept": a.accept,
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if a.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestNobodyButThePageIsAnswered(t *testing.T) {
	p := opened(t, Options{})
	own := strings.TrimSuffix(p.URL(), "/")
	for name, row := range map[string]struct {
		asking
		want int
	}{
		"typed":               {asking{path: "/"}, 200},
		"a browser, typed":    {asking{path: "/", site: "none", mode: "navigate"}, 200},
		"a link elsewhere":    {asking{path: "/", site: "cross-site", mode: "navigate"}, 200},
		"another name":        {asking{path: "/", host: "attacker.example"}, 421},
		"another port":        {asking{path: "/", host: "127.0.0.1:1"}, 421},
		"localhost":           {asking{path: "/", host: "localhost:" + own[strings.LastIndex(own, ":")+1:]}, 421},
		"another origin":      {asking{path: "/page.js", origin: "http://attacker.example"}, 403},
		"a null origin":       {asking{path: "/", origin: "null"}, 403},
		"this over https":     {asking{path: "/", origin: strings.Replace(own, "http:", "https:", 1)}, 403},
		"a picture elsewhere": {asking{path: "/", site: "cross-site", mode: "no-cors"}, 403},
		"a stream elsewhere":  {asking{path: "/events", site: "cross-site", mode: "cors"}, 403},
		"a script elsewhere":  {asking{path: "/page.js", site: "same-site", mode: "no-cors"}, 403},
		"our script":          {asking{path: "/page.js", origin: own, site: "same-origin"}, 200},
		"no such path":        {asking{path: "/etc"}, 404},
		"another method":      {asking{path: "/", method: "DELETE"}, 405},
	} {
		if got, text := ask(t, p, row.asking); got != row.want {
			t.Errorf("%s: status %d, not %d: %s", name, got, row.want, text)
		}
	}
}

func TestAPageIsForThisMachineAlone(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "127.0.0.1", ""} {
		if p, err := Listen(address, Options{}); err == nil {
			p.Close()
			t.Errorf("%q was taken", address)
		}
	}
}

var tokenField = regexp.MustCompile(`name="token" value="([A-Z0-9]+)"`)

func TestAButtonDoesWhatItSaysForItsPageAlone(t *testing.T) {
	done := 0
	p := opened(t, Options{Actions: []Action{
		{ID: "one", Label: "One", Do: func() (string, error) { done++; return "it is <done>", nil }},
		{ID: "bad", Label: "Bad", Do: func() (string, error) { return "", errors.New("it cannot be done") }},
	}})
	_, page := ask(t, p, asking{path: "/"})
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		t.Fatal(page)
	}
	with := url.Values{"token": {found[1]}}.Encode()
	for name, row := range map[string]struct {
		asking
		want int
		text string
	}{
		"with a script":    {asking{method: "POST", path: "/actions/one", body: with, accept: "text/plain"}, 200, "it is <done>"},
		"without a script": {asking{method: "POST", path: "/actions/one", body: with}, 200, "it is &lt;done&gt;"},
		"without a token":  {asking{method: "POST", path: "/actions/one"}, 403, "reload"},
		"in the address":   {asking{method: "POST", path: "/actions/one?" + with}, 403, "reload"},
		"another token":    {asking{method: "POST", path: "/actions/one", body: "token=x"}, 403, "reload"},
		"another origin": {asking{method: "POST", path: "/actions/one", body: with, origin: "http://attacker.example"},
			403, "no other page"},
		"no such button": {asking{method: "POST", path: "/actions/two", body: with}, 404, "no such button"},
		"by GET":         {asking{path: "/actions/one?" + with}, 405, ""},
		"in vain":        {asking{method: "POST", path: "/actions/bad", body: with, accept: "text/plain"}, 409, "cannot"},
		"too large":      {asking{method: "POST", path: "/actions/one", body: with + "&x=" + strings.Repeat("x", 8<<10)}, 403, ""},
	} {
		if got, text := ask(t, p, row.asking); got != row.want || !strings.Contains(text, row.text) {
			t.Errorf("%s: status %d, not %d: %.300s", name, got, row.want, text)
		}
	}
	if done != 2 {
		t.Errorf("it was done %d times", done)
	}
}

// stream reads what is sent after an event, until a line holds want.
func read(t *testing.T, p *Page, after, want string) (all string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-ID", after)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		all += lines.Text() + "\n"
		if strings.Contains(lines.Text(), want) {
			return all
		}
	}
	t.Fatalf("the stream ended: %s", all)
	return ""
}

func TestAReaderIsSentWhatItHasNotSeen(t *testing.T) {
	p := opened(t, Options{})
	for i := range 5 {
		p.Add(Event{Title: fmt.Sprintf("request\nevent: forged %d", i+1)})
	}
	p.Tell(Summary{Text: "five"})
	all := read(t, p, "3", "forged 5")
	if strings.Contains(all, "forged 3") || strings.Count(all, "\nid: ") != 2 || !strings.Contains(all, `"text":"five"`) ||
		strings.Contains(all, "\nevent: forged") {
		t.Error(all)
	}
	go func() {
		time.Sleep(50 * time.Millisecond)
		p.Add(Event{Title: "the sixth"})
	}()
	read(t, p, "5", "the sixth")
}

func TestWhatIsKeptAndSentIsBounded(t *testing.T) {
	p := opened(t, Options{})
	for i := range 3 * mostEvents {
		p.Add(Event{Title: fmt.Sprint("request ", i+1)})
	}
	if len(p.events) != mostEvents || p.events[0].Number != 2*mostEvents+1 {
		t.Errorf("%d are kept, from %d on", len(p.events), p.events[0].Number)
	}
	// Readers that read nothing hold nobody up and are cut off.
	var open []io.Closer
	for range mostStreams {
		answer, err := http.Get(p.URL() + "events")
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, answer.Body)
	}
	if status, _ := ask(t, p, asking{path: "/events"}); status != http.StatusServiceUnavailable {
		t.Errorf("one more is answered %d", status)
	}
	// How much the system takes for a reader before the page notices is the system's: some
	// megabytes. What is sent here is many times that.
	const message = 4 * mostMessage
	texts := slices.Repeat([]string{strings.Repeat("x", mostMessage)}, message/mostMessage)
	waitedFor := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.streams)
	}
	for sent := 0; waitedFor() > 0 && sent < 256<<20; sent += message {
		p.Add(Event{Exchanges: texts})
	}
	if left := waitedFor(); left > 0 {
		t.Errorf("%d readers that read nothing are still waited for", left)
	}
	for _, body := range open {
		body.Close()
	}
}

func TestAPageEndsThoughItIsWatched(t *testing.T) {
	p := opened(t, Options{})
	answer, err := http.Get(p.URL() + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, answer.Body)
		close(ended)
	}()
	p.Close()
	<-ended
}

func TestWhatAStrangerSaysIsText(t *testing.T) {
	p := opened(t, Options{})
	const hostile = `</pre><script>alert(1)</script><img src=x onerror=alert(1)>"'`
	members := []Member{{hostile, hostile}}
	p.Add(Event{
		Verdict: "failed", Title: hostile, Actual: hostile, Expected: hostile, Who: members, Header: members, Claims: members,
		Exchanges: []string{hostile}, Requirements: []Link{{Text: hostile, URL: "javascript:alert(1)", Title: hostile}},
	})
	_, page := ask(t, p, asking{path: "/"})
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.Contains(page, `"javascript:`) {
		t.Error(page)
	}
}
