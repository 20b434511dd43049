package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func serving(t *testing.T, handler http.HandlerFunc) *Server {
	t.Helper()
	server, err := Listen(Options{Name: "server"}, func(string) http.Handler { return handler })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

func ask(t *testing.T, ctx context.Context, r Request) (*Exchange, error) {
	t.Helper()
	client := NewClient(Connection{Timeout: 5 * time.Second})
	t.Cleanup(client.Close)
	return client.Do(ctx, r)
}

func TestAFieldThatNoLineCanHoldIsNotSent(t *testing.T) {
	server := serving(t, func(http.ResponseWriter, *http.Request) {})
	for _, f := range []Field{
		{"DPoP", "a\r\nOther: b"}, {"DPoP", "a\x00b"}, {"DPoP", "a\x7f"}, {"D PoP", "a"}, {"", "a"},
	} {
		if _, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL, Fields: Fields{f}}); err == nil {
			t.Errorf("%q was sent", f)
		}
	}
	if server.Len() != 0 {
		t.Errorf("%d requests arrived", server.Len())
	}
}

func TestProvisionalAnswersAreNotTheAnswer(t *testing.T) {
	server := serving(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	e, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL})
	if err != nil || e.Status != http.StatusTeapot || string(e.Reply) != "short and stout" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestWhoeverGivesUpWaitsNoLonger(t *testing.T) {
	server := serving(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := ask(t, ctx, Request{Method: "GET", URL: server.URL}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestAServerThatHangsUpBreaksTheConnectionOnce(t *testing.T) {
	server := serving(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL})
	var broken *Broken
	if !errors.As(err, &broken) || server.Len() != 1 {
		t.Errorf("%v after %d requests", err, server.Len())
	}
}

func TestAHeadThatIsTooLargeIsAnsweredWhileItIsWritten(t *testing.T) {
	server := serving(t, func(http.ResponseWriter, *http.Request) {})
	large := Fields{{"DPoP", strings.Repeat("a", 5<<20)}}
	e, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL, Fields: large})
	if err != nil || e.Status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestAConnectionIsUsedAgainOnlyIfItsAnswerWasRead(t *testing.T) {
	server := serving(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			w.Write(make([]byte, maxReply+10))
			return
		}
		io.WriteString(w, r.URL.Path)
	})
	if _, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL + "/long"}); err == nil {
		t.Error("an answer that is too large")
	}
	for _, path := range []string{"/a", "/b", "/c"} {
		e, err := ask(t, t.Context(), Request{Method: "GET", URL: server.URL + path})
		if err != nil || string(e.Reply) != path {
			t.Errorf("%s: %+v, %v", path, e, err)
		}
	}
}
