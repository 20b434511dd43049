// Package livepage is a local page on which somebody watches what a program judges, as it
// comes, and tells that program what to do next. It listens on loopback, on a port of its
// own, and answers its own page alone: another origin, and another name of this machine,
// are refused. All that it shows of strangers is text.
package livepage

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/mask"
)

//go:embed page.html.tmpl page.css page.js
var files embed.FS

// Options are what a page shows and offers.
type Options struct {
	Title   string
	Facts   []Fact   // to be copied, such as the issuer
	Actions []Action // buttons
	// Whole is of what the page shows the summary; empty until the first Tell.
	Whole Summary
}

// Fact is a text to be copied.
type Fact struct{ Name, Text string }

// Action is a button.
type Action struct {
	ID    string // letters, digits and hyphens
	Label string
	Help  string // what it does, in a sentence
	// Do does it, and returns what there is to be said of it.
	Do func() (string, error)
}

// Summary is a verdict on all that has come.
type Summary struct {
	Text   string `json:"text"`
	Failed bool   `json:"failed"`
}

// Event is something that was judged.
type Event struct {
	Number       int      `json:"number"` // Page gives it
	Time         string   `json:"time"`
	Verdict      string   `json:"verdict"` // passed, failed, warned, noted …
	Title        string   `json:"title"`
	Who          []Member `json:"who"`
	Requirements []Link   `json:"requirements"`
	Expected     string   `json:"expected"`
	Actual       string   `json:"actual"`
	Header       []Member `json:"header"` // of the proof
	Claims       []Member `json:"claims"`
	Exchanges    []string `json:"exchanges"`
}

// Member is a name with a text.
type Member struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Link is a text with the page that it leads to; URL may be empty.
type Link struct {
	Text  string `json:"text"`
	URL   string `json:"url"`
	Title string `json:"title"`
}

// Page is a page that is served.
type Page struct {
	options  Options
	token    string // what a button must bring
	boot     string // tells this page from one that was here before
	listener net.Listener
	server   *http.Server
	template *template.Template
	end      context.CancelFunc

	mu      sync.Mutex
	summary Summary
	events  []Event // the newest, oldest first
	number  int
	streams map[*stream]bool
}

// What a page keeps and serves at most.
const (
	mostEvents  = 300
	mostStreams = 8
	mostBehind  = 64 // messages that a reader may be behind; one that is slower begins anew
)

// Listen serves a page at an address of this machine, such as 127.0.0.1:0.
func Listen(address string, o Options) (*Page, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not an address such as 127.0.0.1:9442", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%s is no loopback address: the page is for this machine alone", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	p := &Page{
		options: o, summary: o.Whole, token: rand.Text(), boot: rand.Text(), listener: listener, end: end, streams: map[*stream]bool{},
		template: template.Must(template.ParseFS(files, "page.html.tmpl")),
	}
	p.server = &http.Server{
		Handler: p.guarded(p.routes()), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go p.server.Serve(listener)
	return p, nil
}

// URL is where the page is.
func (p *Page) URL() string { return "http://" + p.listener.Addr().String() + "/" }

// Close ends the page and every stream.
func (p *Page) Close() {
	p.end()
	p.server.Close()
}

// Add shows one more event, of each of its texts the beginning.
func (p *Page) Add(e Event) {
	e = e.brief()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.number++
	e.Number = p.number
	if len(p.events) == mostEvents {
		p.events = append(p.events[:0], p.events[1:]...)
	}
	p.events = append(p.events, e)
	p.send("event", e.Number, e)
}

// Tell shows another summary.
func (p *Page) Tell(s Summary) {
	s.Text = mask.HeadMasked(s.Text, mostText)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.summary = s
	p.send("summary", 0, s)
}
