package mockas

import "net/http"

// cors is honest: any page may call, send a proof, and read the nonce and the
// challenge (RFC 9449 §8.2; Fetch §3.2). No cookies are used, so a wildcard
// gives nothing away. SDKs add fields of their own, which the wildcard allows;
// it does not cover Authorization, and browsers of old do not know it.
func cors(h http.Header, preflight bool) {
	h.Set("Access-Control-Allow-Origin", "*")
	if !preflight {
		h.Set("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate")
		return
	}
	h.Set("Access-Control-Allow-Methods", "*, GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "*, Authorization, Content-Type, DPoP")
	h.Set("Access-Control-Max-Age", "600")
}

// crossOrigin lets browsers in where a page may call at all: people, not
// pages, go to the authorization endpoint. It reports whether the request was
// a preflight and is answered.
func (s *Server) crossOrigin(w http.ResponseWriter, r *http.Request, endpoint string) bool {
	if endpoint == PathAuthorize || len(r.Header["Origin"]) == 0 {
		return false
	}
	preflight := r.Method == http.MethodOptions && len(r.Header["Access-Control-Request-Method"]) > 0
	s.policy.CORS(w.Header(), preflight)
	if preflight {
		w.WriteHeader(http.StatusNoContent)
	}
	return preflight
}
