package proof

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/dpop/forge"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func requestsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Prober](v)
	g.When(`^the request carries a proof for the URI that its field (\S+) makes up$`, (*Prober).sendSpoofed,
		"Sends the endpoint's request with a field by which a careless server lets the sender choose the URI, and a proof for that URI.",
		"When the request carries a proof for the URI that its field X-Forwarded-Host makes up")
	g.When(`^the request carries a proof for the (scheme|host|path) that it claims in every field by which proxies tell one$`, (*Prober).sendProxied,
		"Sends the endpoint's request with all the fields by which reverse proxies tell servers behind them that part of the URI, and a proof for the URI that they make up.",
		"When the request carries a proof for the scheme that it claims in every field by which proxies tell one")
	g.When(`^the request carries a proof for the URI that its absolute request target makes up$`, (*Prober).sendAbsolute,
		"Sends the endpoint's request with the URI of another host in its request line (RFC 9112 §3.2.2), and a proof for that URI.",
		"When the request carries a proof for the URI that its absolute request target makes up")
	g.When(`^the request carries a proof for another method, which (.+) names$`, (*Prober).sendOverridden,
		"Sends the endpoint's request with a proof for another method, and a field or parameter that would override the method.",
		"When the request carries a proof for another method, which X-HTTP-Method-Override names")
	g.When(`^a HEAD request carries a proof for GET$`, (*Prober).sendHead,
		"Sends HEAD where GET is served, with a proof for GET; HEAD with a proof of its own must succeed before.",
		"When a HEAD request carries a proof for GET")
	g.When(`^the request carries a proof for (the endpoint's other address|another endpoint of the same server)$`, (*Prober).sendForSibling,
		"Sends the endpoint's request with a proof for another URL of the same server.",
		"When the request carries a proof for another endpoint of the same server")
	g.When(`^the request carries an honest proof and no access token$`, (*Prober).sendWithoutToken,
		"Sends a resource request whose proof is sound and which has no Authorization field.",
		"When the request carries an honest proof and no access token")
	g.When(`^the request carries an honest proof and a made-up code$`, (*Prober).sendMadeUpCode,
		"Sends a token request whose proof is sound and whose authorization code nobody issued.",
		"When the request carries an honest proof and a made-up code")
	g.When(`^the request carries a proof of the required members alone$`, (*Prober).sendBareProof,
		"Sends the endpoint's request with a proof that holds what RFC 9449 §4.2 requires and nothing more.",
		"When the request carries a proof of the required members alone")
	g.Then(`^it needs no more$`, (*Prober).needsNoMore,
		"The request must succeed. If it only does with more members in the proof, that is the finding; if it never does, the case is inconclusive.",
		"Then it needs no more")
}

// spoof is a field by which a sender may try to choose the URI of a request,
// with the URI that it then claims.
type spoof struct {
	fields func(u *url.URL) wire.Fields
	uri    func(u *url.URL) string
}

const otherHost = "other.example"

func onHost(u *url.URL) string { return u.Scheme + "://" + otherHost + u.EscapedPath() }

func otherScheme(u *url.URL) string {
	return map[string]string{"http": "https", "https": "http"}[u.Scheme]
}

func fixed(name, value string) func(*url.URL) wire.Fields {
	return func(*url.URL) wire.Fields { return wire.Fields{{Name: name, Value: value}} }
}

func elsewhere(u *url.URL) string { return u.Scheme + "://" + u.Host + "/elsewhere" }

