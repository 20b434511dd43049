package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// recording is the outermost handler: it writes down the exchange, turns a
// panic into an answer with status 500, and sets Date from the server's clock.
type recording struct {
	name     string // of the server
	recorder *Recorder
	clock    func() time.Time
	ended    func(Exchange)
	next     http.Handler
	most     int64        // octets of a body that are read
	busy     atomic.Int32 // requests under way
}

func (h *recording) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	body, err := readBody(r, h.most)
	e := &Exchange{
		Server: h.name, At: h.clock(), Began: began, Secure: r.TLS != nil, Method: r.Method, Target: r.RequestURI, Host: r.Host, Body: body,
	}
	if raw, ok := r.Context().Value(rawKey{}).(*rawConn); ok {
		e.Fields = raw.takeFields()
	}
	if e.Fields == nil {
		e.Fields = FieldsOf(r.Header)
	}
	if !h.recorder.add(e) {
		http.Error(w, "more requests came than this server records", http.StatusServiceUnavailable)
		return
	}
	answer := &answerWriter{ResponseWriter: w}
	answer.Header().Set("Date", h.clock().UTC().Format(http.TimeFormat))
	switch {
	case err != nil || int64(len(body)) > h.most:
		http.Error(answer, "the request body cannot be read or is too large", http.StatusRequestEntityTooLarge)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		r = r.WithContext(context.WithValue(r.Context(), currentKey{}, current{h.recorder, e}))
		h.serve(answer, r)
	}
	h.recorder.update(func() {
		e.Status = answer.status
		if answer.status == 0 && !answer.hijacked {
			e.Status = http.StatusOK
		}
		e.Took = time.Since(began)
		e.Answer, e.Reply = FieldsOf(w.Header()), answer.body.Bytes()
	})
	if h.ended != nil {
		h.ended(*e)
	}
}

func readBody(r *http.Request, most int64) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, most+1))
}

func (h *recording) serve(w *answerWriter, r *http.Request) {
	defer func() {
		cause := recover()
		switch {
		case cause == nil:
		case cause == http.ErrAbortHandler:
			w.hijacked = true
			panic(cause)
		default:
			Note(r.Context(), "panic", fmt.Sprint(cause))
			if w.status == 0 {
				http.Error(w, "internal error", http.StatusInternalServerError)
			}
		}
	}()
	h.next.ServeHTTP(w, r)
}

// answerWriter keeps a copy of what is answered.
type answerWriter struct {
	http.ResponseWriter
	status   int
	body     bytes.Buffer
	hijacked bool
}

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if w.body.Len() < maxBody {
		w.body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
