package wire

import "net/http"

// preflight reports whether a browser asks by itself if it may send a request of a
// script (Fetch: CORS-preflight request): the script, and the client in it, knows
// nothing of that. A browser puts no credentials into it; what has some was sent by
// somebody else.
func preflight(method string, values func(field string) []string) bool {
	return method == http.MethodOptions && len(values("Access-Control-Request-Method")) > 0 &&
		len(values("Authorization")) == 0 && len(values("DPoP")) == 0
}

// Preflight reports whether the request was a browser's own question.
func (e *Exchange) Preflight() bool { return preflight(e.Method, e.Fields.Values) }

// letScriptsRead shows a scripted answer to a client in a browser as to any other.
func letScriptsRead(h http.Header, r *http.Request) {
	if len(r.Header.Values("Origin")) > 0 {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "*")
	}
}
