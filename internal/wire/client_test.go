package wire

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// secure is a server behind TLS with a private authority, which asks for a
// client certificate and answers with what it saw.
func secure(t *testing.T) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %s, %d certificates", r.Method, r.Host, r.RequestURI, len(r.TLS.PeerCertificates))
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return server, pool
}

func get(t *testing.T, c Connection, r Request) (string, error) {
	t.Helper()
	c.Timeout = 5 * time.Second
	client := NewClient(c)
	defer client.Close()
	if r.Method == "" {
		r.Method = "GET"
	}
	e, err := client.Do(t.Context(), r)
	if e == nil {
		return "", err
	}
	return string(e.Reply), err
}

func TestACertificateOfAnUnknownAuthorityIsNotTrusted(t *testing.T) {
	server, pool := secure(t)
	for _, test := range []struct {
		name string
		c    Connection
		want string
	}{
		{"the system's authorities", Connection{}, "certificate"},
		{"its own authority", Connection{Roots: pool}, ""},
		{"none at all", Connection{Roots: x509.NewCertPool()}, "certificate"},
		{"not verified", Connection{Insecure: true}, ""},
	} {
		_, err := get(t, test.c, Request{URL: server.URL})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestACertificateIsShownForTheWholeConnectionOrForOneRequest(t *testing.T) {
	server, pool := secure(t)
	certificate := &server.TLS.Certificates[0]
	client := NewClient(Connection{Roots: pool, Timeout: 5 * time.Second})
	defer client.Close()
	for _, test := range []struct {
		certificate *tls.Certificate
		want        int
	}{{nil, 0}, {certificate, 1}, {nil, 0}, {certificate, 1}} {
		e, err := client.Do(t.Context(), Request{Method: "GET", URL: server.URL, Certificate: test.certificate})
		if err != nil || !strings.HasSuffix(string(e.Reply), fmt.Sprintf(", %d certificates", test.want)) {
			t.Errorf("%v; want %d certificates; got %s", err, test.want, e.Reply)
		}
	}
	reply, err := get(t, Connection{Roots: pool, Certificate: certificate}, Request{URL: server.URL})
	if err != nil || !strings.HasSuffix(reply, ", 1 certificates") {
		t.Error(reply, err)
	}
}

func TestANameIsDialledWhereTheConfigurationSays(t *testing.T) {
	server, pool := secure(t)
	address := strings.TrimPrefix(server.URL, "https://")
	resolve := []map[string]string{nil, {"example.com:443": address}} // the name in httptest's certificate
	proxy := &url.URL{Scheme: "http", Host: "proxy.invalid:1"}
	reply, err := get(t, Connection{Roots: pool, Resolve: resolve, Proxy: proxy},
		Request{URL: "https://example.com/a%2Fb/../c"})
	if err != nil || reply != "GET example.com /a%2Fb/../c, 0 certificates" {
		t.Error(reply, err)
	}
}

func TestAnHTTPSNameIsServedByAPlainProcessBehindTLS(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s, TLS %v", r.Host, r.RequestURI, r.TLS != nil)
	}))
	t.Cleanup(plain.Close)
	within, err := Listen(Options{}, func(string) http.Handler { return plain.Config.Handler })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { within.Close() })
	server, pool := secure(t)
	c := Connection{Roots: pool, Resolve: []map[string]string{{
		"api.example:443":   plain.URL,
		"other.example:443": Plainly + within.Address(),
		"example.com:443":   strings.TrimPrefix(server.URL, "https://"),
	}}}
	for address, want := range map[string]string{
		"https://api.example/a%2Fb":  "api.example /a%2Fb, TLS false",
		"https://other.example:443/": "other.example:443 /, TLS false",
		"https://example.com/":       "GET example.com /, 0 certificates", // TLS as ever beside it
	} {
		if reply, err := get(t, c, Request{URL: address}); err != nil || reply != want {
			t.Errorf("%s: %q, %v; want %q", address, reply, err, want)
		}
		if behind := c.BehindTLS(address); behind != strings.HasSuffix(want, "false") {
			t.Errorf("%s: behind the end of TLS: %v", address, behind)
		}
	}
	if c.BehindTLS("http://api.example:443/") {
		t.Error("http has no TLS that ends before the process")
	}
}

// proxying forwards: CONNECT to one fixed address, plain requests by telling
// what it was asked for.
func proxying(t *testing.T, to string) (*url.URL, *[]string) {
	t.Helper()
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		if r.Method != http.MethodConnect {
			fmt.Fprint(w, "forwarded")
			return
		}
		there, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		fmt.Fprint(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		go func() { io.Copy(here, there); here.Close() }()
	}))
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	return u, &seen
}

