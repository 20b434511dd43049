package wire

import (
	"io"
	"log"
	"net/http"
	"testing"
	"time"
)

func TestFieldLinesAreRecordedAsTheyStoodOnTheWire(t *testing.T) {
	server, err := Listen(Options{Name: "API"}, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Note(r.Context(), "seen", "yes") })
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := NewClient(Connection{Timeout: 5 * time.Second})
	defer client.Close()
	for range 3 { // also on a connection that is used again
		_, err := client.Do(t.Context(), Request{
			Method: "POST", URL: server.URL + "/a%2Fb/../c?x=1", Body: []byte("hello"),
			Fields: Fields{{"DPoP", "one"}, {"DPoP", "two"}, {"dPoP", "three"}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range server.Exchanges() {
		if got := e.Fields.Values("DPoP"); len(got) != 3 {
			t.Errorf("DPoP lines: %q", got)
		}
		var names []string
		for _, f := range e.Fields {
			if len(f.Name) == 4 && f.Name != "Host" {
				names = append(names, f.Name)
			}
		}
		if len(names) != 3 || names[2] != "dPoP" && names[0] != "dPoP" {
			t.Errorf("names as written: %q", names)
		}
		if e.Target != "/a%2Fb/../c?x=1" || string(e.Body) != "hello" || e.Status != 200 {
			t.Errorf("recorded %s %q %d", e.Target, e.Body, e.Status)
		}
		if v, _ := e.Fact("seen"); v != "yes" {
			t.Error("the handler's fact is missing")
		}
	}
}

func TestAScriptedAnswerIsPlayedOnceAndAPanicBecomesStatus500(t *testing.T) {
	server, err := Listen(Options{Name: "API"}, func(string) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.Then(Answer{Match: Path("/x"), Play: Reply(418, Fields{{"DPoP-Nonce", "n"}}, "tea")})
	client := NewClient(Connection{Timeout: 5 * time.Second})
	defer client.Close()
	for i, want := range []int{418, 500} {
		e, err := client.Do(t.Context(), Request{Method: "GET", URL: server.URL + "/x"})
		if err != nil || e.Status != want {
			t.Errorf("answer %d: %v %v, want %d", i, e.Status, err, want)
		}
	}
	server.Then(Answer{Play: Cut})
	_, err = client.Do(t.Context(), Request{Method: "POST", URL: server.URL + "/x", Body: []byte("x")})
	if err == nil {
		t.Error("a cut connection gave no error")
	}
}

// quiet swallows what net/http says of handshakes that a test breaks on purpose.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestArrivalsTellTheOrderAcrossServers(t *testing.T) {
	var one, other Recorder
	for _, at := range []*Recorder{&one, &other, &one} {
		at.add(&Exchange{})
	}
	first, second, third := one.Exchanges()[0].Arrival, other.Exchanges()[0].Arrival, one.Exchanges()[1].Arrival
	if first >= second || second >= third {
		t.Errorf("arrivals %d, %d, %d", first, second, third)
	}
}
