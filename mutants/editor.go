package mutants

import "net/http"

// editor changes the head of an answer before it leaves.
type editor struct {
	http.ResponseWriter
	edit func(status int, h http.Header)
	sent bool
}

// WriteHeader implements http.ResponseWriter.
func (e *editor) WriteHeader(status int) {
	if !e.sent {
		e.sent = true
		e.edit(status, e.Header())
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *editor) Write(p []byte) (int, error) {
	if !e.sent {
		e.WriteHeader(http.StatusOK)
	}
	return e.ResponseWriter.Write(p)
}
