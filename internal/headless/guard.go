package headless

import (
	"bufio"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/internal/login"
)

// guard is the proxy through which a browser sends all that it sends. It lets nothing
// out to a host that is not named, and keeps the answer to an authorization request
// for itself.
type guard struct {
	transport http.RoundTripper
	password  string // without which another program of this machine gets nothing
	identity  *identity
	listener  net.Listener
	http      *http.Server
	inner     *http.Server // for what arrives by a tunnel

	mu       sync.Mutex
	hosts    login.Hosts
	answers  func(address string) bool
	answer   string
	arrived  chan struct{} // closed with the answer
	busy     int           // requests under way
	idle     time.Time     // since when there is none
	blocked  []string      // origins that something should have gone to
	document shown         // the latest page that was asked for
}

// shown is what a navigation was answered with.
type shown struct {
	address string // origin and path
	status  int    // 0: none yet, or no answer
	err     error  // of the way there
	foreign string // its origin, where nothing is sent to it
}

// newGuard listens on loopback.
func newGuard(transport http.RoundTripper) (*guard, error) {
	identity, err := newIdentity()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &guard{
		transport: transport, password: rand.Text(), identity: identity, listener: listener, idle: time.Now(),
	}
	g.http = &http.Server{Handler: http.HandlerFunc(g.enter), ErrorLog: silent}
	g.inner = &http.Server{Handler: http.HandlerFunc(g.serve), ErrorLog: silent, ConnContext: tunnelled}
	go g.http.Serve(listener)
	return g, nil
}

// address is where the browser finds the guard.
func (g *guard) address() string { return "http://" + g.listener.Addr().String() }

func (g *guard) close() {
	g.http.Close()
	g.inner.Close()
}

// expect begins a visit: what is named may be reached, and the first address that
// answers is kept. A nil function says that there will be no answer.
func (g *guard) expect(hosts login.Hosts, answers func(address string) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hosts, g.answers, g.answer, g.arrived = hosts, answers, "", make(chan struct{})
	g.blocked, g.document = nil, shown{}
}

// take reports whether an address is the answer that is waited for, and keeps it.
func (g *guard) take(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.answers == nil || !g.answers(address) {
		return false
	}
	if g.answer == "" {
		g.answer = address
		close(g.arrived)
	}
	return true
}

// state is what a visit may know of the traffic.
type state struct {
	answer   string
	quiet    time.Duration // for how long there was no request under way; 0: there is one
	blocked  []string
	document shown
}

func (g *guard) state() state {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := state{answer: g.answer, blocked: slices.Clone(g.blocked), document: g.document}
	if g.busy == 0 {
		s.quiet = time.Since(g.idle)
	}
	return s
}

func (g *guard) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy++
}

func (g *guard) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy--; g.busy == 0 {
		g.idle = time.Now()
	}
}

