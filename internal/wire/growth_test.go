package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestARecorderOfTheNewestStandsStillAndCountsOn(t *testing.T) {
	r := Recorder{recent: 10}
	for i := range 1000 {
		r.add(&Exchange{Target: fmt.Sprint(i)})
	}
	list := r.Exchanges()
	if len(list) < 10 || len(list) > 20 || list[len(list)-1].Target != "999" || list[len(list)-1].Number != 1000 {
		t.Errorf("%d are kept: %+v", len(list), list)
	}
	if before := r.Len(); before != 1000 || len(r.After(before)) != 0 || len(r.After(999)) != 1 {
		t.Errorf("%d are counted", before)
	}
}

func TestAClientThatNeverStopsIsNotRecordedForEver(t *testing.T) {
	var byNumber, bySize Recorder
	for range 2 * mostRecorded {
		byNumber.add(&Exchange{})
	}
	body := make([]byte, maxBody)
	for range 100 {
		bySize.add(&Exchange{Body: body})
	}
	for what, r := range map[string]*Recorder{"number": &byNumber, "size": &bySize} {
		if !r.Flooded() || r.Len() > mostRecorded || r.octets > mostOctets+maxBody {
			t.Errorf("by %s: %d were recorded, %d octets, and it says so: %v", what, r.Len(), r.octets, r.Flooded())
		}
	}
}

// hostile answers every request with the same octets, and goes on with more of them as
// long as the client reads.
func hostile(t *testing.T, head string, more string) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				for _, err := conn.Write([]byte(head)); err == nil && more != ""; {
					_, err = conn.Write([]byte(more))
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// A stranger's answer may be as long as the stranger pleases; what is kept may not.
func TestWhatIsKeptOfAnAnswerIsBounded(t *testing.T) {
	const status = "HTTP/1.1 200 OK\r\n"
	const none = "Content-Length: 0\r\n\r\n"
	lines := func(line string, octets int) string { return strings.Repeat(line, octets/len(line)) }
	tooMany := func(err error) bool { var e *TooManyLines; return errors.As(err, &e) }
	tooLarge := func(err error) bool { var e *TooLarge; return errors.As(err, &e) }
	some := func(err error) bool { return err != nil }
	for _, c := range []struct {
		name, head, more string
		want             func(error) bool
	}{
		{"short lines, 900 kB", status + lines("a: b\r\n", 900<<10) + none, "", tooMany},
		{"cookies", status + lines("Set-Cookie: a=b\r\n", 100<<10) + none, "", tooMany},
		{"challenges", status + lines("WWW-Authenticate: DPoP algs=\"ES256\"\r\n", 200<<10) + none, "", tooMany},
		{"nonces", status + lines("DPoP-Nonce: abc\r\n", 100<<10) + none, "", tooMany},
		{"lines without end", status, lines("a: b\r\n", 1<<16), some},
		{"a line without end", status + "a: ", lines("b", 1<<16), some},
		{"a body without end", status + "\r\n", lines("b", 1<<16), tooLarge},
		{"1xx without end", "", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", some},
		{"chunks with extensions without end", status + "Transfer-Encoding: chunked\r\n\r\n",
			"1;" + lines("a", 1<<10) + "\r\nb\r\n", some},
		{"an extension without end", status + "Transfer-Encoding: chunked\r\n\r\n1;", lines("a", 1<<16), some},
		{"trailers without end", status + "Transfer-Encoding: chunked\r\n\r\n0\r\n", lines("a: b\r\n", 1<<16), some},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := NewClient(Connection{Timeout: time.Minute})
			defer client.Close()
			e, err := client.Do(t.Context(), Request{Method: "GET", URL: hostile(t, c.head, c.more)})
			if !c.want(err) {
				t.Errorf("the error is %v", err)
			}
			octets := len(e.Reply)
			for _, f := range e.Answer {
				octets += len(f.Name) + len(f.Value)
			}
			if len(e.Answer) > maxLines || octets > 2*maxReply {
				t.Errorf("%d lines and %d octets are kept", len(e.Answer), octets)
			}
		})
	}
}