// spoofs by the name of the field. Host stands for the Host field itself.
var spoofs = map[string]spoof{
	"Host":             {func(*url.URL) wire.Fields { return nil }, onHost},
	"X-Forwarded-Host": {fixed("X-Forwarded-Host", otherHost), onHost},
	"X-Original-Host":  {fixed("X-Original-Host", otherHost), onHost},
	"X-Host":           {fixed("X-Host", otherHost), onHost},
	"Forwarded":        {fixed("Forwarded", "host="+otherHost), onHost},
	"X-Forwarded-Proto": {
		func(u *url.URL) wire.Fields { return wire.Fields{{Name: "X-Forwarded-Proto", Value: otherScheme(u)}} },
		func(u *url.URL) string { return otherScheme(u) + "://" + u.Host + u.EscapedPath() },
	},
	"X-Forwarded-Port": {
		fixed("X-Forwarded-Port", "8444"),
		func(u *url.URL) string { return u.Scheme + "://" + u.Hostname() + ":8444" + u.EscapedPath() },
	},
	"X-Forwarded-Prefix": {
		fixed("X-Forwarded-Prefix", "/prefix"),
		func(u *url.URL) string { return u.Scheme + "://" + u.Host + "/prefix" + u.EscapedPath() },
	},
	"X-Forwarded-*": {
		func(u *url.URL) wire.Fields {
			return wire.Fields{{Name: "X-Forwarded-Host", Value: otherHost}, {Name: "X-Forwarded-Proto", Value: otherScheme(u)}, {Name: "X-Forwarded-Port", Value: "443"}}
		},
		func(u *url.URL) string { return otherScheme(u) + "://" + otherHost + u.EscapedPath() },
	},
	"X-Original-URL": {fixed("X-Original-URL", "/elsewhere"), elsewhere},
	"X-Rewrite-URL":  {fixed("X-Rewrite-URL", "/elsewhere"), elsewhere},
}

// sendSpoofed sends a request with a proof for the URI that a field claims.
func (w *Prober) sendSpoofed(name string) error {
	s, known := spoofs[name]
	if !known {
		return fmt.Errorf("no field %s is known by which a sender could make a URI up", name)
	}
	defect := forge.Defect{Part: "htu", Value: "the URI that " + name + " makes up", Refused: []string{"htu"}}
	err := w.sendChanged(defect, func(probe *world.Probe) error {
		u, err := url.Parse(probe.Request.URL)
		if err != nil {
			return err
		}
		if name == "Host" {
			probe.Request.Host = otherHost
		}
		probe.Request.Fields = append(slices.Clone(probe.Request.Fields), s.fields(u)...)
		probe.Occasion.URI = s.uri(u)
		return nil
	})
	if err == nil && name != "Host" {
		w.noteNearness()
	}
	return err
}

// noteNearness says why a real server on this machine may have believed a
// forwarding field: many take whoever comes by loopback for their proxy.
func (w *Prober) noteNearness() {
	u, err := url.Parse(w.Latest().Exchange.URL)
	if err != nil || w.EmbeddedEndpoint() || !wire.Loopback(u.Hostname()) {
		return
	}
	p, _ := w.At() // sendChanged found it
	if answer, _ := p.Classify(w.Latest().Exchange); answer == world.Accepted {
		w.Observe("the request came by loopback, which many servers take for their proxy (uvicorn, Tomcat); from another machine it may be refused")
	}
}

// sendOverridden names the method of the proof in a field or parameter that
// some frameworks take for the method of the request (RFC 9110 §9.1 does not).
func (w *Prober) sendOverridden(where string) error {
	defect := forge.Defect{Part: "htm", Value: "the method that " + where + " names", Refused: []string{"htm"}}
	return w.sendChanged(defect, func(probe *world.Probe) error {
		method := map[bool]string{true: "POST", false: "GET"}[probe.Request.Method == "GET"]
		probe.Occasion.Method = method
		if name, found := strings.CutPrefix(where, "the parameter "); found {
			separator := map[bool]string{true: "&", false: "?"}[strings.Contains(probe.Request.URL, "?")]
			probe.Request.URL += separator + name + "=" + method
			return nil
		}
		probe.Request.Fields = append(slices.Clone(probe.Request.Fields), wire.Field{Name: where, Value: method})
		return nil
	})
}

// sendChanged sends a request that differs from what its proof says; the proof
// itself is sound.
func (w *Prober) sendChanged(defect forge.Defect, change func(*world.Probe) error) error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	for range 2 {
		probe, err := w.Prepare(key.Thumbprint)
		if err != nil {
			return err
		}
		if err := change(probe); err != nil {
			return err
		}
		proof, err := dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
		if err != nil {
			return err
		}
		attempt := w.Begin(&defect)
		if err := attempt.End(w.SendWith("a proof whose "+defect.Name(), probe, "DPoP", []string{proof})); err != nil {
			return err
		}
		answer, _ := p.Classify(attempt.Exchange)
		if attempt.Hidden = answer == world.Challenged; !attempt.Hidden {
			return nil
		}
	}
	return nil
}

