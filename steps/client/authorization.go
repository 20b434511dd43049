package client

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func authorizationSteps(v *vocabulary.Vocabulary) {
	v.Word("jkt-rule", "What is said of dpop_jkt (RFC 9449 §10).", jktRules.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Then(`^dpop_jkt {jkt-rule}$`, (*Actor).jktFollows,
		"States something of the parameter dpop_jkt in the client's authorization requests. The thumbprint is that of "+
			"RFC 7638.",
		"Then dpop_jkt is the thumbprint of the key of the proofs")
	g.Then(`^the nonce of the login is none of the DPoP nonces$`, (*Actor).loginNonceDiffers,
		"The OpenID Connect nonce of the authorization request must be none that came in DPoP-Nonce, nor go into a "+
			"proof.",
		"Then the nonce of the login is none of the DPoP nonces")
}

var jktRules = vocabulary.Meanings[func(*Actor, []sent) error]{
	"is the thumbprint of the key of the proofs":            (*Actor).jktIsThumbprint,
	"is the same in every authorization request":            (*Actor).jktIsStable,
	"is in the body of the pushed request and nowhere else": (*Actor).jktIsPushed,
}

func (a *Actor) jktFollows(text string) error {
	rule, err := jktRules.Of(text)
	if err != nil {
		return err
	}
	list, err := a.requests(toAuthorize)
	if err != nil {
		return err
	}
	return rule(a, list)
}

// authorizationParameters are those of an authorization request, pushed or in the
// front channel.
func (s sent) authorizationParameters() url.Values {
	if s.kind == toPAR {
		return s.form()
	}
	return s.query()
}

// authorizationRequests returns the client's authorization requests; of a pushed
// one, not the visit to the authorization endpoint that only names it.
func (a *Actor) authorizationRequests() []sent {
	list := a.sentTo(toPAR)
	for _, s := range a.sentTo(toAuthorize) {
		if !s.query().Has("request_uri") {
			list = append(list, s)
		}
	}
	return list
}

func (a *Actor) jktIsThumbprint(requests []sent) error {
	all := proofsIn(append(a.sentTo(toToken), a.sentTo(toPAR)...))
	if len(all) == 0 {
		return a.withoutProofs()
	}
	want := ""
	for _, r := range requests {
		want = all[0].thumbprint()
		if own := a.keyOfLogin(r); own != "" {
			want = own
		}
		jkt := r.authorizationParameters()["dpop_jkt"]
		if len(jkt) == 0 {
			return world.NotApplicablef("the client does not use dpop_jkt")
		}
		if len(jkt) != 1 || jkt[0] != want || !dpop.Thumbprint43(jkt[0]) {
			return a.Expect(false, "the thumbprint "+want+" of the key of the proofs", fmt.Sprintf("dpop_jkt %q", jkt))
		}
	}
	return a.Expect(true, "the thumbprint of the key of the proofs", want)
}

// keyOfLogin is the thumbprint of the key by which the code of an authorization request
// was redeemed; empty, if that is not to be seen. A client that makes its key pair
// itself may have another one after it was started anew.
func (a *Actor) keyOfLogin(request sent) string {
	if request.kind == toPAR {
		body, err := dpop.ParseObject(request.Reply)
		if err != nil {
			return ""
		}
		uri, _ := body.Text("request_uri")
		visits := slices.DeleteFunc(a.sentTo(toAuthorize), func(s sent) bool { return s.query().Get("request_uri") != uri })
		if len(visits) != 1 {
			return ""
		}
		request = visits[0]
	}
	location, _ := request.Answer.One("Location")
	back, err := url.Parse(location)
	if err != nil || !back.Query().Has("code") {
		return ""
	}
	for _, p := range proofsIn(a.sentTo(toToken)) {
		if p.form().Get("code") == back.Query().Get("code") {
			return p.thumbprint()
		}
	}
	return ""
}

func (a *Actor) jktIsStable(requests []sent) error {
	first := requests[0].authorizationParameters().Get("dpop_jkt")
	for _, r := range requests {
		if own := a.keyOfLogin(r); own != "" && own != a.keyOfLogin(requests[0]) && !a.hello.Can(target.CanEnvironmentKeys) {
			return world.NotApplicablef("the client has a key pair of its own making, another one after it was started anew")
		}
		if r.authorizationParameters().Get("dpop_jkt") != first {
			return a.Expect(false, "one dpop_jkt", "another one in another request")
		}
	}
	return a.Expect(true, "one dpop_jkt", first)
}

func (a *Actor) jktIsPushed([]sent) error {
	if a.problem != nil && len(a.sentTo(toPAR)) == 0 {
		return a.withoutProofs()
	}
	for _, s := range a.sentTo("") {
		inTarget := strings.Contains(s.Target, "dpop_jkt")
		switch {
		case s.kind != toPAR && (inTarget || s.form().Has("dpop_jkt")):
			return a.Expect(false, "dpop_jkt in the pushed request alone", "it is sent to the "+s.kind)
		case s.kind == toPAR && inTarget:
			return a.Expect(false, "dpop_jkt in the body", "it is in the query of the pushed request")
		}
	}
	pushed := a.sentTo(toPAR)
	if len(pushed) > 0 && !slices.ContainsFunc(pushed, func(s sent) bool { return s.form().Has("dpop_jkt") }) {
		return world.NotApplicablef("the client does not use dpop_jkt; a proof may take its place (RFC 9449 §10.1)")
	}
	return a.everyRequest(toPAR, "dpop_jkt in the body of the pushed request", func(s sent) string {
		return unless(s.form().Has("dpop_jkt"), "no dpop_jkt in the body")
	})
}

func (a *Actor) loginNonceDiffers() error {
	given := map[string]bool{}
	for _, s := range a.sentTo("") {
		if nonce, ok := s.givenNonce(); ok {
			given[nonce] = true
		}
	}
	logins := map[string]bool{}
	for _, s := range append(a.sentTo(toAuthorize), a.sentTo(toPAR)...) {
		if nonce := s.query().Get("nonce") + s.form().Get("nonce"); nonce != "" {
			logins[nonce] = true
		}
	}
	if len(given) == 0 {
		return world.Inconclusivef("the client got no DPoP nonce; it ended with %s", a.ending())
	}
	if len(logins) == 0 {
		return world.NotApplicablef("the client sends no OpenID Connect nonce")
	}
	for _, p := range proofsIn(a.sentTo("")) {
		if logins[p.claim("nonce")] {
			return a.Expect(false, "the nonce of a login in no proof", "it is in a proof to the "+p.kind)
		}
	}
	for nonce := range logins {
		if given[nonce] {
			return a.Expect(false, "a nonce of its own for each login", "a DPoP nonce in an authorization request")
		}
	}
	return a.Expect(true, "a nonce of its own for each login", fmt.Sprintf("so it is with all %d", len(logins)))
}
