package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func refusalSteps(v *vocabulary.Vocabulary) {
	v.Word("how-long", "Whether a server does so once, or as often as it is asked.", howLong.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the {server} refuses the client {how-long} in the form "([^"]+)"$`, (*Actor).refusesInForm,
		"Lets a server refuse with a nonce but without asking for one. An API and the userinfo endpoint in a form: "+
			strings.Join(refusalForms.Forms(), "; ")+". The token endpoint and the PAR endpoint in a form: "+
			strings.Join(formRefusals.Forms(), "; ")+".",
		`Given the API refuses the client once in the form "invalid_token"`)
	g.Then(`^the client repeats no request$`, (*Actor).repeatsNothing,
		"The client must have sent the request of the latest step exactly once; with another access token, or with "+
			"another form, it is another request.",
		"Then the client repeats no request")
	g.Then(`^the client does not take the refusal for a challenge$`, (*Actor).takesForNoChallenge,
		"The client may not repeat the request for the words use_dpop_nonce in a place where they ask for nothing. If it "+
			"has repeated it, it is refused in the same way with another word in their place, then as before. Who repeats "+
			"without the words, too, goes by the nonce, as RFC 9449 §8 lets it, and is not judged.",
		"Then the client does not take the refusal for a challenge")
	g.Then(`^no authorization code that was refused is sent again$`, (*Actor).codesOnce,
		"No code may have gone to the token endpoint again after the answer invalid_grant or the tokens for it "+
			"(RFC 6749 §4.1.2).",
		"Then no authorization code that was refused is sent again")
}

var howLong = vocabulary.Meanings[int]{"once": once, "for ever": always}

// otherCode takes the place of use_dpop_nonce where it is to be seen whether a client
// goes by these words. It is no error code of anybody.
const otherCode = "use_other_value"

// rephrased is the same answer without the words that could be taken for a challenge.
func (f answerForm) rephrased() answerForm {
	other := answerForm{status: f.status, body: strings.ReplaceAll(f.body, dpop.UseNonce, otherCode)}
	for _, line := range f.challenges {
		other.challenges = append(other.challenges, strings.ReplaceAll(line, dpop.UseNonce, otherCode))
	}
	return other
}

// says reports whether those words are somewhere in it.
func (f answerForm) says(words string) bool {
	return strings.Contains(f.body+strings.Join(f.challenges, "\n"), words)
}

func (a *Actor) refusesInForm(server, often, name string) error {
	e, err := servers.Of(server)
	if err != nil {
		return err
	}
	times, err := howLong.Of(often)
	if err != nil {
		return err
	}
	form, err := refusalAt(e.kind, name)
	if err != nil {
		return err
	}
	a.refuses, a.refusal = server, name
	return a.plays(server, times, form.reaction())
}

// timesSent is how often the client sent the first request of the latest order to the
// endpoint that was told what to answer.
func (a *Actor) timesSent() (int, error) {
	calls, err := a.scriptedCalls()
	if err != nil {
		return 0, err
	}
	first := calls[0]
	same := slices.DeleteFunc(slices.Clone(calls), func(s sent) bool { return !sameRequest(first, s) })
	return len(a.answersTo(same)), nil
}

// sameRequest tells a repetition from another request to the same endpoint. With
// another token it is another one (RFC 6750 §3.1), as is another grant, or a login anew.
func sameRequest(first, second sent) bool {
	if takesToken(first.kind) {
		return credentialLines(first) == credentialLines(second)
	}
	one, two := first.form(), second.form()
	one.Del("client_assertion") // which is made anew
	two.Del("client_assertion")
	return one.Encode() == two.Encode()
}

func (a *Actor) repeatsNothing() error {
	count, err := a.timesSent()
	if err != nil {
		return err
	}
	return a.expect(count == 1, "the request not to be repeated", fmt.Sprintf("%d requests", count))
}

// takesForNoChallenge makes its control only where there is something to tell: what
// was repeated may have been so for the nonce alone. The client meets the refusal with
// the words and the one without them in the same state, holding a nonce of that server.
func (a *Actor) takesForNoChallenge() error {
	const expected = "no repetition for the words " + dpop.UseNonce + " where they ask for nothing"
	form, err := refusalAt(a.scripted, a.refusal)
	if err != nil {
		return err
	}
	if !form.says(dpop.UseNonce) {
		return fmt.Errorf("no refusal with the words %s was arranged: there is nothing to mistake", dpop.UseNonce)
	}
	count, err := a.timesSent()
	if err != nil {
		return err
	}
	if count == 1 {
		return a.expect(true, expected, "so it is")
	}
	without, err := a.timesRefused(form.rephrased())
	if err != nil {
		return err
	}
	if without > 1 {
		return world.NotApplicablef("the client repeats what was refused with a nonce, whatever is said of the error, as " +
			"RFC 9449 §8 lets it: what it takes for a challenge cannot be seen")
	}
	again, err := a.timesRefused(form)
	if err != nil {
		return err
	}
	if again == 1 {
		return world.Inconclusivef("the client repeated the request when it was refused first, and not when it was " +
			"refused in the same way again")
	}
	return a.Expect(false, expected, fmt.Sprintf("repeated after the refusal, and not after the same one with %s in the "+
		"place of %s", otherCode, dpop.UseNonce))
}

// timesRefused lets the client do once more what it did last, refused once, and says
// how often it sent its request.
func (a *Actor) timesRefused(form answerForm) (int, error) {
	if err := a.plays(a.refuses, once, form.reaction()); err != nil {
		return 0, err
	}
	if err := a.uses(a.refuses); err != nil {
		return 0, err
	}
	return a.timesSent()
}

// codesOnce follows each authorization code through the token requests, in the order
// in which they came.
func (a *Actor) codesOnce() error {
	const expected = "no authorization code to be sent again after it was refused or redeemed"
	done := map[string]string{} // what became of each code, once the server had looked at it
	redeemed := 0
	for _, s := range a.sentTo(toToken) {
		code := s.form().Get("code")
		if code == "" {
			continue
		}
		redeemed++
		if answer := done[code]; answer != "" {
			return a.Expect(false, expected, "the same code again after "+answer)
		}
		switch {
		case s.Status/100 == 2:
			done[code] = "it was redeemed"
		case errorIn(s) == "invalid_grant":
			done[code] = "invalid_grant"
		}
	}
	if redeemed == 0 {
		if err := a.began(); err != nil {
			return err
		}
		return world.Inconclusivef("the client redeemed no authorization code; it ended with %s", a.ending())
	}
	return a.expect(true, expected, fmt.Sprintf("so it is with %d token requests", redeemed))
}