func (w *Prober) sendHead() error {
	key, err := w.Key("client")
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return err
	}
	if probe.Request.Method != "GET" {
		return world.NotApplicablef("the endpoint's request is %s, not GET", probe.Request.Method)
	}
	probe.Request.Method, probe.Occasion.Method = "HEAD", "HEAD"
	e, err := w.Insist("HEAD with a proof for HEAD", p, probe, key)
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(e); answer != world.Accepted {
		return world.NotApplicablef("the endpoint does not serve HEAD: %s", p.Describe(e, nil))
	}
	return w.sendChanged(forge.Defect{Part: "htm", Value: "GET, while the request is HEAD", Refused: []string{"htm"}}, func(probe *world.Probe) error {
		probe.Request.Method = "HEAD"
		return nil
	})
}

// sendForSibling names another URL of the same server in htu.
func (w *Prober) sendForSibling(which string) error {
	return w.sendChanged(forge.Defect{Part: "htu", Value: "that of " + which, Refused: []string{"htu"}}, func(probe *world.Probe) error {
		p, err := w.At()
		if err != nil {
			return err
		}
		if which == "the endpoint's other address" {
			probe.Occasion.URI, err = w.OwnAddress(p, probe)
		} else {
			probe.Occasion.URI, err = p.Usage.Sibling(w.World, probe)
		}
		return err
	})
}

func (w *Prober) sendWithoutToken() error {
	return w.sendStripped("a proof without access token", func(probe *world.Probe) error {
		probe.Request.Fields = slices.DeleteFunc(slices.Clone(probe.Request.Fields), func(f wire.Field) bool { return strings.EqualFold(f.Name, "Authorization") })
		return nil
	})
}

func (w *Prober) sendMadeUpCode() error {
	client, err := w.ClientWith(mockas.GrantCode)
	if err != nil {
		return err
	}
	return w.sendStripped("a proof with a made-up code", func(probe *world.Probe) error {
		form := url.Values{"grant_type": {mockas.GrantCode}, "code": {dpop.NewID()}, "redirect_uri": {client.RedirectURI}, "code_verifier": {dpop.NewID() + dpop.NewID()}}
		probe.Request = world.FormRequest(probe.Request.URL, form, client)
		return nil
	})
}

// sendStripped sends a sound proof with a request that lacks what has to go
// with it: no check of the proof is what must refuse it.
func (w *Prober) sendStripped(title string, change func(*world.Probe) error) error {
	if err := w.sendChanged(forge.Defect{Part: "request", Value: title}, change); err != nil {
		return err
	}
	w.Latest().Defect = nil // it is not the proof that must be refused
	return nil
}

func (w *Prober) sendBareProof() error { return w.sendHonest() }

func (w *Prober) needsNoMore() error {
	p, _, err := w.Judge("accepted")
	if err != nil {
		return err
	}
	if answer, _ := p.Classify(w.Latest().Exchange); answer == world.Accepted {
		return w.Expect(true, "a proof of the required members alone to be accepted", p.Describe(w.Latest().Exchange, nil))
	}
	actual := p.Describe(w.Latest().Exchange, nil)
	richer := forge.Defect{Part: "proof", Value: "furnished with every member that others know", Apply: func(f *forge.Forgery) error {
		now := f.Now.Unix()
		for _, name := range []string{"nbf", "exp"} {
			f.Draft.Claims.Set(name, now+map[string]int64{"nbf": -10, "exp": 60}[name])
		}
		f.Draft.Claims.Set("iss", "client")
		f.Draft.Claims.Set("sub", "client")
		f.Draft.Claims.Set("aud", world.OriginOf(f.URI))
		f.Draft.Header.Set("kid", f.Key.Thumbprint)
		return nil
	}}
	if err := w.sendDefect(richer); err != nil {
		return err
	}
	if answer, _ := p.Classify(w.Latest().Exchange); answer != world.Accepted {
		return world.Inconclusivef("no honest proof is accepted, with more members neither: %s", actual)
	}
	return w.Expect(false, "a proof of the required members alone to be accepted", actual+"; with exp, nbf, iss, sub, aud and kid it is accepted")
}
