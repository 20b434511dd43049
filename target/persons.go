package target

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/dpopspec/dpopspec/internal/headless"
	"github.com/dpopspec/dpopspec/internal/login"
)

// persons are the test persons that log in without anybody there. Each keeps its
// session for the whole run: one login serves many codes.
type persons struct {
	mu   sync.Mutex
	ways map[string]login.Way // by what the configuration says of them
	have map[string]bool      // ids of clients whose person has logged in
	page map[string]shown     // by ids of clients that have no way to deal with one
	ends []func()             // of browsers
	vain map[string]int       // logins in a row that the server broke down at, by ids of clients

	browsing http.RoundTripper // carries what browsers send
}

// wayOf returns how a test person logs in, the same for all of whom the configuration
// says the same.
func (p *persons) wayOf(s login.Settings) login.Way {
	same, err := json.Marshal(s)
	if err != nil {
		panic(err) // of texts and numbers
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ways == nil {
		p.ways = map[string]login.Way{}
	}
	if p.ways[string(same)] == nil {
		p.ways[string(same)] = p.waysOf(s)
	}
	return p.ways[string(same)]
}

// loggedIn notes that the person of a client has logged in.
func (p *persons) loggedIn(client string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.have == nil {
		p.have = map[string]bool{}
	}
	p.have[client] = true
	delete(p.vain, client)
}

// Logins in a row that a server may break down at until no more is asked of it: where
// none has ever worked, and in mid-run, where it may only be away for a while.
const (
	mostBreaks       = 10
	mostBreaksMidRun = 60
)

// broke notes that a server broke down at a login, and reports whether it has done so
// often enough.
func (p *persons) broke(client string) (enough bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.vain == nil {
		p.vain = map[string]int{}
	}
	p.vain[client]++
	if p.have[client] {
		return p.vain[client] >= mostBreaksMidRun
	}
	return p.vain[client] >= mostBreaks
}

// shown is a page in the place of a redirect.
type shown struct{ status, times int }

// enoughPages is how often a server shows a page until it is believed: one may come
// from something on the way.
const enoughPages = 3

// showed notes that a page was shown.
func (p *persons) showed(client string, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.page == nil {
		p.page = map[string]shown{}
	}
	p.page[client] = shown{status, p.page[client].times + 1}
}

// pageShown returns the status of the page that is shown each time; 0: none is.
func (p *persons) pageShown(client string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen := p.page[client]; seen.times >= enoughPages && !p.have[client] {
		return seen.status
	}
	return 0
}

// hasLoggedIn reports whether the person of a client has ever logged in.
func (p *persons) hasLoggedIn(client string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.have[client]
}

// waysOf lists the ways in the order in which they are tried and told.
func (p *persons) waysOf(s login.Settings) login.Way {
	var ways []login.Way
	if s.Form != nil {
		ways = append(ways, login.ByForms(s.Form))
	}
	if len(s.Command) > 0 {
		ways = append(ways, login.ByProgram(s.Command, s.Dir))
	}
	if s.Browser != nil {
		b := headless.New(headless.Options{Settings: *s.Browser, Transport: p.browsing})
		ways, p.ends = append(ways, b), append(p.ends, b.Close)
	}
	if s.Cookies != "" {
		ways = append(ways, login.ByCookies(s.Cookies, login.HostsOf(s.Hosts...)))
	}
	if len(ways) == 1 {
		return ways[0]
	}
	return login.InOrder(ways...)
}

// close ends the browsers.
func (p *persons) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, end := range p.ends {
		end()
	}
	p.ends = nil
}
