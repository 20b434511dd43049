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
	g := vocabulary.For[Tester](v)
	g.When(`^the request carries an access token whose confirmation is (.+)$`, (*Tester).sendConfirmation,
		"Sends the endpoint's request with an access token of that cnf claim and an honest proof for it.",
		"When the request carries an access token whose confirmation is an empty object")
	g.When(`^an access token whose confirmation is (.+) is sent as Bearer$`, (*Tester).sendConfirmationAsBearer,
		"Sends the endpoint's request with an access token of that cnf claim as Bearer, without a proof.",
		"When an access token whose confirmation is an empty object is sent as Bearer")
}

// confirmation makes the value of a cnf claim; ok is false for a token
// without one.
func (w *Tester) confirmation(name string) (value json.RawMessage, ok bool, err error) {
	key, err := w.Key("client")
	if err != nil {
		return nil, false, err
	}
	other, err := w.Key("another party")
	if err != nil {
		return nil, false, err
	}
	jkt, certificate := key.Thumbprint, dpop.TokenHash("certificate")
	texts := map[string]string{
		"missing":                                 "",
		"null":                                    `null`,
		"a string":                                fmt.Sprintf("%q", jkt),
		"an array":                                fmt.Sprintf(`[{"jkt":%q}]`, jkt),
		"an empty object":                         `{}`,
		"an empty thumbprint":                     `{"jkt":""}`,
		"a thumbprint that is null":               `{"jkt":null}`,
		"a thumbprint that is a number":           `{"jkt":1}`,
		"a thumbprint in upper case":              fmt.Sprintf(`{"jkt":%q}`, canonical(strings.ToUpper(jkt))),
		"a thumbprint called JKT":                 fmt.Sprintf(`{"JKT":%q}`, jkt),
		"a thumbprint with padding":               fmt.Sprintf(`{"jkt":%q}`, jkt+"="),
		"the beginning of the thumbprint":         fmt.Sprintf(`{"jkt":%q}`, jkt[:20]),
		"the thumbprint of another key":           fmt.Sprintf(`{"jkt":%q}`, other.Thumbprint),
		"the key in place of its thumbprint":      fmt.Sprintf(`{"jwk":%s}`, key.JWK().JSON()),
		"a kid in place of a thumbprint":          fmt.Sprintf(`{"kid":%q}`, jkt),
		"a certificate alone":                     fmt.Sprintf(`{"x5t#S256":%q}`, certificate),
		"the thumbprint beside a certificate":     fmt.Sprintf(`{"jkt":%q,"x5t#S256":%q}`, jkt, certificate),
		"the thumbprint beside an unknown method": fmt.Sprintf(`{"jkt":%q,"x-unknown":1}`, jkt),
	}
	text, known := texts[name]
	if !known {
		return nil, false, fmt.Errorf("no confirmation is called %q", name)
	}
	return json.RawMessage(text), text != "", nil
}

// canonical clears the bits of a 43 character thumbprint that no octet uses,
// so that a strict reader does not refuse it for its form alone.
func canonical(jkt string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(jkt) - 1
	return jkt[:last] + string(alphabet[strings.IndexByte(alphabet, jkt[last])&^3])
}

func (w *Tester) confirmedToken(name string) (string, error) {
	value, present, err := w.confirmation(name)
	if err != nil {
		return "", err
	}
	return w.mint(func(m *mockas.Mint) {
		m.Bound = ""
		if present {
			m.Claims = func(o *dpop.Object) { o.Set("cnf", value) }
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

func (w *Tester) sendConfirmationAsBearer(name string) error {
	text, err := w.confirmedToken(name)
	if err != nil {
		return err
	}
	w.resourceState.keyFault = false
	return w.CallWith(proof.Call{Title: "as Bearer, a token whose confirmation is " + name, Token: text, Present: proof.InField("Bearer "), Bare: true})
}
