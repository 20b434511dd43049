package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Server listens on loopback for every program and browser. What runs in this
// process itself reaches it past the kernel (Dial, direct): net/http writes and
// reads the same bytes, and a case costs its signatures, not its sockets.

// port is a loopback port that this process listens on, with the machinery of
// net/http. It is the net.Listener of that machinery, which takes connections
// from outside and from within, and its http.Handler, which knows whose server
// is behind the port now.
type port struct {
	listener net.Listener
	http     *http.Server
	behind   atomic.Pointer[recording]
	plain    bool // HTTP without TLS

	entering chan net.Conn
	idle     chan *link // connections from within that are free
	closed   chan struct{}
	once     sync.Once
	guests   guests
}

var (
	ports  sync.Map // *port by placeOf its address
	unused = make(chan *port, 64)
)

// takePort returns a port that a server of this process has left, if one may be
// used again, or else a new one.
func takePort(o Options) (*port, error) {
	if o.Reuse {
		select {
		case p := <-unused:
			return p, nil
		default:
		}
	}
	return openPort(o)
}

func openPort(o Options) (*port, error) {
	// Multipath TCP, which Go's listeners offer by default, is of no use here.
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp", o.Address)
	if err != nil {
		return nil, err
	}
	p := &port{
		listener: listener, plain: o.TLS == nil,
		entering: make(chan net.Conn), idle: make(chan *link, idleLinks), closed: make(chan struct{}),
	}
	p.http = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    4 << 20, // oversized proofs must reach the check that refuses them
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnContext:       rememberRaw,
	}
	p.http.SetKeepAlivesEnabled(!o.Brief)
	if o.Recent > 0 {
		bound(p.http)
		p.guests = make(guests, mostGuests)
	}
	ports.Store(placeOf(p.address()), p)
	go p.letIn()
	if o.TLS != nil {
		p.http.TLSConfig = o.TLS.Clone()
		go p.http.ServeTLS(p, "", "")
	} else {
		go p.http.Serve(rawListener{p})
	}
	return p, nil
}

// leave ends what a server does behind the port. The port stays open for
// another one if that is wanted, and if no request is under way that would keep
// its connection busy.
func (p *port) leave(reuse bool) {
	left := p.behind.Swap(nil)
	if reuse && left.busy.Load() == 0 {
		select {
		case unused <- p:
			return
		default:
		}
	}
	ports.CompareAndDelete(placeOf(p.address()), p)
	p.Close()
	p.http.Close()
	p.listener.Close()
}

func (p *port) address() string { return p.listener.Addr().String() }

func (p *port) number() string {
	_, number, _ := net.SplitHostPort(p.address())
	return number
}

// letIn takes the connections from outside.
func (p *port) letIn() {
	for p.guests.take(p.closed) {
		conn, err := p.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, say: others may be closed soon
			p.guests.leave()
			time.Sleep(10 * time.Millisecond)
			continue
		}
		if conn = p.guests.seated(conn); p.enter(context.Background(), conn) != nil {
			conn.Close()
		}
	}
}

// errNobody is what the kernel says of a port on which nobody listens.
var errNobody = fmt.Errorf("no server is behind the port: %w", syscall.ECONNREFUSED)

func (p *port) enter(ctx context.Context, conn net.Conn) error {
	if p.behind.Load() == nil {
		return errNobody
	}
	select {
	case p.entering <- conn:
		return nil
	case <-p.closed:
		return errNobody
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *port) Accept() (net.Conn, error) {
	select {
	case conn := <-p.entering:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *port) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr implements net.Listener.
func (p *port) Addr() net.Addr { return p.listener.Addr() }

// ServeHTTP implements http.Handler.
func (p *port) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := p.behind.Load()
	if h == nil {
		panic(http.ErrAbortHandler) // the connection ends, as with a server that was closed
	}
	h.busy.Add(1)
	defer h.busy.Add(-1)
	h.ServeHTTP(w, r)
}

// placeOf is an address as the ports of this process are known by it. The names of
// this machine are those of 127.0.0.1, and so is what listens on every address.
func placeOf(address string) string {
	host, number, _ := net.SplitHostPort(address)
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, number)
}

// ofThisProcess returns the port of that address, if it is one of ours. TLS goes
// by the kernel: it writes its last words to whoever may not listen any more.
func ofThisProcess(address string) (*port, bool) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !Loopback(host) {
		return nil, false
	}
	known, ours := ports.Load(placeOf(address))
	if !ours {
		return nil, false
	}
	p := known.(*port)
	return p, p.plain
}

// Dial connects to an address as the dialer does, and to a Server of this
// process directly.
func Dial(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	p, ours := ofThisProcess(address)
	if !ours {
		return dialer.DialContext(ctx, network, address)
	}
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

func (p *port) dial(ctx context.Context) (*within, error) {
	here, there := connected(p.Addr())
	if err := p.enter(ctx, there); err != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: p.Addr(), Err: err}
	}
	return here, nil
}
