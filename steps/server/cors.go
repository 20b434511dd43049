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
	g.When(`^a script in a browser sends a proof without nonce$`, (*Tester).sendFromScript,
		"Sends the endpoint's request with the field Origin and a proof that has no nonce.",
		"When a script in a browser sends a proof without nonce")
	g.Then(`^the script can read the nonce$`, (*Tester).nonceIsExposed,
		"Where the answer is for other origins at all, Access-Control-Expose-Headers must hold DPoP-Nonce.",
		"Then the script can read the nonce")
	g.Then(`^a preflight allows the field DPoP$`, (*Tester).preflightAllowsProofs,
		"The answer to the preflight of a request from another origin (Fetch §3.2.2) must allow the field DPoP.",
		"Then a preflight allows the field DPoP")
}

// scriptOrigin is that of the page whose script calls the server.
const scriptOrigin = "https://app.example"

func (w *Tester) sendFromScript() error {
	p, err := w.At()
	if err != nil {
		return err
	}
	a, err := w.askAt(p, "request of a script in a browser, without a nonce")
	if err != nil {
		return err
	}
	a.Nonce = new(string)
	a.Change = func(r *wire.Request) {
		r.Fields = append(r.Fields, wire.Field{Name: "Origin", Value: scriptOrigin})
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
	if w.Latest().Ask == nil {
		return err
	}
	a := *w.Latest().Ask
	a.Title, a.Nonce = "the same request with a nonce", nil
	granted, failed := w.SendAsk(a)
	if failed != nil || len(granted.Answer.Values("Access-Control-Allow-Origin")) == 0 {
		return err
	}
	return w.Expect(false, "Access-Control-Allow-Origin in a refusal as in what is granted",
		fmt.Sprintf("status %d without it", w.Latest().Exchange.Status))
}

func (w *Tester) nonceIsExposed() error {
	if err := w.letsIn(); err != nil {
		return err
	}
	e := w.Latest().Exchange
	if answer, code := world.TokenEndpoint.Classify(e); answer != world.Challenged {
		return world.NotApplicablef("the server does not let pages of %s in (%s), or asks them for no nonce",
			scriptOrigin, orNone(code))
	}
	lines := e.Answer.Values("Access-Control-Expose-Headers")
	return w.Expect(hasToken(lines, "DPoP-Nonce") || hasToken(lines, "*"),
		"DPoP-Nonce in Access-Control-Expose-Headers", fmt.Sprintf("%q", lines))
}

func (w *Tester) preflightAllowsProofs() error {
	if err := w.sendPreflight(); err != nil {
		return err
	}
	if err := w.forOtherOrigins(); err != nil {
		return err
	}
	lines := w.Latest().Exchange.Answer.Values("Access-Control-Allow-Headers")
	return w.Expect(hasToken(lines, "DPoP") || hasToken(lines, "*"),
		"DPoP in Access-Control-Allow-Headers", fmt.Sprintf("%q", lines))
}

func (w *Tester) sendPreflight() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	address, err := p.Address(metadata)
	if err != nil {
		return err
	}
	if address == "" {
		return world.NotApplicablef("the authorization server has no such endpoint: %s", p.Name)
	}
	return w.Begin(nil).End(w.Send("preflight", wire.Request{Method: "OPTIONS", URL: address, Fields: wire.Fields{
		{Name: "Origin", Value: scriptOrigin},
		{Name: "Access-Control-Request-Method", Value: "POST"},
		{Name: "Access-Control-Request-Headers", Value: "content-type,dpop"},
	}}))
}
