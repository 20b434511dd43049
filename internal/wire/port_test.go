package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// says is a server of this process that answers with one word.
func says(t *testing.T, word string) *Server {
	t.Helper()
	server, err := Listen(Options{Name: word, Reuse: true}, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, word) })
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// heard asks from within and from outside.
func heard(t *testing.T, url string) (within, outside string) {
	t.Helper()
	client := NewClient(Connection{Timeout: 5 * time.Second})
	defer client.Close()
	if e, err := client.Do(t.Context(), Request{Method: "GET", URL: url}); err == nil {
		within = string(e.Reply)
	}
	kernel := &http.Transport{DisableKeepAlives: true}
	if response, err := (&http.Client{Transport: kernel, Timeout: 5 * time.Second}).Get(url); err == nil {
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		outside = string(body)
	}
	return within, outside
}

func TestAServerIsReachedFromWithinAndFromOutside(t *testing.T) {
	server := says(t, "here")
	if within, outside := heard(t, server.URL); within != "here" || outside != "here" {
		t.Errorf("within %q, outside %q", within, outside)
	}
	if n := len(server.Exchanges()); n != 2 {
		t.Errorf("%d exchanges recorded", n)
	}
}

func TestNobodyAnswersForAServerThatWasClosed(t *testing.T) {
	server := says(t, "here")
	heard(t, server.URL) // leaves a connection that is kept
	server.Close()
	server.Close()
	if within, outside := heard(t, server.URL); within != "" || outside != "" {
		t.Errorf("within %q, outside %q", within, outside)
	}
	_, err := Dial(t.Context(), &net.Dialer{}, "tcp", server.Address())
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a connection to it: %v", err)
	}
}

func TestASuccessorOnThePortAnswersForItselfAlone(t *testing.T) {
	first := says(t, "first")
	heard(t, first.URL)
	first.Close()
	second := says(t, "second")
	for second.URL != first.URL { // other tests have left ports too
		second = says(t, "second")
	}
	if within, outside := heard(t, second.URL); within != "second" || outside != "second" {
		t.Errorf("within %q, outside %q", within, outside)
	}
	if len(first.Exchanges()) != 2 || len(second.Exchanges()) != 2 {
		t.Errorf("%d and %d exchanges recorded", len(first.Exchanges()), len(second.Exchanges()))
	}
}

func TestAPortWithARequestUnderWayIsNotUsedAgain(t *testing.T) {
	entered, ended := make(chan bool), make(chan bool)
	server, err := Listen(Options{Reuse: true}, func(string) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			entered <- true
			<-r.Context().Done()
			close(ended)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		client := NewClient(Connection{Timeout: time.Minute})
		client.Do(context.Background(), Request{Method: "GET", URL: server.URL})
	}()
	<-entered
	server.Close()
	<-ended // the connection ended with the server
	if _, ours := ofThisProcess(server.Address()); ours {
		t.Error("the port is open for a successor")
	}
}

// Who tells servers apart by their ports alone sends to the wrong one.
func TestServersAtOnePortOfTwoHostsAreTwo(t *testing.T) {
	named := func(name string) func(string) http.Handler {
		return func(string) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(name)) })
		}
	}
	one, err := Listen(Options{Name: "one"}, named("one"))
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	_, number, _ := net.SplitHostPort(one.Address())
	two, err := Listen(Options{Name: "two", Address: net.JoinHostPort("127.0.0.2", number)}, named("two"))
	if err != nil {
		// Linux answers on all of 127.0.0.0/8; some systems have 127.0.0.1 alone.
		t.Skip("this machine has no second address on loopback:", err)
	}
	defer two.Close()
	client := NewClient(Connection{Timeout: time.Minute})
	defer client.Close()
	for url, want := range map[string]string{
		one.URL: "one", two.URL: "two", "http://" + net.JoinHostPort("localhost", number): "one",
	} {
		e, err := client.Do(t.Context(), Request{Method: "GET", URL: url + "/"})
		if err != nil || string(e.Reply) != want {
			t.Errorf("%s: %v, %s", url, err, e.Reply)
		}
	}
}
