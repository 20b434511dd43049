package surroundings

import (
	"bytes"
	"fmt"
	"net/http"
)

// headed changes the head of each answer before it leaves.
func headed(edit func(w *way, h http.Header)) disturbance {
	return func(w *way, next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.happened()
			held := &held{header: rw.Header()}
			next.ServeHTTP(held, r)
			edit(w, rw.Header())
			held.release(rw)
		})
	}
}

// held is an answer that has not left yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (h *held) Header() http.Header { return h.header }

// WriteHeader implements http.ResponseWriter.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write implements http.ResponseWriter.
func (h *held) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

func (h *held) release(rw http.ResponseWriter) {
	h.WriteHeader(http.StatusOK)
	rw.WriteHeader(h.status)
	rw.Write(h.body.Bytes())
}

// words are those of a refusal that has nothing to do with the proof.
type words struct {
	status int
	code   string // error code; empty: none
	after  string // Retry-After; empty: none
}

// refusing answers so; at an API and at userinfo in a challenge, else in JSON.
func refusing(say words) func(*way, http.ResponseWriter, *http.Request) {
	return func(_ *way, rw http.ResponseWriter, r *http.Request) {
		if say.after != "" {
			rw.Header().Set("Retry-After", say.after)
		}
		challenged := r.URL.Path != "/token"
		status := say.status
		switch {
		case status != http.StatusUnauthorized:
		case challenged:
			challenge := "DPoP"
			if say.code != "" {
				challenge += fmt.Sprintf(` error="%s"`, say.code)
			}
			rw.Header().Set("WWW-Authenticate", challenge)
		case say.code != "":
			status = http.StatusBadRequest // RFC 6749 §5.2
		}
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		if say.code == "" {
			fmt.Fprint(rw, "{}")
			return
		}
		fmt.Fprintf(rw, `{"error":%q}`, say.code)
	}
}

// broken ends the connection without an answer.
func broken(*way, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// silent never answers.
func silent(w *way, rw http.ResponseWriter, r *http.Request) {
	select {
	case <-w.closed:
	case <-r.Context().Done():
	}
	broken(w, rw, r)
}

// byLot refuses in the words of one of several, so that every refusal that a
// party gives to a bad proof is given to a good one, too.
func byLot(several ...words) func(*way, http.ResponseWriter, *http.Request) {
	return func(w *way, rw http.ResponseWriter, r *http.Request) {
		refusing(several[w.lot()>>7%uint64(len(several))])(w, rw, r)
	}
}
