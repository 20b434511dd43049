package proof

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// proxiedSteps are about an authorization server that clients know by the address of
// the proxy before it (RFC 9110 §7.1).
func proxiedSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.Given(`^an authorization server behind a reverse proxy$`, (*Prober).isProxied,
		"The embedded authorization server is reached through a reverse proxy with another authority, "+
			"by which it knows itself from its configuration.",
		"Given an authorization server behind a reverse proxy")
	g.When(`^the request carries a proof for the endpoint's address behind the proxy$`, (*Prober).sendInternal,
		"Sends the request with a proof whose htu is the URL by which the proxy reaches the endpoint.",
		"When the request carries a proof for the endpoint's address behind the proxy")
}

func (w *Prober) isProxied() error {
	if !w.Session.Embedded(target.AuthorizationServer) {
		return world.NotApplicablef("only an embedded server can be put behind a proxy of ours; " +
			"a real one is tested at its public URL")
	}
	sender := w.Between()
	front, err := wire.Listen(wire.Options{Name: "reverse proxy", Clock: w.Clock.Now}, func(string) http.Handler {
		return &httputil.ReverseProxy{Transport: sender.Transport, Rewrite: func(r *httputil.ProxyRequest) {
			if behind, err := url.Parse(w.internal); err == nil { // else it answers 502
				r.SetURL(behind)
				r.SetXForwarded()
			}
		}}
	})
	if err != nil {
		return err
	}
	w.AtClose(func() { front.Close() })
	w.internal, err = w.FrontAS(front)
	return err
}

func (w *Prober) sendInternal() error {
	defect := forge.Defect{Part: "htu", Value: "the address behind the proxy", Refused: []string{"htu"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		_, rest, _ := strings.Cut(probe.Request.URL, "://")
		_, path, _ := strings.Cut(rest, "/")
		probe.Occasion.URI = w.internal + "/" + path
		return nil
	})
}
