package wire

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Who holds connections open, each with as much as a request may hold, takes no more than
// their places; whoever comes then has its turn once one leaves.
func TestAServerThatRunsForLongTakesSoManyAtATime(t *testing.T) {
	server, err := Listen(Options{Name: "server", Recent: 3}, func(string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "served") })
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var held []net.Conn
	for range mostGuests {
		conn, err := net.Dial("tcp", server.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		conn.SetDeadline(time.Now().Add(time.Minute))
		if answer := make([]byte, 15); !reads(conn, answer, "HTTP/1.1 200 OK") {
			t.Fatalf("%s", answer)
		}
		held = append(held, conn)
	}
	late, err := net.Dial("tcp", server.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	fmt.Fprintf(late, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	late.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	answer := make([]byte, 15)
	if reads(late, answer, "HTTP/1.1 200 OK") {
		t.Error("one more was served")
	}
	held[0].Close()
	late.SetReadDeadline(time.Now().Add(time.Minute))
	if !reads(late, answer, "HTTP/1.1 200 OK") {
		t.Error("it has no turn")
	}
}

func reads(conn net.Conn, answer []byte, want string) bool {
	_, err := io.ReadFull(conn, answer)
	return err == nil && string(answer) == want
}

func TestAServerThatRunsForLongReadsShortBodies(t *testing.T) {
	for name, o := range map[string]struct {
		options Options
		status  int
	}{"for long": {Options{Recent: 3}, 413}, "for a run": {Options{}, 200}} {
		t.Run(name, func(t *testing.T) {
			server, err := Listen(o.options, func(string) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "served") })
			})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			response, err := http.Post(server.URL, "text/plain", strings.NewReader(strings.Repeat("a", mostPosted+1)))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != o.status {
				t.Errorf("status %d", response.StatusCode)
			}
		})
	}
}
