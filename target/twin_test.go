package target

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestTheTwinOfAnAddressGetsNothingButItsPath(t *testing.T) {
	var got *http.Request
	twin := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r }))
	defer twin.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	garbage, mute := speaking(t, "\x15\x03\x01\x00\x02\x02\x0a"), speaking(t, "")
	issuer := issuing(t, `, "token_endpoint": "SELF/token"`)
	configured := Default()
	configured.AuthorizationServer = &RealAuthorizationServer{Issuer: issuer.URL, Hosts: []string{
		"garbage.example", "mute.example", "open.example", "closed.example", "halfway.example", "behind.example", "other.example:8443",
	}}
	configured.Limits.Rate = 1e6
	configured.Connection.Fields = wire.Fields{{Name: "X-Api-Key", Value: "secret"}}
	configured.Connection.Resolve = []map[string]string{{
		"open.example:80": strings.TrimPrefix(twin.URL, "http://"), "closed.example:80": gone.Addr().String(),
		"garbage.example:80": garbage, "mute.example:80": mute,
		"other.example:8443":  strings.TrimPrefix(twin.URL, "http://"),
		"halfway.example:443": "127.0.0.1:1", "behind.example:443": wire.Plainly + "127.0.0.1:1",
	}}
	s := opened(t, configured)
	for _, address := range []string{"https://open.example/a?key=secret", "https://other.example:8443/a"} {
		got = nil
		e, err := s.AskTwin(t.Context(), address)
		if err != nil || e.Status != 200 || got == nil || got.Method != "GET" || got.RequestURI != "/a" ||
			got.Header.Get("X-Api-Key") != "" || got.Header.Get("Authorization") != "" {
			t.Errorf("%s: %v, %+v", address, err, got)
		}
	}
	for _, address := range []string{
		"https://closed.example/a", "https://closed.example/b", "https://garbage.example/", "https://mute.example/",
	} {
		var unserved *Unserved
		if _, err := s.AskTwin(t.Context(), address); !errors.As(err, &unserved) {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"https://halfway.example/", "https://behind.example/"} {
		var blind *NoWayToTwin
		if _, err := s.AskTwin(t.Context(), address); !errors.As(err, &blind) {
			t.Errorf("%s: %v", address, err)
		}
	}
	var foreign *ForeignHost
	if _, err := s.AskTwin(t.Context(), "https://elsewhere.example/"); !errors.As(err, &foreign) {
		t.Error(err)
	}
	if s.Reaches("http://open.example/") == nil {
		t.Error("another request may go there too")
	}
	configured.Limits.Budget = 1 // the metadata are read with it
	if _, err := opened(t, configured).AskTwin(t.Context(), "https://open.example/"); !errors.Is(err, ErrBudget) {
		t.Errorf("without a budget: %v", err)
	}
}

// speaking is the address of a server that says a few octets to whoever comes, and
// hangs up.
func speaking(t *testing.T, words string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 1024))
			c.Write([]byte(words))
			c.Close()
		}
	}()
	return listener.Addr().String()
}
