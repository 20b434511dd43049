package client

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// maxPeek bounds how much of a refusal is read to find its error code, and of a
// body that nobody wants to use its connection again.
const maxPeek = 64 << 10

// keepBody returns a function that yields the body anew for each attempt.
func keepBody(r *http.Request) (func() (io.ReadCloser, error), int64, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return noBody, 0, nil
	}
	if r.GetBody != nil {
		r.Body.Close()
		return r.GetBody, r.ContentLength, nil
	}
	defer r.Body.Close()
	kept, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the body of the request: %w", err)
	}
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(kept)), nil }, int64(len(kept)), nil
}

// noBody yields the body of a request that has none.
func noBody() (io.ReadCloser, error) { return http.NoBody, nil }

// unrewindable is a body that net/http cannot rewind. http.Transport sends some
// requests again on its own when a connection breaks, with the proof that the
// server may have seen already; without a way to rewind it does not, and leaves
// it to the client to make a new one.
type unrewindable struct{ io.ReadCloser }

// resentByTransport reports whether net/http takes the request for idempotent.
func resentByTransport(r *http.Request) bool {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if _, has := r.Header[name]; has {
			return true
		}
	}
	return safeMethod(r.Method)
}

// safeMethod is RFC 9110 §9.2.1.
func safeMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, "":
		return true
	}
	return false
}

// rest is a body of which a part was read already.
type rest struct {
	io.Reader
	io.Closer
}

// drain reads what is left of a body, within bounds, so that its connection can
// be used again, and closes it.
func drain(body io.ReadCloser) {
	io.CopyN(io.Discard, body, maxPeek)
	body.Close()
}

// closeBody closes the body of a request that is not sent, as RoundTrip must.
func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
