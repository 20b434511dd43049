package hostile

import (
	"io"
	"net"
	"time"
)

// connections are misbehaviours of the connection itself: silence, dripping,
// hanging up at each stage.
func connections() []Misbehaviour {
	return []Misbehaviour{
		{Name: "closed at once", Does: "hangs up before the request", greet: func(*Server, net.Conn) {}},
		{Name: "deaf", Does: "takes the connection and neither reads nor writes", greet: func(s *Server, _ net.Conn) {
			<-s.done
		}},
		{Name: "garbage instead of TLS", Does: "answers a handshake with text", greet: func(_ *Server, c net.Conn) {
			io.WriteString(c, "220 mail.example ESMTP\r\n")
		}},
		{Name: "silent", Does: "reads the request and never answers", act: (*conversation).silence},
		{Name: "reset", Does: "resets the connection instead of answering", act: (*conversation).reset},
		answer("hangs up", "closes the connection instead of answering", ""),
		answer("hangs up in the status line", "closes the connection in the middle of the status line", "HTTP/1.1 2"),
		answer("hangs up in the fields", "closes the connection between two field lines",
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConte"),
		answer("hangs up in the body", "closes the connection before the body is whole",
			head("200 OK", asJSON, "Content-Length: 100")+`{"access_token":`),
		{Name: "reset in the body", Does: "resets the connection within the body", act: func(c *conversation) {
			c.say(head("200 OK", "Content-Length: 100") + `{"access_token":`)
			c.reset()
		}},
		{Name: "silent after the fields", Does: "promises a body that never comes", act: func(c *conversation) {
			c.say(head("200 OK", asJSON, "Content-Length: 100"))
			c.silence()
		}},
		{Name: "drips the fields", Does: "writes an octet of the head now and then", act: func(c *conversation) {
			c.say("HTTP/1.1 200 OK\r\nX-Drip: ")
			c.drip("x")
		}},
		{Name: "drips the body", Does: "writes an octet of the body now and then", act: func(c *conversation) {
			c.say(head("200 OK", asJSON))
			c.drip(" ")
		}},
	}
}

// reset ends the connection with RST instead of FIN.
func (c *conversation) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.Close()
}

func (c *conversation) drip(octet string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if !c.say(octet) {
			return
		}
	}
}
