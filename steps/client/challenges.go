package client

import (
	"strings"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func challengeSteps(v *vocabulary.Vocabulary) {
	v.Word("server", "A server of the client, by the endpoint that is meant.", servers.Forms()...)
	v.Word("challenge", "How a server asks the client for a nonce.", challenges.Forms()...)
	g := vocabulary.For[Actor](v)
	g.Given(`^the {server} challenges the client {challenge}$`, (*Actor).challengesClient,
		"Lets a server answer requests of the client with use_dpop_nonce (RFC 9449 §8, §9).",
		"Given the API challenges the client once")
	g.Given(`^the API challenges the client in the form "([^"]+)"$`, (*Actor).challengesInForm,
		"Lets the API challenge once for a nonce, worded in a form: "+strings.Join(challengeForms.Forms(), "; ")+".",
		`Given the API challenges the client in the form "the scheme in lower case"`)
}

// challenge is what an endpoint of a kind answers, in order.
type challenge func(kind string) []reaction

var challenges = vocabulary.Meanings[challenge]{
	"once": func(kind string) []reaction {
		return []reaction{nonceChallenge(kind, freshNonce()...)}
	},
	"once its nonce is old": func(kind string) []reaction {
		return []reaction{givingNonces(freshNonce), nonceChallenge(kind, freshNonce()...)}
	},
	"and gives another nonce with its success": func(kind string) []reaction {
		return []reaction{nonceChallenge(kind, freshNonce()...), givingNonces(freshNonce)}
	},
	"and refuses the repetition with another nonce": func(kind string) []reaction {
		refused := refusalWithNonce(400, `{"error":"invalid_scope"}`)
		if takesToken(kind) {
			refused = refusalWithNonce(403, "{}")
		}
		return []reaction{nonceChallenge(kind, freshNonce()...), refused}
	},
	"and challenges the repetition with another nonce": func(kind string) []reaction {
		return []reaction{nonceChallenge(kind, freshNonce()...), nonceChallenge(kind, freshNonce()...)}
	},
	"for ever with new nonces": forEver(freshNonce),
	"for ever with one nonce": func(kind string) []reaction {
		one := freshNonce()
		return forEver(func() []string { return one })(kind)
	},
	"for ever without a nonce":                                    forEver(func() []string { return nil }),
	"with a nonce that has every character that a nonce may have": withNonce(everyNonceCharacter()),
	"with a nonce that has 2048 characters":                       withNonce(strings.Repeat("aB3-_.~x", 256)),
	"with a nonce that is a JWT": withNonce(
		"eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.c2lnbmF0dXJl",
	),
	"with a nonce that ends with equals signs":       withNonce("bm9uY2U=="),
	"with a nonce that has percent signs and a plus": withNonce("a%20b%2Fc+d%"),
	"with a nonce that has one character":            withNonce("7"),
	"with a nonce that is in upper and lower case":   withNonce("NonCe-AbC"),
}

// forEver challenges more often than any client asks. It must end: a client that
// never gives in either would hang the case.
func forEver(nonce func() []string) challenge {
	return func(kind string) []reaction {
		plays := make([]reaction, 25)
		for i := range plays {
			plays[i] = nonceChallenge(kind, nonce()...)
		}
		return plays
	}
}

// withNonce challenges once.
func withNonce(nonce string) challenge {
	return func(kind string) []reaction { return []reaction{nonceChallenge(kind, nonce)} }
}

// everyNonceCharacter is each that a nonce may have (NQCHAR, RFC 6749 app. A).
func everyNonceCharacter() string {
	var b strings.Builder
	for c := byte(0x21); c < 0x7f; c++ {
		if c != '"' && c != '\\' {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func (a *Actor) challengesClient(server, how string) error {
	e, err := servers.Of(server)
	if err != nil {
		return err
	}
	answers, err := challenges.Of(how)
	if err != nil {
		return err
	}
	return a.playsInTurn(server, answers(e.kind)...)
}

func (a *Actor) challengesInForm(name string) error {
	answer, err := challengeForms.Of(name)
	if err != nil {
		return err
	}
	return a.plays(toAPI, once, answer.reaction())
}
