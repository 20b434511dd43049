package api

import (
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func tokenFlawsSteps(v *vocabulary.Vocabulary) {
	v.Word("token-flaw", "What is wrong or odd about an access token (RFC 9068 §4).", tokenFlaws.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries an access token that {token-flaw}$`, (*Tester).sendFlawedToken,
		"Sends the endpoint's request with an access token that is wrong or odd in one way, "+
			"bound to the client's key, and an honest proof for it.",
		"When the request carries an access token that has expired")
}

// tokenFlaws obtain access tokens for the endpoint, each wrong or odd in one way.
var tokenFlaws = vocabulary.Meanings[func(*Tester) (string, error)]{
	"has expired":      minted(func(_ *Tester, m *mockas.Mint) { m.Lifetime = -time.Hour }),
	"is not valid yet": claims(func(w *Tester, o *dpop.Object) { o.Set("nbf", w.Clock.Now().Add(time.Hour).Unix()) }),
	"was revoked":      (*Tester).revokedToken,
	"is of a login a day ago": minted(func(w *Tester, m *mockas.Mint) {
		m.LoggedIn = w.Clock.Now().Add(-24 * time.Hour)
		m.Claims = func(o *dpop.Object) { o.Set("auth_time", m.LoggedIn.Unix()) }
	}),
	"lacks the scope": minted(func(_ *Tester, m *mockas.Mint) { m.Scope = "" }),
	"never expires":   beyondRFC9068(noClaim("exp")),

	"names no issuer":           noClaim("iss"),
	"comes from another issuer": claim("iss", "https://another-issuer.example/"),
	"comes from an issuer whose name begins like its own": issuer(func(own string) string {
		return own + "/another"
	}),
	"comes from an issuer in other letter case": issuer(func(own string) string {
		return strings.Replace(own, "http", "HTTP", 1)
	}),

	"another API accepts":                  (*Tester).tokenOfOtherAPI,
	"names no audience":                    noClaim("aud"),
	"is for no API":                        claim("aud", []string{}),
	"is for another API":                   claim("aud", "https://another-api.example"),
	"is for several APIs and not this one": claim("aud", []string{"https://a.example", "https://b.example"}),
	"is for several APIs and this one": audience(func(own string) any {
		return []string{"https://a.example", own}
	}),
	"is for this API in other letter case": audience(func(own string) any { return strings.ToUpper(own) }),
	"is for an API whose name begins like this one's": audience(func(own string) any {
		return own + ".example"
	}),
	"is for an API whose name this one's begins with": audience(func(own string) any { return own[:len(own)-1] }),
	"is for an API whose name ends like this one's":   audience(func(own string) any { return "x" + own }),

	"is signed by another key":                           minted(signedBy("another issuer")),
	"is signed by the client's key":                      minted(signedBy("client")),
	"is signed by a key in its own header":               minted(signedByOwnHeader),
	"is signed with the issuer's public key as a secret": minted(signedWithPublicKey),
	"has another subject than was signed":                minted(tampered(otherSubject)),
	"has another binding than was signed":                minted(tamperedBinding),
	"has a signature that was changed":                   minted(tamperedSignature),
	"has no signature":                                   minted(unsigned),

	"is of the type JWT":                beyondRFC9068(typ("JWT")),
	"is of the type application/at+jwt": beyondRFC9068(typ("application/at+jwt")),
	"is of the type dpop+jwt":           typ("dpop+jwt"),
	"is of no type":                     beyondRFC9068(minted(untyped)),

	"has a critical extension": minted(func(_ *Tester, m *mockas.Mint) { m.Header = critical }),
	"is an ID token":           minted(idToken),
	"is a proof":               (*Tester).proofAsToken,
	"is no token at all":       func(*Tester) (string, error) { return "no-token", nil },
	"has characters that forms and URLs escape": minted(func(_ *Tester, m *mockas.Mint) {
		m.Opaque, m.Text = true, "a+b/c~d.e_f-"+dpop.NewID()+"+/=="
	}),
}

func (w *Tester) sendFlawedToken(flaw string) error {
	obtain, err := tokenFlaws.Of(flaw)
	if err != nil {
		return err
	}
	text, err := obtain(w)
	if err != nil {
		return err
	}
	w.resourceState.keyFault = false
	return w.CallWith(proof.Call{Title: "an access token that " + flaw, Token: text})
}

// minted lets the embedded authorization server issue a token that is changed.
func minted(change func(*Tester, *mockas.Mint)) func(*Tester) (string, error) {
	return func(w *Tester) (string, error) {
		return w.mint(func(m *mockas.Mint) { change(w, m) })
	}
}

// beyondRFC9068 is for tokens that RFC 9068 alone (§2.1, §2.2: typ and exp are
// required) tells from sound ones.
func beyondRFC9068(obtain func(*Tester) (string, error)) func(*Tester) (string, error) {
	return func(w *Tester) (string, error) {
		if typ := w.TokenTyp(); typ != "" {
			return "", world.NotApplicablef(
				"the API takes access tokens of the typ %s, which RFC 9068 does not govern", typ)
		}
		return obtain(w)
	}
}

// claims changes the claims of a token before it is signed.
func claims(change func(*Tester, *dpop.Object)) func(*Tester) (string, error) {
	return minted(func(w *Tester, m *mockas.Mint) { m.Claims = func(o *dpop.Object) { change(w, o) } })
}

func claim(name string, value any) func(*Tester) (string, error) {
	return claims(func(_ *Tester, o *dpop.Object) { o.Set(name, value) })
}

func noClaim(name string) func(*Tester) (string, error) {
	return claims(func(_ *Tester, o *dpop.Object) { o.Delete(name) })
}

func issuer(change func(own string) string) func(*Tester) (string, error) {
	return claims(func(_ *Tester, o *dpop.Object) {
		own, _ := o.Text("iss")
		o.Set("iss", change(own))
	})
}

// audience changes the audience of a token by that of the API.
func audience(change func(own string) any) func(*Tester) (string, error) {
	return minted(func(_ *Tester, m *mockas.Mint) {
		own := m.Audience[0]
		m.Claims = func(o *dpop.Object) { o.Set("aud", change(own)) }
	})
}

func typ(value string) func(*Tester) (string, error) {
	return minted(func(_ *Tester, m *mockas.Mint) { m.Header = func(o *dpop.Object) { o.Set("typ", value) } })
}

func untyped(_ *Tester, m *mockas.Mint) {
	m.Header = func(o *dpop.Object) { o.Delete("typ") }
}

func idToken(w *Tester, m *mockas.Mint) {
	m.Header = func(o *dpop.Object) { o.Set("typ", "JWT") }
	m.Claims = func(o *dpop.Object) {
		o.Set("aud", "confidential")
		o.Set("azp", "confidential")
		o.Set("nonce", "n-0S6_WzA2Mj")
		o.Set("auth_time", w.Clock.Now().Unix())
		for _, name := range []string{"client_id", "jti", "scope"} {
			o.Delete(name)
		}
	}
}

// proofAsToken is an honest proof in place of an access token.
func (w *Tester) proofAsToken() (string, error) {
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	probe, err := w.Prepare(key.Thumbprint)
	if err != nil {
		return "", err
	}
	return dpop.NewProof(key, probe.Occasion, w.Now(probe.Request.URL))
}
