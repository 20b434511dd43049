package world

import (
	"net/url"
	"testing"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestAProbeIsMovedToWhereTheScenarioWantsIt(t *testing.T) {
	const own = "http://127.0.0.1:80/token?x=1"
	for _, test := range []struct {
		Addressing
		method, url string
	}{
		{Addressing{}, "POST", own},
		{Addressing{origin: "http://server.example"}, "POST", own}, // the server says so itself
		{Addressing{target: "/a%2Fb?y"}, "POST", "http://127.0.0.1:80/a%2Fb?y"},
		{Addressing{query: "y=2"}, "POST", own + "&y=2"},
		{Addressing{target: "/a", query: "y=2"}, "POST", "http://127.0.0.1:80/a?y=2"},
		{Addressing{method: "purge"}, "purge", own},
	} {
		probe := &Probe{wire.Request{Method: "POST", URL: own}, dpop.Occasion{Method: "POST", URI: own}}
		test.apply(probe)
		if r, o := probe.Request, probe.Occasion; r.Method != test.method || r.URL != test.url ||
			o.Method != test.method || o.URI != test.url {
			t.Errorf("%+v: %s %s with a proof for %s %s", test.Addressing, r.Method, r.URL, o.Method, o.URI)
		}
	}
}

func TestAWishIsPutIntoATokenRequest(t *testing.T) {
	for _, test := range []struct {
		wish Wish
		want string
	}{
		{Wish{}, "audience=a&resource=https%3A%2F%2Fa"},
		{Wish{Scope: "read"}, "audience=a&resource=https%3A%2F%2Fa&scope=read"},
		{Wish{Audience: "https://b"}, "audience=https%3A%2F%2Fb&resource=https%3A%2F%2Fb"},
		{Wish{Audience: "b"}, "audience=b"}, // no absolute URI
	} {
		form := url.Values{"audience": {"a"}, "resource": {"https://a"}}
		if test.wish.ChangeForm(form); form.Encode() != test.want {
			t.Errorf("%+v: %s; want %s", test.wish, form.Encode(), test.want)
		}
	}
}
