package livepage

import (
	"net/http"
	"slices"
)

// mostOfForm bounds what a button sends, in octets.
const mostOfForm = 4 << 10

func (p *Page) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.show)
	mux.HandleFunc("GET /events", p.stream)
	mux.HandleFunc("POST /actions/{id}", p.act)
	for name, kind := range map[string]string{"page.css": "text/css", "page.js": "text/javascript"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, _ *http.Request) {
			text, err := files.ReadFile(name)
			if err != nil {
				http.Error(w, "no such file", http.StatusNotFound)
				return
			}
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			w.Write(text)
		})
	}
	return mux
}

// view is what the template shows: the newest event first.
type view struct {
	Options
	Summary Summary
	Events  []Event
	Token   string
	Boot    string
	Said    string
	Last    int
}

func (p *Page) show(w http.ResponseWriter, _ *http.Request) { p.render(w, "") }

func (p *Page) render(w http.ResponseWriter, said string) {
	p.mu.Lock()
	v := view{Options: p.options, Summary: p.summary, Events: slices.Clone(p.events), Token: p.token, Boot: p.boot, Said: said, Last: p.number}
	p.mu.Unlock()
	slices.Reverse(v.Events)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := p.template.Execute(w, v); err != nil {
		// Whoever reads has gone; there is nobody to be told.
		return
	}
}

// act does what a button stands for. A script gets a text, a form without one the page.
func (p *Page) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostOfForm)
	if !p.bears(r) {
		http.Error(w, "this button is of another page: reload it", http.StatusForbidden)
		return
	}
	i := slices.IndexFunc(p.options.Actions, func(a Action) bool { return a.ID == r.PathValue("id") })
	if i < 0 {
		http.Error(w, "there is no such button", http.StatusNotFound)
		return
	}
	said, err := p.options.Actions[i].Do()
	status := http.StatusOK
	if err != nil {
		said, status = err.Error(), http.StatusConflict
	}
	if r.Header.Get("Accept") == "text/plain" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		w.Write([]byte(said))
		return
	}
	p.render(w, said)
}
