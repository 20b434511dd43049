package client

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func codeSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^dpop_jkt is the thumbprint of the key of the proofs$`, (*Actor).jktIsThumbprint,
		"Each authorization request must hold dpop_jkt, the RFC 7638 thumbprint of the key that the client's proofs carry.",
		"Then dpop_jkt is the thumbprint of the key of the proofs")
	g.Then(`^dpop_jkt is the same in every authorization request$`, (*Actor).jktIsStable,
		"All authorization requests of the client must have the same dpop_jkt.",
		"Then dpop_jkt is the same in every authorization request")
	g.Then(`^the authorization request has dpop_jkt and code_challenge$`, (*Actor).jktAndPKCE,
		"The authorization request must hold both.",
		"Then the authorization request has dpop_jkt and code_challenge")
	g.Then(`^dpop_jkt is in the body of the pushed request and nowhere else$`, (*Actor).jktIsPushed,
		"dpop_jkt must be a parameter of the pushed request's body, and of no query or field.",
		"Then dpop_jkt is in the body of the pushed request and nowhere else")
	g.Then(`^the pushed request has a proof or dpop_jkt$`, (*Actor).pushedIsBound,
		"The pushed request must be bound to the key, in one way or the other (RFC 9449 §10.1).",
		"Then the pushed request has a proof or dpop_jkt")
}

// authorizationRequest is an authorization request of the client, pushed or in
// the front channel.
type authorizationRequest struct {
	sent
	parameters url.Values
}

// authorizationRequests returns them all; of a pushed one, not the visit to
// the authorization endpoint that only names it.
func (w *Actor) authorizationRequests() ([]authorizationRequest, error) {
	var list []authorizationRequest
	for _, s := range w.sentTo(toPAR) {
		list = append(list, authorizationRequest{s, s.form()})
	}
	for _, s := range w.sentTo(toAuthorize) {
		_, query, _ := strings.Cut(s.Target, "?")
		if parameters := readForm(query); !parameters.Has("request_uri") {
			list = append(list, authorizationRequest{s, parameters})
		}
	}
	if len(list) == 0 {
		return nil, world.Inconclusivef("the client sent no authorization request; it ended with %s", w.ending())
	}
	return list, nil
}

func (w *Actor) jktIsThumbprint() error {
	list, err := w.authorizationRequests()
	if err != nil {
		return err
	}
	all := proofsIn(append(w.sentTo(toToken), w.sentTo(toPAR)...))
	if len(all) == 0 {
		return w.withoutProofs()
	}
	want := all[0].thumbprint()
	for _, r := range list {
		jkt := r.parameters["dpop_jkt"]
		if len(jkt) == 0 {
			return world.NotApplicablef("the client does not use dpop_jkt")
		}
		if len(jkt) != 1 || jkt[0] != want || !dpop.Thumbprint43(jkt[0]) {
			return w.Expect(false, "the thumbprint "+want+" of the key of the proofs", fmt.Sprintf("dpop_jkt %q", jkt))
		}
	}
	return w.Expect(true, "the thumbprint of the key of the proofs", want)
}

func (w *Actor) jktIsStable() error {
	list, err := w.authorizationRequests()
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.parameters.Get("dpop_jkt") != list[0].parameters.Get("dpop_jkt") {
			return w.Expect(false, "one dpop_jkt", "another one in another request")
		}
	}
	return w.Expect(true, "one dpop_jkt", list[0].parameters.Get("dpop_jkt"))
}

func (w *Actor) jktAndPKCE() error {
	list, err := w.authorizationRequests()
	if err != nil {
		return err
	}
	p := list[0].parameters
	return w.Expect(p.Has("dpop_jkt") && p.Has("code_challenge"), "dpop_jkt and code_challenge",
		fmt.Sprintf("dpop_jkt %v, code_challenge %v", p.Has("dpop_jkt"), p.Has("code_challenge")))
}

func (w *Actor) jktIsPushed() error {
	if w.problem != nil && len(w.sentTo(toPAR)) == 0 {
		return w.withoutProofs()
	}
	for _, s := range w.sentTo("") {
		if s.kind != toPAR && (strings.Contains(s.Target, "dpop_jkt") || s.form().Has("dpop_jkt")) {
			return w.Expect(false, "dpop_jkt in the pushed request alone", "it is sent to the "+s.kind)
		}
		if s.kind == toPAR && strings.Contains(s.Target, "dpop_jkt") {
			return w.Expect(false, "dpop_jkt in the body", "it is in the query of the pushed request")
		}
	}
	return w.everyRequest(toPAR, "dpop_jkt in the body of the pushed request", func(s sent) string {
		return unless(s.form().Has("dpop_jkt"), "no dpop_jkt in the body")
	})
}

func (w *Actor) pushedIsBound() error {
	return w.everyRequest(toPAR, "a proof or dpop_jkt", func(s sent) string {
		return unless(s.form().Has("dpop_jkt") || len(s.Fields.Values("DPoP")) > 0, "neither")
	})
}
