package proof

import (
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func canarySteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Then(`^nothing is fetched$`, (*Prober).nothingIsFetched,
		"No URL that stood in a proof may have been called.",
		"Then nothing is fetched")
}

func (c *canary) url() string {
	if c.server == nil {
		return ""
	}
	return c.server.URL + "/keys"
}

func (w *Prober) startCanary() error {
	c := &w.canary
	if c.server != nil {
		return nil
	}
	server, err := wire.Listen(wire.Options{Name: "canary"}, func(string) http.Handler { return http.NotFoundHandler() })
	if err != nil {
		return err
	}
	c.server = server
	w.AtClose(func() { server.Close() })
	return nil
}

func (w *Prober) nothingIsFetched() error {
	c := &w.canary
	if c.server == nil || w.Latest().Exchange == nil {
		return fmt.Errorf("no proof named a URL that could have been fetched; put a When step before this one")
	}
	if !w.Embedded(w.Latest().Exchange.URL) && !besideUs(w.Latest().Exchange.URL) {
		return world.NotApplicablef("this server could not reach a canary on loopback")
	}
	return w.Expect(c.server.Len() == 0, "no request to the URL in the proof", fmt.Sprintf("%d requests", c.server.Len()))
}

// besideUs reports whether a server runs on this machine, where it can reach
// the canary.
func besideUs(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
