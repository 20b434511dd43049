package runner

import (
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/dpopspec/dpopspec/reports"
)

// believing is an API that takes what X-Forwarded-Host says of its name from some
// addresses, or from all where it has none. Of a proof it looks at htu alone.
type believing []string

// ServeHTTP implements http.Handler.
func (trusted believing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	if told := r.Header.Get("X-Forwarded-Host"); told != "" && (trusted == nil || slices.Contains(trusted, from)) {
		host = told
	}
	if htu, _ := claims(r.Header.Get("DPoP")).Text("htu"); htu != "http://"+host+r.URL.Path {
		refuse(w, `DPoP error="invalid_dpop_proof"`)
	}
}

// Who is on the same machine is the proxy in the eyes of many servers, and may choose
// the URI: that says nothing of those who are elsewhere.
func TestAServerThatBelievesItsProxyIsAskedFromAnotherAddress(t *testing.T) {
	const id = "proof-target/the-sender-does-not-choose-the-uri-by-a-forwarding-field/x-forwarded-host-host@api"
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("this machine has no second loopback address: %v", err)
	}
	listener.Close()
	expect(t, against(t, believing{"127.0.0.1"}, id), id, reports.Passed, "")
	// Tomcat trusts all of 127.0.0.0/8. With no address beyond, nobody can tell.
	loopback, everybody := reports.Passed, reports.Failed
	addresses, _ := net.InterfaceAddrs()
	if !slices.ContainsFunc(addresses, func(a net.Addr) bool {
		own, isNet := a.(*net.IPNet)
		return isNet && own.IP.To4() != nil && own.IP.IsGlobalUnicast()
	}) {
		loopback, everybody = reports.Inconclusive, reports.Inconclusive
	}
	expect(t, against(t, believing{"127.0.0.1", "127.0.0.2"}, id), id, loopback, "")
	expect(t, against(t, believing(nil), id), id, everybody, "")
}
