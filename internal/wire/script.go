package wire

import (
	"net/http"
	"sync"
)

// Script holds answers that a server is told to give next, so that a client
// can be provoked. An answer that does not match a request stays for a later one.
type Script struct {
	mu      sync.Mutex
	answers []*Answer
}

// Answer is one scripted reaction to a request.
type Answer struct {
	// Match chooses the request; nil matches any.
	Match func(*http.Request) bool
	// Times is how often it is played; 0 means once, negative for ever.
	Times int
	// Play answers. next is what the server would have done.
	Play func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// Then queues an answer.
func (s *Script) Then(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.Times == 0 {
		a.Times = 1
	}
	s.answers = append(s.answers, &a)
}

func (s *Script) take(r *http.Request) *Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, a := range s.answers {
		if a.Match != nil && !a.Match(r) {
			continue
		}
		if a.Times > 0 {
			if a.Times--; a.Times == 0 {
				s.answers = append(s.answers[:i:i], s.answers[i+1:]...)
			}
		}
		return a
	}
	return nil
}

func (s *Script) play(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if preflight(r.Method, r.Header.Values) {
			next.ServeHTTP(w, r) // a browser asks whether the request may be sent; it comes next
			return
		}
		if a := s.take(r); a != nil {
			Note(r.Context(), "scripted", "yes")
			letScriptsRead(w.Header(), r)
			a.Play(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Path matches requests to one path.
func Path(path string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.URL.EscapedPath() == path }
}

// Reply is a scripted answer of fixed status, field lines and body.
func Reply(status int, fields Fields, body string) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for _, f := range fields {
			w.Header()[f.Name] = append(w.Header()[f.Name], f.Value)
		}
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// Cut closes the connection without an answer.
func Cut(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// Altered lets the server answer and changes the answer before it leaves.
func Altered(
	change func(status *int, header http.Header, body *[]byte),
) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		d := unsent{header: http.Header{}}
		next.ServeHTTP(&d, r)
		d.WriteHeader(http.StatusOK) // which is what no status means
		change(&d.status, d.header, &d.body)
		for name, values := range d.header {
			w.Header()[name] = values
		}
		w.WriteHeader(d.status)
		w.Write(d.body)
	}
}

// unsent is an answer that has not left yet.
type unsent struct {
	header http.Header
	status int // 0: none yet
	body   []byte
}

// Header implements http.ResponseWriter.
func (d *unsent) Header() http.Header { return d.header }

// WriteHeader implements http.ResponseWriter: the first status counts.
func (d *unsent) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

// Write implements http.ResponseWriter.
func (d *unsent) Write(body []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	d.body = append(d.body, body...)
	return len(body), nil
}
