package wire

import (
	"crypto/tls"
	"time"
)

// Options change how a Server listens; the zero value is plain HTTP on a free
// loopback port.
type Options struct {
	Name    string
	Address string      // "127.0.0.1:0" if empty
	TLS     *tls.Config // nil: plain HTTP
	Clock   func() time.Time
	// Host is the name by which clients reach the loopback address, such as
	// localhost, where a client takes no address for a name.
	Host string
	// Origin is how clients name this server where they reach it by another
	// address than the one it listens on (a proxy, a default port).
	Origin string
	// Brief ends each connection with its first answer, for clients that outlive
	// the server: they must not send to its successor on a connection that died.
	Brief bool
	// Reuse listens on a port that another server of this process has left, and
	// leaves it to the next. It is for servers that no other program knows, since
	// one may keep connections and what it learned of an origin.
	Reuse bool
	// Recent is how many exchanges the Recorder keeps, the newest, of a server that runs
	// for as long as somebody pleases; 0: all of them.
	Recent int
	// Ended is told of every exchange once its answer has been written.
	Ended func(Exchange)
}
