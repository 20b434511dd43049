package client

import (
	"fmt"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// refreshesSteps are about what a client sends to be known again: the proof beside a
// refresh token (RFC 9449 §5), and its assertion (RFC 7523 §2.2).
func refreshesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^every refresh is proven by the key of the login$`, (*Actor).refreshesAreProven,
		"Each request with a refresh token must carry a proof by the key that proved the login; a client that "+
			"gives up after the login refreshes nothing.",
		"Then every refresh is proven by the key of the login")
	g.Then(`^every client assertion is for the issuer alone$`, (*Actor).assertionsAreForIssuer,
		"aud of each client_assertion must be the issuer identifier, as a text and not in a list (FAPI 2.0 §5.3.3.1).",
		"Then every client assertion is for the issuer alone")
}

func refreshing(s sent) bool { return s.form().Get("grant_type") == mockas.GrantRefresh }

func (a *Actor) refreshesAreProven() error {
	const expected = "a proof by the key of the login with each refresh token"
	all := a.sentTo(toToken)
	login := slices.IndexFunc(all, func(s sent) bool { return s.form().Get("grant_type") == mockas.GrantCode })
	if login < 0 || !all[login].proven() {
		return a.withoutProofs()
	}
	key := proofsIn(all[login : login+1])[0].thumbprint()
	for _, s := range all {
		if !refreshing(s) {
			continue
		}
		proofs := proofsIn([]sent{s})
		if len(proofs) == 0 {
			return a.Expect(false, expected, "a refresh without a proof")
		}
		if is := proofs[0].thumbprint(); is != key {
			return a.Expect(false, expected, "the key "+is+" in place of "+key)
		}
	}
	return a.expect(true, expected, fmt.Sprintf("so it is; %s", a.ending()))
}

func (a *Actor) assertionsAreForIssuer() error {
	as, err := a.AS()
	if err != nil {
		return err
	}
	looked := 0
	for _, s := range slices.Concat(a.sentTo(toToken), a.sentTo(toPAR)) {
		assertion := s.form().Get("client_assertion")
		if assertion == "" {
			continue
		}
		_, payload, _, err := dpop.SplitCompact(assertion, dpop.DecodeSegment)
		if err != nil {
			return a.Expect(false, "a client assertion", err.Error())
		}
		claims, err := dpop.ParseObject(payload)
		if err != nil {
			return a.Expect(false, "a client assertion with claims", err.Error())
		}
		value, _ := claims.Get("aud")
		if text, err := claims.Text("aud"); err != nil || text != as.Issuer() {
			return a.Expect(false, fmt.Sprintf("aud %q", as.Issuer()), "aud "+string(value))
		}
		looked++
	}
	if looked == 0 {
		if err := a.began(); err != nil {
			return err
		}
		return world.Inconclusivef("the client sent no assertion; it ended with %s", a.ending())
	}
	return a.Expect(true, "aud is the issuer", fmt.Sprintf("so it is with all %d", looked))
}
