package livepage

import (
	"crypto/subtle"
	"net/http"
)

// policy is what the page may load and do: its own files, from here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// guarded refuses whoever is not the page itself. A name that somebody else's domain
// server gives for this machine comes in Host, a page of somebody else in Origin and
// Sec-Fetch-Site.
func (p *Page) guarded(next http.Handler) http.Handler {
	own := p.listener.Addr().String()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cache-Control", "no-store")
		switch {
		case r.Host != own:
			http.Error(w, "this page is at http://"+own+"/ and under no other name", http.StatusMisdirectedRequest)
		case !p.fromHere(r, own):
			http.Error(w, "this page answers no other page", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// fromHere reports whether a request comes from the page, or from somebody who has typed
// its address.
func (p *Page) fromHere(r *http.Request, own string) bool {
	for _, origin := range r.Header["Origin"] {
		if origin != "http://"+own {
			return false
		}
	}
	typed := r.Method == http.MethodGet && r.URL.Path == "/"
	for _, site := range r.Header["Sec-Fetch-Site"] {
		// A link elsewhere may lead here: it shows the page, and its owner sees nothing of it.
		if site != "same-origin" && !(typed && r.Header.Get("Sec-Fetch-Mode") == "navigate") {
			return false
		}
	}
	return true
}

// bears reports whether a form comes with the token of the page.
func (p *Page) bears(r *http.Request) bool {
	return subtle.ConstantTimeCompare([]byte(r.PostFormValue("token")), []byte(p.token)) == 1
}
