package mockas

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
)

// verification is the page at which a person approves a device (RFC 8628 §3.3): it
// asks for the user code, which verification_uri_complete brings along, and takes it by
// POST alone, so that no link approves anything by itself. The person is whoever comes.
func (s *Server) verification(w http.ResponseWriter, r *http.Request) {
	if !s.only(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	var given, said string
	status := http.StatusOK
	if r.Method == http.MethodPost {
		c, problem := formCall(r)
		if problem != nil {
			s.fail(w, r, nil, nil, problem)
			return
		}
		if given = c.Get("user_code"); s.store.approveDevice(given) {
			s.show(w, http.StatusOK, "<p>The device is connected. You may close this window.</p>")
			return
		}
		status, said = http.StatusBadRequest, "<p>No device shows this code.</p>"
	} else if query, err := url.ParseQuery(r.URL.RawQuery); err == nil {
		given = query.Get("user_code")
	}
	s.show(w, status, fmt.Sprintf(`%s<form method="post" action="%s">
<label>Code on your device <input name="user_code" value="%s" autocomplete="off" required></label>
<button type="submit">Continue</button>
</form>`, said, html.EscapeString(s.URL(PathVerify)), html.EscapeString(given)))
}

// show answers with a page.
func (s *Server) show(w http.ResponseWriter, status int, body string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	s.policy.NoStore(h)
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!doctype html>\n<html lang=\"en\"><title>Connect a device</title>\n%s\n</html>\n", body)
}
