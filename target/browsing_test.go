package target

import (
	"net/http"
	"testing"

	"github.com/dpopspec/dpopspec/internal/wire"
)

func TestAGatesCookieStandsBesideThoseOfTheBrowser(t *testing.T) {
	header := http.Header{"Cookie": {"session=one"}, "X-Key": {"of the browser"}}
	join(header, wire.Fields{{Name: "cookie", Value: "gate=open"}, {Name: "x-key", Value: "ours"}})
	if got := header.Values("Cookie"); len(got) != 1 || got[0] != "session=one; gate=open" {
		t.Errorf("Cookie %q", got)
	}
	if got := header.Values("X-Key"); len(got) != 1 || got[0] != "ours" {
		t.Errorf("X-Key %q", got)
	}
}
