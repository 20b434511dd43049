package wire

import "net/http"

// preflightField is in every preflight, and in no request of a script.
const preflightField = "Access-Control-Request-Method"

// Preflight reports whether a browser asked by itself if it may send a request of a
// script (Fetch §3.3.2: the CORS-preflight request): the script, and the client in
// it, knows nothing of that. asked are the values of Access-Control-Request-Method.
func Preflight(method string, asked []string) bool {
	return method == http.MethodOptions && len(asked) > 0
}

// Preflight reports whether the exchange began with a preflight.
func (e *Exchange) Preflight() bool { return Preflight(e.Method, e.Fields.Values(preflightField)) }

// letScriptsRead shows a scripted answer to a client in a browser as to any other.
func letScriptsRead(h http.Header, r *http.Request) {
	if len(r.Header.Values("Origin")) > 0 {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "*")
	}
}
