package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
)

const (
	issuer = "https://as.test"
	apiURL = "https://api.test"
)

// world is a network in memory: hosts with handlers, a clock that stands
// still, and a record of what arrived.
type world struct {
	t     *testing.T
	hosts map[string]http.Handler
	as    *authorizationServer
	api   *resourceServer

	mu       sync.Mutex
	now      time.Time
	requests []arrived
	waits    []time.Duration
}

// arrived is a request as a server saw it.
type arrived struct {
	Method, URL string
	Header      http.Header
	Body        string
	Claims      dpop.Object // of the proof, if there was one
	JOSE        dpop.Object // its header
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: time.Unix(1_800_000_000, 0), hosts: map[string]http.Handler{}}
	w.as = newAuthorizationServer(w)
	w.api = newResourceServer(w, apiURL)
	w.hosts["as.test"] = w.as
	w.hosts["api.test"] = w.api
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// RoundTrip implements http.RoundTripper.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a := arrived{Method: r.Method, URL: r.URL.String(), Header: r.Header.Clone(), Body: string(body)}
	if text := r.Header.Get("DPoP"); text != "" {
		header, payload, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
		if err == nil {
			a.JOSE, _ = dpop.ParseMembers(header)
			a.Claims, _ = dpop.ParseMembers(payload)
		}
	}
	w.mu.Lock()
	w.requests = append(w.requests, a)
	w.mu.Unlock()
	handler := w.hosts[r.URL.Host]
	if handler == nil {
		return nil, fmt.Errorf("no such host %s", r.URL.Host)
	}
	seen := r.Clone(r.Context())
	seen.Body = io.NopCloser(bytes.NewReader(body))
	seen.RequestURI = r.URL.RequestURI()
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Date", w.clock().UTC().Format(http.TimeFormat))
	handler.ServeHTTP(recorder, seen)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// sent returns the requests that arrived at a URL's prefix.
func (w *world) sent(prefix string) []arrived {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []arrived
	for _, a := range w.requests {
		if strings.HasPrefix(a.URL, prefix) {
			found = append(found, a)
		}
	}
	return found
}

func (a arrived) claim(name string) string {
	text, _ := a.Claims.Text(name)
	return text
}

func (a arrived) form() url.Values {
	form, _ := url.ParseQuery(a.Body)
	return form
}

// options are those of a confidential client with DPoP in this world.
func (w *world) options() Options {
	return Options{
		Issuer: issuer, ClientID: "app", ClientSecret: "app-secret", RedirectURI: "https://app.test/cb",
		UseDPoP: true, GenerateKey: true,
		HTTP:  &http.Client{Transport: w},
		Clock: w.clock,
		Env:   environment(nil),
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.waits = append(w.waits, d)
			return ctx.Err()
		},
	}
}

func (w *world) client(change ...func(*Options)) *Client {
	w.t.Helper()
	o := w.options()
	for _, c := range change {
		c(&o)
	}
	c, err := New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) fetcher(c *Client, change ...func(*FetcherOptions)) *Fetcher {
	w.t.Helper()
	o := FetcherOptions{BaseURL: apiURL}
	for _, f := range change {
		f(&o)
	}
	fetcher, err := c.Fetcher(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return fetcher
}

// get fetches and returns the status, or fails the test.
func (w *world) get(f *Fetcher, target string) int {
	w.t.Helper()
	response, err := f.Fetch(w.t.Context(), target, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// always is an AccessToken that returns the same token for every request.
func always(token string) func(context.Context, TokenOptions) (string, error) {
	return func(context.Context, TokenOptions) (string, error) { return token, nil }
}

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

// answerFunc decides one answer; false leaves it to the honest server.
type answerFunc func(w http.ResponseWriter, r *http.Request) bool

// answers returns a handler step that gives fixed answers, each once or, the
// last one, for ever.
func answers(steps ...func(http.ResponseWriter)) answerFunc {
	var mu sync.Mutex
	n := 0
	return func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, ".well-known") {
			return false
		}
		mu.Lock()
		step := steps[min(n, len(steps)-1)]
		n++
		mu.Unlock()
		if step == nil {
			return false
		}
		step(w)
		return true
	}
}

// answer is one with a status, field lines "Name: value" and a body.
func answer(status int, body string, lines ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header()[http.CanonicalHeaderKey(name)] = append(w.Header()[http.CanonicalHeaderKey(name)], value)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// codeOf returns the code of a DPoPError, "" for nil and "other" for the rest.
func codeOf(err error) Code {
	var e *DPoPError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return "other"
}