func TestRequestsGoThroughTheProxyUnlessTheyStayOnThisMachine(t *testing.T) {
	server, pool := secure(t)
	proxy, seen := proxying(t, strings.TrimPrefix(server.URL, "https://"))
	proxy.User = url.UserPassword("u", "p")
	c := Connection{Roots: pool, Proxy: proxy}
	reply, err := get(t, c, Request{URL: "https://example.com/x"})
	if err != nil || !strings.HasPrefix(reply, "GET example.com /x,") {
		t.Error(reply, err)
	}
	if reply, err := get(t, c, Request{URL: "http://api.example/a%2Fb/../c?d"}); err != nil || reply != "forwarded" {
		t.Error(reply, err)
	}
	reply, err = get(t, c, Request{URL: server.URL + "/direct"})
	if err != nil || !strings.Contains(reply, "/direct") {
		t.Error(reply, err)
	}
	want := "CONNECT example.com:443 Basic dTpw\nGET http://api.example/a%2Fb/../c?d Basic dTpw"
	if got := strings.Join(*seen, "\n"); got != want {
		t.Errorf("the proxy saw\n%s\nwant\n%s", got, want)
	}
}

func TestLoopbackIsThisMachineAndNoOther(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "api.localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"localhost.example.com": false, "notlocalhost": false, "10.0.0.1": false,
		"127.0.0.1.example.com": false, "": false,
	} {
		if Loopback(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}

func TestARequestIsCompletedAnewEachTimeItIsSent(t *testing.T) {
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
	}))
	defer server.Close()
	client := NewClient(Connection{Timeout: 5 * time.Second})
	defer client.Close()
	client.Clock = func(string) time.Time { return time.Unix(7, 0) }
	n := 0
	request := Request{Method: "POST", URL: server.URL, Body: []byte("a")}
	request.Complete = func(r *Request, now time.Time) error {
		n++
		r.Body = fmt.Appendf(nil, "%s%d at %d", r.Body, n, now.Unix())
		return nil
	}
	for range 2 {
		if _, err := client.Do(t.Context(), request); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(bodies, ", "); got != "a1 at 7, a2 at 7" {
		t.Error(got)
	}
	request.Complete = func(*Request, time.Time) error { return errors.New("no key") }
	if _, err := client.Do(t.Context(), request); err == nil || len(bodies) != 2 {
		t.Error("an incomplete request was sent", err)
	}
}

func TestWhatAStrangerWroteIsShownInOneShortLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\x1b[31m": "a··b·[31m",
		"\xff\xfe":       "�",
		"plain":          "plain",
	} {
		if got := Brief(in); got != want {
			t.Errorf("%q becomes %q; want %q", in, got, want)
		}
	}
	if got := Brief(strings.Repeat("é", 1000)); len(got) > 400 || !strings.HasSuffix(got, "… (2000 octets)") {
		t.Errorf("%d octets: %.20s", len(got), got)
	}
}

// A proof that net/http sent again would be refused as a replay, and the refusal
// be taken for the answer to the probe.
func TestARequestThatMeetsABrokenConnectionIsSentOnce(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "DELETE", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			var came atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/cut" {
					came.Add(1)
					panic(http.ErrAbortHandler)
				}
				if r.ContentLength != 0 || r.TransferEncoding != nil {
					t.Errorf("a request without body came with %d octets, %v", r.ContentLength, r.TransferEncoding)
				}
			}))
			defer server.Close()
			client := NewClient(Connection{Timeout: 5 * time.Second})
			defer client.Close()
			// The first one leaves a connection.
			if _, err := client.Do(t.Context(), Request{Method: method, URL: server.URL}); err != nil {
				t.Fatal(err)
			}
			_, err := client.Do(t.Context(), Request{Method: method, URL: server.URL + "/cut"})
			if err == nil || !HungUp(err) {
				t.Errorf("the cut connection gave %v", err)
			}
			if n := came.Load(); n != 1 {
				t.Errorf("the request was sent %d times", n)
			}
		})
	}
}

// A server that has not read what was too large closes the connection, and need not say
// so: who sends the next request by it gets no answer.
func TestTheRequestAfterOneThatWasTooLargeGoesByAnotherConnection(t *testing.T) {
	for _, status := range []int{413, 431} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer connection.Close()
					in := bufio.NewReader(connection)
					request, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					answer := 200
					if request.URL.Path == "/large" {
						answer = status
					}
					fmt.Fprintf(connection, "HTTP/1.1 %d It\r\nContent-Length: 0\r\n\r\n", answer)
					in.ReadByte() // the next request meets the end
				}()
			}
		}()
		client := NewClient(Connection{Timeout: 5 * time.Second})
		defer client.Close()
		for _, path := range []string{"/large", "/"} {
			e, err := client.Do(t.Context(), Request{Method: "GET", URL: "http://" + listener.Addr().String() + path})
			if err != nil || path == "/large" && e.Status != status || path == "/" && e.Status != 200 {
				t.Errorf("%s behind %d: %v", path, status, err)
			}
		}
	}
}
