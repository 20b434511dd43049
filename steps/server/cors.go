package server

import (
	"errors"
	"fmt"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func corsSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^browsers may read the nonce$`, (*Tester).nonceIsExposed,
		"Where the answer is for other origins at all, Access-Control-Expose-Headers must hold DPoP-Nonce.",
		"Then browsers may read the nonce")
	g.Then(`^browsers may send a proof$`, (*Tester).proofIsAllowed,
		"The answer to the preflight must allow the field DPoP.",
		"Then browsers may send a proof")
	g.When(`^a browser asks whether it may send a proof$`, (*Tester).sendPreflight,
		"Sends the preflight of a token request from another origin (Fetch §3.2.2).",
		"When a browser asks whether it may send a proof")
	g.When(`^a browser sends a proof without a nonce$`, (*Tester).sendFromBrowser,
		"Sends a token request with the field Origin whose proof has no nonce.",
		"When a browser sends a proof without a nonce")
}

// browserOrigin is that of the page whose script calls the server.
const browserOrigin = "https://app.example"

func (w *Tester) sendPreflight() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	address := p.Usage.Address(metadata)
	if address == "" {
		return world.NotApplicablef("the authorization server has no such endpoint: %s", p.Name)
	}
	return w.Begin(nil).End(w.Send("preflight", wire.Request{Method: "OPTIONS", URL: address, Fields: wire.Fields{
		{Name: "Origin", Value: browserOrigin},
		{Name: "Access-Control-Request-Method", Value: "POST"},
		{Name: "Access-Control-Request-Headers", Value: "content-type,dpop"},
	}}))
}

func (w *Tester) sendFromBrowser() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	request := w.TokenAsk
	if p == world.PAREndpoint {
		request = func(string) (world.Ask, error) { return w.pushedAsk("a proof alone") }
	}
	a, err := request("")
	if err != nil {
		return err
	}
	a.Title, a.Nonce = "request of a browser, without a nonce", new(string)
	a.Change = func(r *wire.Request) {
		r.Fields = append(r.Fields, wire.Field{Name: "Origin", Value: browserOrigin})
	}
	return w.Try(a)
}

func (w *Tester) forOtherOrigins() error {
	if w.Latest().Exchange == nil {
		return errors.New("nothing was sent; put a When step before this one")
	}
	if len(w.Latest().Exchange.Answer.Values("Access-Control-Allow-Origin")) == 0 {
		return world.NotApplicablef("the answer is not for other origins (no Access-Control-Allow-Origin)")
	}
	return nil
}

// letsIn demands that the refusal of a request is for the origin if what is
// granted is: a browser that may send a proof and not read why it was refused is
// worse off than one that may do neither. The answer to a preflight decides
// nothing, for a server that lets clients in by what is registered does not yet
// know which one asks.
func (w *Tester) letsIn() error {
	err := w.forOtherOrigins()
	var skipped *world.NotApplicable
	if !errors.As(err, &skipped) || w.Latest().Exchange.Status < 400 {
		return err
	}
	a := w.Asked.Latest
	a.Title, a.Nonce = "the same request with a nonce", nil
	granted, failed := w.SendAsk(a)
	if failed != nil || len(granted.Answer.Values("Access-Control-Allow-Origin")) == 0 {
		return err
	}
	return w.Expect(false, "Access-Control-Allow-Origin in a refusal as in what is granted", fmt.Sprintf("status %d without it", w.Latest().Exchange.Status))
}

func (w *Tester) nonceIsExposed() error {
	if err := w.letsIn(); err != nil {
		return err
	}
	if answer, code := world.TokenEndpoint.Classify(w.Latest().Exchange); answer != world.Challenged {
		return world.NotApplicablef("the server does not let pages of %s in (%s), or asks them for no nonce", browserOrigin, orNone(code))
	}
	lines := w.Latest().Exchange.Answer.Values("Access-Control-Expose-Headers")
	return w.Expect(hasToken(lines, "DPoP-Nonce") || hasToken(lines, "*"), "DPoP-Nonce in Access-Control-Expose-Headers", fmt.Sprintf("%q", lines))
}

func (w *Tester) proofIsAllowed() error {
	if err := w.forOtherOrigins(); err != nil {
		return err
	}
	lines := w.Latest().Exchange.Answer.Values("Access-Control-Allow-Headers")
	return w.Expect(hasToken(lines, "DPoP") || hasToken(lines, "*"), "DPoP in Access-Control-Allow-Headers", fmt.Sprintf("%q", lines))
}
