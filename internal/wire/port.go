package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Server listens on loopback for every program and browser. What runs in this
// process itself reaches it past the kernel (Dial): net/http at both ends writes
// and reads the same bytes, and a case costs its signatures, not its sockets.

// port is a loopback port that this process listens on. What connects to it
// goes to the server behind it, if there is one.
type port struct {
	listener net.Listener
	behind   atomic.Pointer[door]
}

var (
	ports  sync.Map // *port by number
	unused = make(chan *port, 64)
)

// takePort returns a port that a server of this process has left, if one may be
// used again, or else a new one.
func takePort(address string, again bool) (*port, error) {
	if again {
		select {
		case p := <-unused:
			return p, nil
		default:
		}
	}
	// Multipath TCP, which Go's listeners offer by default, is of no use here.
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	p := &port{listener: listener}
	ports.Store(p.number(), p)
	go p.serve()
	return p, nil
}

// leave ends what the port is used for, and keeps it open for another server.
func (p *port) leave() {
	p.behind.Store(nil)
	select {
	case unused <- p:
	default:
		p.close()
	}
}

func (p *port) close() {
	ports.CompareAndDelete(p.number(), p)
	p.listener.Close()
}

func (p *port) address() string { return p.listener.Addr().String() }

func (p *port) number() string {
	_, number, _ := net.SplitHostPort(p.address())
	return number
}

// serve hands on what connects from outside.
func (p *port) serve() {
	for {
		conn, err := p.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files, say: others may be closed soon
			time.Sleep(10 * time.Millisecond)
		case p.enter(context.Background(), conn) != nil:
			conn.Close()
		}
	}
}

// errNobody is what the kernel says of a port on which nobody listens.
var errNobody = fmt.Errorf("no server is behind the port: %w", syscall.ECONNREFUSED)

func (p *port) enter(ctx context.Context, conn net.Conn) error {
	if d := p.behind.Load(); d != nil {
		return d.enter(ctx, conn)
	}
	return errNobody
}

// Dial connects to an address as the dialer does, and to a Server of this
// process directly.
func Dial(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	host, number, err := net.SplitHostPort(address)
	p, ours := ports.Load(number)
	if err != nil || !ours || !Loopback(host) {
		return dialer.DialContext(ctx, network, address)
	}
	here, there := net.Pipe()
	if err := p.(*port).enter(ctx, there); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Addr: p.(*port).listener.Addr(), Err: err}
	}
	return here, nil
}

// door is the listener of one server: connections come in by its port.
type door struct {
	address  net.Addr
	entering chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (p *port) open() *door {
	d := &door{address: p.listener.Addr(), entering: make(chan net.Conn), closed: make(chan struct{})}
	p.behind.Store(d)
	return d
}

func (d *door) enter(ctx context.Context, conn net.Conn) error {
	select {
	case d.entering <- conn:
		return nil
	case <-d.closed:
		return errNobody
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accept implements net.Listener.
func (d *door) Accept() (net.Conn, error) {
	select {
	case conn := <-d.entering:
		return conn, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (d *door) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

// Addr implements net.Listener.
func (d *door) Addr() net.Addr { return d.address }
