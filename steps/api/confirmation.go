package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/steps/proof"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func confirmationSteps(v *vocabulary.Vocabulary) {
	v.Word("confirmation", "The cnf claim of an access token (RFC 7800, RFC 9449 §6.1).", confirmations.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries an access token whose confirmation is {confirmation}$`, (*Tester).sendConfirmation,
		"Sends the endpoint's request with an access token of that cnf claim and an honest proof for it.",
		"When the request carries an access token whose confirmation is an empty object")
}

// confirmable is what a cnf claim can be made of.
type confirmable struct {
	jkt         string // of the key that the proof is signed with
	jwk         string // that key itself
	certificate string // thumbprint of a certificate
}

// confirmations write cnf claims; empty: the token has none.
var confirmations = vocabulary.Meanings[func(confirmable) string]{
	"missing":                       func(confirmable) string { return "" },
	"null":                          func(confirmable) string { return `null` },
	"a string":                      func(c confirmable) string { return fmt.Sprintf("%q", c.jkt) },
	"an array":                      func(c confirmable) string { return fmt.Sprintf(`[{"jkt":%q}]`, c.jkt) },
	"an empty object":               func(confirmable) string { return `{}` },
	"an empty thumbprint":           func(confirmable) string { return `{"jkt":""}` },
	"a thumbprint that is null":     func(confirmable) string { return `{"jkt":null}` },
	"a thumbprint that is a number": func(confirmable) string { return `{"jkt":1}` },
	"a thumbprint in upper case": func(c confirmable) string {
		return fmt.Sprintf(`{"jkt":%q}`, canonical(strings.ToUpper(c.jkt)))
	},
	"a thumbprint called JKT":            func(c confirmable) string { return fmt.Sprintf(`{"JKT":%q}`, c.jkt) },
	"a thumbprint with padding":          func(c confirmable) string { return fmt.Sprintf(`{"jkt":%q}`, c.jkt+"=") },
	"the beginning of the thumbprint":    func(c confirmable) string { return fmt.Sprintf(`{"jkt":%q}`, c.jkt[:20]) },
	"the key in place of its thumbprint": func(c confirmable) string { return fmt.Sprintf(`{"jwk":%s}`, c.jwk) },
	"a kid in place of a thumbprint":     func(c confirmable) string { return fmt.Sprintf(`{"kid":%q}`, c.jkt) },
	"a certificate alone": func(c confirmable) string {
		return fmt.Sprintf(`{"x5t#S256":%q}`, c.certificate)
	},
	"the thumbprint beside a certificate": func(c confirmable) string {
		return fmt.Sprintf(`{"jkt":%q,"x5t#S256":%q}`, c.jkt, c.certificate)
	},
	"the thumbprint beside an unknown method": func(c confirmable) string {
		return fmt.Sprintf(`{"jkt":%q,"x-unknown":1}`, c.jkt)
	},
}

// canonical clears the bits of a 43 character thumbprint that no octet uses,
// so that a strict reader does not refuse it for its form alone.
func canonical(jkt string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(jkt) - 1
	return jkt[:last] + string(alphabet[strings.IndexByte(alphabet, jkt[last])&^3])
}

// confirmedToken issues an access token with a cnf claim.
func (w *Tester) confirmedToken(name string) (string, error) {
	write, err := confirmations.Of(name)
	if err != nil {
		return "", err
	}
	key, err := w.Key("client")
	if err != nil {
		return "", err
	}
	cnf := write(confirmable{key.Thumbprint, string(key.JWK().JSON()), dpop.TokenHash("certificate")})
	return w.mint(func(m *mockas.Mint) {
		m.Bound = ""
		if cnf != "" {
			m.Claims = func(o *dpop.Object) { o.Set("cnf", json.RawMessage(cnf)) }
		}
	})
}

func (w *Tester) sendConfirmation(name string) error {
	text, err := w.confirmedToken(name)
	if err != nil {
		return err
	}
	w.resourceState.keyFault = true
	return w.CallWith(proof.Call{Title: "a token whose confirmation is " + name, Token: text})
}
