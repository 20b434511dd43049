package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// refreshesSteps are about what a client sends to be known again: the proof beside a
// refresh token (RFC 9449 §5), and its assertion (RFC 7523 §2.2).
func refreshesSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Actor](v)
	g.Then(`^every refresh is proven by the key of the login$`, (*Actor).refreshesAreProven,
		"Each request with a refresh token must carry a proof by the key that proved the login; a client that "+
			"gives up after the login refreshes nothing.",
		"Then every refresh is proven by the key of the login")
	g.When(`^the client refreshes its token(?: again)?$`, (*Actor).refreshesAgain,
		"Lets the client get a new token by the refresh token that it has. That it has none any more is an outcome to "+
			"be judged.",
		"When the client refreshes its token")
	g.Then(`^every refresh goes with the newest refresh token$`, (*Actor).refreshesWithNewest,
		"Each refresh request must carry the refresh token that the authorization server gave last, in whichever answer.",
		"Then every refresh goes with the newest refresh token")
	g.Then(`^no refused refresh token is sent again$`, (*Actor).refusedIsLeft,
		"A refresh token that met invalid_grant must not have been sent once more.",
		"Then no refused refresh token is sent again")
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

// refreshesAgain takes the word of a client that it has no refresh token any more for
// an outcome: it was given one before.
func (a *Actor) refreshesAgain() error {
	if err := a.needs(target.CanLogin, target.CanRefresh); err != nil || a.early != nil {
		return err
	}
	err := a.refresh()
	var own *target.ClientError
	if errors.As(err, &own) && own.Premature() {
		a.problem, err = own, nil
	}
	return err
}

func (a *Actor) refreshesWithNewest() error {
	if err := a.began(); err != nil {
		return err
	}
	const expected = "each refresh with the refresh token that was given last"
	newest, refreshes := "", 0
	for _, s := range a.sentTo(toToken) {
		if refreshing(s) {
			refreshes++
			if newest != "" && s.form().Get("refresh_token") != newest {
				return a.Expect(false, expected, fmt.Sprintf("refresh %d goes with another one", refreshes))
			}
		}
		if given := s.givenRefreshToken(); given != "" {
			newest = given
		}
	}
	if refreshes == 0 || newest == "" {
		return world.Inconclusivef("no refresh token was given, or none was sent; the client ended with %s", a.ending())
	}
	return a.Expect(true, expected, fmt.Sprintf("so it is with all %d", refreshes))
}

// givenRefreshToken is the refresh token in the success that answered a request, or "".
func (s sent) givenRefreshToken() string {
	body, err := dpop.ParseObject(s.Reply)
	if err != nil || s.Status != http.StatusOK {
		return ""
	}
	given, _ := body.Text("refresh_token") // left out where the one before stays
	return given
}

func (a *Actor) refusedIsLeft() error {
	if err := a.began(); err != nil {
		return err
	}
	const expected = "no refresh token to be sent after invalid_grant was the answer to it"
	refused := map[string]bool{}
	for _, s := range a.sentTo(toToken) {
		if !refreshing(s) {
			continue
		}
		token := s.form().Get("refresh_token")
		if refused[token] {
			return a.Expect(false, expected, "one that was")
		}
		body, err := dpop.ParseObject(s.Reply)
		if err != nil {
			continue
		}
		code, _ := body.Text("error")
		refused[token] = code == "invalid_grant"
	}
	if len(refused) == 0 {
		return world.Inconclusivef("the client sent no refresh token; it ended with %s", a.ending())
	}
	return a.Expect(true, expected, "so it is; "+a.ending())
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
