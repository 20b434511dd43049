package mutants

import (
	"bytes"
	"net/http"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
)

// signedPerson answers with a JWT at userinfo, as a client may have registered for
// (userinfo_signed_response_alg, OpenID Connect Core 1.0 §5.3.2).
func signedPerson(c *mockas.Config) {
	around := c.Policy.Around
	c.Policy.Around = func(path string, next http.HandlerFunc) http.HandlerFunc {
		next = around(path, next)
		if path != mockas.PathUserinfo {
			return next
		}
		return func(w http.ResponseWriter, r *http.Request) {
			answer := &heldAnswer{ResponseWriter: w, status: http.StatusOK}
			next(answer, r)
			if answer.status == http.StatusOK && answer.body.Len() > 0 {
				if text, err := dpop.SignCompact(c.Key, []byte(`{"alg":"`+c.Key.Algorithm+`"}`), answer.body.Bytes()); err == nil {
					w.Header().Set("Content-Type", "application/jwt")
					answer.body.Reset()
					answer.body.WriteString(text)
				}
			}
			w.WriteHeader(answer.status)
			w.Write(answer.body.Bytes())
		}
	}
}

// heldAnswer keeps what is answered until it is known how.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) WriteHeader(status int) { h.status = status }

func (h *heldAnswer) Write(text []byte) (int, error) { return h.body.Write(text) }