// enter takes a request of the browser, or of whoever has found the port.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) {
	given := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}})
	_, password, _ := given.BasicAuth()
	if subtle.ConstantTimeCompare([]byte(password), []byte(g.password)) != 1 {
		w.Header().Set("Proxy-Authenticate", `Basic realm="dpopspec"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	switch {
	case r.Method == http.MethodConnect:
		g.tunnel(w, r)
	case r.URL.IsAbs():
		g.serve(w, r)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// tunnel answers in the place of the host that the browser wants to talk to, over TLS
// if it begins so.
func (g *guard) tunnel(w http.ResponseWriter, r *http.Request) {
	authority := r.Host
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		conn.Close()
		return
	}
	first, err := buffered.Reader.Peek(1)
	if err != nil {
		conn.Close()
		return
	}
	const handshake = 0x16 // TLS record, RFC 8446 §5.1
	t := &tunnelConn{Conn: conn, reader: buffered.Reader, scheme: "http", authority: authority}
	if first[0] == handshake {
		secure := tls.Server(t, &tls.Config{GetCertificate: g.identity.certificate, NextProtos: []string{"http/1.1"}})
		t = &tunnelConn{Conn: secure, reader: bufio.NewReader(secure), scheme: "https", authority: authority}
	}
	g.inner.Serve(&oneConn{conn: t}) // returns at once, and goes on with the connection
}

// serve answers one request: by what a named host answers, or by nothing.
func (g *guard) serve(w http.ResponseWriter, r *http.Request) {
	u := addressOf(r)
	if u == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	navigates := r.Header.Get("Sec-Fetch-Dest") == "document" || r.Header.Get("Sec-Fetch-Mode") == "navigate" &&
		r.Header.Get("Sec-Fetch-Dest") == ""
	if g.take(answerIn(u, r)) {
		arrived(w)
		return
	}
	if !g.permits(u) {
		// What the browser asks by itself, and no page, is nothing that a login needs.
		if navigates || r.Header.Get("Sec-Fetch-Site") != "none" {
			g.refused(u)
		}
		if navigates {
			g.navigated(shown{foreign: u.Scheme + "://" + u.Host})
		}
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if navigates {
		g.navigated(shown{address: u.Scheme + "://" + u.Host + u.EscapedPath()})
	}
	upgrades := r.Header.Get("Upgrade") != "" // such a connection is open for as long as the page
	if !upgrades {
		g.begin()
		defer g.end()
	}
	forward := httputil.ReverseProxy{
		Transport: g.transport, ErrorLog: silent, FlushInterval: -1,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL, p.Out.Host = u, u.Host
			p.Out.Header.Del("Proxy-Authorization")
		},
		ModifyResponse: func(response *http.Response) error {
			g.examine(u, navigates, response)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			g.failed(u, navigates, err)
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	forward.ServeHTTP(w, r)
}

// examine sees what a named host answers. A redirect to the answer that is waited for
// ends here, whatever its scheme: some would open an application. What it says besides,
// such as the cookie of the session, is the browser's.
func (g *guard) examine(u *url.URL, navigates bool, response *http.Response) {
	response.Header.Del("Alt-Svc") // would lead past us
	if response.StatusCode/100 == 3 {
		if to, err := u.Parse(response.Header.Get("Location")); err == nil && g.take(to.String()) {
			response.Body.Close()
			response.StatusCode, response.Status, response.ContentLength = http.StatusOK, "", int64(len(arrivedPage))
			for _, field := range []string{"Location", "Content-Length", "Content-Encoding"} {
				response.Header.Del(field)
			}
			describeArrival(response.Header)
			response.Body = io.NopCloser(strings.NewReader(arrivedPage))
			return
		}
	}
	if navigates {
		g.navigated(shown{address: u.Scheme + "://" + u.Host + u.EscapedPath(), status: response.StatusCode})
	}
}

func (g *guard) navigated(p shown) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.document = p
}

func (g *guard) failed(u *url.URL, navigates bool, err error) {
	if !navigates {
		return
	}
	g.navigated(shown{address: u.Scheme + "://" + u.Host + u.EscapedPath(), err: err})
}

// permits reports whether something may be sent to an address.
func (g *guard) permits(u *url.URL) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.hosts.Name(u)
}

// mostRefused is how many hosts are told of that nothing was sent to.
const mostRefused = 8

// refused keeps where something should have gone.
func (g *guard) refused(u *url.URL) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if origin := u.Scheme + "://" + u.Host; len(g.blocked) < mostRefused && !slices.Contains(g.blocked, origin) {
		g.blocked = append(g.blocked, origin)
	}
}

// arrivedPage is what the browser shows in the place of the redirect URI.
const arrivedPage = "<!doctype html><title>dpopspec</title>The login has arrived.\n"

func arrived(w http.ResponseWriter) {
	describeArrival(w.Header())
	io.WriteString(w, arrivedPage)
}

func describeArrival(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the code is in the address
}

// maxForm is how large an answer by form_post may be.
const maxForm = 1 << 20

// answerIn is the address of a request with the parameters of its form: where the
// answer comes by POST (OAuth 2.0 Form Post Response Mode), it is there.
func answerIn(u *url.URL, r *http.Request) string {
	form := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if r.Method != http.MethodPost || !form {
		return u.String()
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm))
	if err != nil {
		return u.String()
	}
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(string(body)), r.Body))
	with := *u
	if with.RawQuery != "" {
		with.RawQuery += "&"
	}
	with.RawQuery += string(body)
	return with.String()
}

// addressOf is what a request asks for; nil if it asks for nothing on the web.
func addressOf(r *http.Request) *url.URL {
	u := *r.URL
	if t, tunnelled := r.Context().Value(tunnelKey{}).(*tunnelConn); tunnelled {
		u.Scheme, u.Host = t.scheme, t.authority
	}
	u.Host = strings.TrimSuffix(u.Host, defaultPort(u.Scheme))
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return &u
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}
