package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/target"
)

// byThemselves are the rules that no scenario makes a sound client break, with the
// requirement behind each: a proof that breaks one is broken whatever the case is
// about. Of one proof the first counts, for the others follow from it.
var byThemselves = []struct{ rule, requirement string }{
	{"is one token68 in a field of its own", "RFC9449-4.1-02"},
	{"is a compact JWS in strict base64url", "RFC9449-4.2-17"},
	{"has the type dpop+jwt", "RFC9449-4.2-01"},
	{"names neither none nor a MAC", "RFC9449-4.2-03"},
	{"holds no private or symmetric key", "RFC9449-4.2-05"},
	{"writes its key in full length and no longer", "RFC7518-6.3-01"},
	{"holds the public key that verifies it", "RFC9449-4.2-04"},
	{"has a jti", "RFC9449-4.2-06"},
	{"names the method of its request", "RFC9449-4.2-08"},
	{"leaves query and fragment out of htu", "RFC9449-4.2-10"},
	{"counts its time in seconds as a JSON number", "RFC7519-2-01"},
}

// bearWitness keeps for the whole run which proofs of the client were broken by
// themselves. Of a client that was given a bad key nothing is kept. The embedded one
// needs none: what is known to break is tried in cases of its own.
func (a *Actor) bearWitness() {
	if a.Subject != target.ClientRole || a.Session.Embedded(target.ClientRole) || a.spoilt {
		return
	}
	for _, p := range proofsIn(a.sentTo("")) {
		i := slices.IndexFunc(byThemselves, func(r struct{ rule, requirement string }) bool {
			return proofRules[r.rule].judge(a, []sentProof{p}) != ""
		})
		if i < 0 {
			continue
		}
		broken := byThemselves[i]
		example := p.Exchange
		a.Session.Evidence.Flawed(target.Flaw{
			Of: "proof", Rule: broken.rule, Requirement: broken.requirement,
			Problem: proofRules[broken.rule].judge(a, []sentProof{p}), Example: &example,
		}, a.Case)
	}
	a.witnessUserinfo()
}

// witnessUserinfo looks at the requests to the userinfo endpoint that a client makes of
// its own accord, such as in a login. It is a protected resource: a token that was
// issued as a bound one goes there with the scheme DPoP and a proof (RFC 9449 §7).
func (a *Actor) witnessUserinfo() {
	issued := a.issuedBound()
	for _, s := range a.sentTo(toUserinfo) {
		c, _ := s.credentials()
		if _, bound := issued[c.Token]; !bound || c.Is(dpop.Scheme) && s.proven() {
			continue
		}
		example := s.Exchange
		a.Session.Evidence.Flawed(target.Flaw{
			Of: "userinfo request", Rule: "carries a bound token and a proof", Requirement: "RFC9449-7-01",
			Problem: fmt.Sprintf("a bound token with the scheme %q, with a proof: %v", c.Scheme, s.proven()),
			Example: &example,
		}, a.Case)
	}
}

// issuedBound are the tokens that were issued to the client as bound ones, with the
// thumbprints of their keys.
func (a *Actor) issuedBound() map[string]string {
	bound := map[string]string{}
	for _, s := range a.sentTo(toToken) {
		jkt, found := s.Fact("bound-to")
		body, err := dpop.ParseObject(s.Reply)
		if !found || err != nil {
			continue
		}
		kind, _ := body.Text("token_type")
		if token, err := body.Text("access_token"); err == nil && strings.EqualFold(kind, dpop.Scheme) {
			bound[token] = jkt
		}
	}
	return bound
}
